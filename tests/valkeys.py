"""A real Redis-compatible server for tests, on a socket of its own."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

from connector import lifeline, valkey


class Valkey:
    """Started and killed at will; keeps its data in `home`."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.url = valkey.url(home)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        valkey.prepare(self.home)
        self._process = subprocess.Popen(
            valkey.command(self.home),
            env={**os.environ, lifeline.PARENT: str(os.getpid())},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + 20
        while not valkey.answers(self.home):
            assert time.monotonic() < until, "the server did not start"
            time.sleep(0.01)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
