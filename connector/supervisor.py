"""Keeps child processes running: starts them, restarts what dies, stops them in order."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from connector import lifeline, log
from connector.errors import Permanent

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 30.0
"""Who ran this long is restarted without a pause to think."""

STOP_SECONDS = 4.0
"""How long each step of stopping waits before it kills."""

LARGEST_LOG = 10 * 1024 * 1024

_LOOK_SECONDS = 0.1
_LOG_SECONDS = 60.0

_log = log.logger("supervisor")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A process to keep running. Parts with a lower `stops` number are stopped first.

    `ready`, where given, says whether the part does its work; starting waits for it.
    """

    name: str
    command: Sequence[str]
    stops: int = 0
    ready: Callable[[], bool] | None = None


@dataclass(slots=True)
class _Child:
    part: Part
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = FIRST_PAUSE
    again_at: float = 0.0
    restarts: int = field(default=0)


class Supervisor:
    """One parent's children. Everything runs in the thread that calls it: see lifeline."""

    def __init__(self, logs: Path, environ: Mapping[str, str]) -> None:
        self.stop = threading.Event()
        self._logs = logs
        self._environ = {**environ, lifeline.PARENT: str(os.getpid())}
        self._children: list[_Child] = []
        self._logs_looked_at = time.monotonic()
        logs.mkdir(parents=True, exist_ok=True)

    def listen(self) -> None:
        """Stop when asked to by a signal."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda *_: self.stop.set())

    def start(self, part: Part, *, seconds: float = 20.0) -> None:
        """Start and wait until ready. Raises Permanent when it does not get there in time."""
        child = _Child(part)
        self._children.append(child)
        self._spawn(child)
        until = time.monotonic() + seconds
        while part.ready is not None and not part.ready() and not self.stop.is_set():
            if time.monotonic() >= until:
                raise Permanent(f"{part.name} did not start: {self.last_words(part.name)}")
            self.look()
            self.stop.wait(_LOOK_SECONDS)

    def watch(self) -> None:
        """Keep all of them running until `stop` is set."""
        while not self.stop.wait(_LOOK_SECONDS):
            self.look()

    def look(self) -> None:
        """Restart who died, each after its pause; keep log files small."""
        now = time.monotonic()
        for child in self._children:
            if child.process is None:
                if now >= child.again_at:
                    self._spawn(child)
            elif (status := child.process.poll()) is not None:
                self._mourn(child, status, now)
        if now - self._logs_looked_at >= _LOG_SECONDS:
            self._logs_looked_at = now
            for file in self._logs.glob("*.log"):
                shorten(file)

    def close(self) -> None:
        """Stop everybody, step by step; who does not listen is killed."""
        for step in sorted({child.part.stops for child in self._children}):
            leaving = [child for child in self._children if child.part.stops == step]
            for child in leaving:
                self._signal(child, signal.SIGTERM)
            until = time.monotonic() + STOP_SECONDS
            for child in leaving:
                self._wait(child, until)
                self._signal(child, signal.SIGKILL)  # and its own children, if any are left
        self._children.clear()

    def processes(self) -> dict[str, int]:
        """Name → process id of who runs now."""
        return {
            child.part.name: child.process.pid
            for child in self._children
            if child.process is not None
        }

    def last_words(self, name: str) -> str:
        """The end of a part's log."""
        file = self._logs / f"{name}.log"
        lines = file.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return " / ".join(lines[-3:]) or f"nothing in {file}"

    def _spawn(self, child: _Child) -> None:
        child.started = time.monotonic()
        with (self._logs / f"{child.part.name}.log").open("ab") as output:
            # A group of its own: Ctrl-C reaches us alone, and we stop the others in order.
            child.process = subprocess.Popen(  # noqa: S603 # our own commands, no shell
                child.part.command,
                env=self._environ,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                process_group=0,
            )

    def _mourn(self, child: _Child, status: int, now: float) -> None:
        self._signal(child, signal.SIGKILL)  # what it left behind
        if now - child.started >= STEADY_SECONDS:
            child.pause = FIRST_PAUSE
        child.process = None
        child.again_at = now + child.pause
        child.restarts += 1
        _log.warning("restarting", part=child.part.name, status=status, pause=child.pause)
        child.pause = min(child.pause * 2, LONGEST_PAUSE)

    def _signal(self, child: _Child, number: signal.Signals) -> None:
        if child.process is not None:
            with suppress(ProcessLookupError):  # its whole group is gone, as wished
                os.killpg(child.process.pid, number)

    def _wait(self, child: _Child, until: float) -> None:
        if child.process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            child.process.wait(max(0.0, until - time.monotonic()))
            return
        _log.warning("killing", part=child.part.name)
        self._signal(child, signal.SIGKILL)
        child.process.wait()


def shorten(file: Path) -> None:
    """Set a log that has grown large aside, and begin anew; its writer appends and goes on."""
    if file.stat().st_size > LARGEST_LOG:
        shutil.copyfile(file, file.with_suffix(".log.1"))
        os.truncate(file, 0)
