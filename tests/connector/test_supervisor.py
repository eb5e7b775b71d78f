"""All of Askback as real processes: started, killed, restarted, and gone when it is over."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import requests

from connector import home, lifeline, supervisor, valkey
from connector.errors import Permanent
from connector.stack import refuse_taken_port
from tests.fakes import MUG, PracticeStore
from tests.road import free_port

COMMAND = (sys.executable, "-m", "connector")
PARTS = {"valkey", "scheduler", "worker-now", "worker-soon", "web"}


def whole_stack(test: Callable[[Path], None]) -> Callable[[Path], None]:
    """Six processes at once: time enough on a busy machine."""
    marks = (pytest.mark.crash, pytest.mark.timeout(300))
    for mark in marks:
        test = mark(test)
    return test


def in_time(holds: Callable[[], bool], seconds: float = 90) -> bool:
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def children(parent: int) -> dict[int, str]:
    """All living descendants: process id → command line."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended while we looked
        if fields[0] != "Z":
            parents[int(folder.name)] = int(fields[1])
    found: dict[int, str] = {}
    generation = {parent}
    while generation := {one for one, its in parents.items() if its in generation}:
        found.update(dict.fromkeys(generation, ""))
    for one in found:
        try:
            found[one] = (Path("/proc") / str(one) / "cmdline").read_text().replace("\0", " ")
        except OSError:
            continue
    return found


def running(process: int) -> bool:
    try:
        stat = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


class Up:
    """A running `askback up`."""

    def __init__(self, folder: Path) -> None:
        self.home = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        clean = ("SECRET_KEY", "REDIS_URL", "DATABASE_URL", "SMTP_URL", "PUBLIC_URL")
        self.environ = {key: text for key, text in os.environ.items() if key not in clean} | {
            "ASKBACK_HOME": str(folder),
            "PORT": str(self.port),
            "ALLOW_PRIVATE_ADDRESSES": "1",
        }
        self._errors = folder / "up.err"
        with self._errors.open("a") as errors:
            self.process = subprocess.Popen(
                [*COMMAND, "up"], env=self.environ, stdout=subprocess.PIPE, stderr=errors, text=True
            )

        self.said = ""

    def comes_up(self) -> bool:
        """Read what it says until it has said where its logs are, its last word; False: it left."""
        assert self.process.stdout is not None
        while "logs" not in self.said:
            line = self.process.stdout.readline()
            if not line:
                return False
            self.said += line
        return "Askback is running" in self.said

    @property
    def complaints(self) -> str:
        return self._errors.read_text()

    def asks(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, *arguments], env=self.environ, capture_output=True, text=True, timeout=60,
            check=False,
        )  # fmt: skip

    def healthy(self) -> bool:
        try:
            return requests.get(f"{self.url}/healthz", timeout=2).status_code == 200
        except requests.RequestException:
            return False

    def part(self, words: str) -> int:
        """The process whose command line holds these words; 0 when there is none."""
        found = [one for one, line in children(self.process.pid).items() if words in line]
        return min(found, default=0)

    def deliveries(self, state: str) -> int:
        with closing(sqlite3.connect(self.home / "askback.db", timeout=10)) as connection:
            query = "SELECT count(*) FROM deliveries WHERE state = ?"
            (count,) = connection.execute(query, (state,)).fetchone()
        return int(count)


@contextmanager
def up(folder: Path) -> Iterator[Up]:
    started = Up(folder)
    try:
        assert started.comes_up(), started.complaints
        yield started
    finally:
        family = children(started.process.pid)
        started.process.kill()
        started.process.communicate()
        assert in_time(lambda: not any(map(running, family)), 20), family


@whole_stack
def test_up_serves_and_leaves_nobody_behind_whether_it_is_asked_to_stop_or_killed(
    tmp_path: Path,
) -> None:
    with up(tmp_path) as stack:
        assert stack.healthy()
        assert requests.get(f"{stack.url}/readyz", timeout=5).json()["redis"] == "ok"
        family = children(stack.process.pid)
        assert len(family) == len(PARTS) + 1  # the web server and the process that serves
        key = home.key_file(tmp_path)
        assert key.stat().st_mode & 0o777 == 0o600

        second = stack.asks("up")
        assert second.returncode == 1
        assert "Askback already runs on" in second.stderr

        stack.process.send_signal(signal.SIGTERM)
        assert stack.process.wait(15) == 0
        assert "Traceback" not in stack.complaints
        assert f"{stack.url}/login/" in stack.said
        assert str(tmp_path / "logs") in stack.said
        assert not any(map(running, family))
        kept = key.read_text()
    with up(tmp_path) as again:
        assert again.healthy()
        assert key.read_text() == kept
        family = children(again.process.pid)
        assert len(family) == len(PARTS) + 1
        again.process.kill()
        again.process.wait()
        assert in_time(lambda: not any(map(running, family)), 15), family


@whole_stack
def test_whoever_is_killed_is_started_again_and_no_delivery_is_lost(tmp_path: Path) -> None:
    with up(tmp_path) as stack, PracticeStore.open("woocommerce") as store:
        added = stack.asks(
            "store", "add", "woocommerce", "--url", store.base_url, "--key", store.consumer_key,
            "--secret", store.consumer_secret, "--webhook-secret", store.webhook_secret, "--json",
        )  # fmt: skip
        store.connect(json.loads(added.stdout)["webhook_url"])

        store.leaves_checkout("ann@example.com", (MUG, 1))
        assert in_time(lambda: stack.deliveries("applied") > 0)
        assert in_time(lambda: stack.deliveries("received") == 0)
        before = stack.deliveries("applied")

        killed = [stack.part(words) for words in ("valkey-server", "worker now", "scheduler")]
        assert all(killed)
        for one in killed:
            os.kill(one, signal.SIGKILL)
        store.leaves_checkout("bea@example.com", (MUG, 2))
        assert in_time(lambda: stack.deliveries("applied") == 2 * before)
        assert stack.deliveries("received") == stack.deliveries("parked") == 0
        assert in_time(
            lambda: all(map(stack.part, ("valkey-server", "worker now", "connector scheduler")))
        )
        assert not set(killed) & set(children(stack.process.pid))
        assert in_time(lambda: valkey.answers(tmp_path))

        serving = max(one for one, line in children(stack.process.pid).items() if " web" in line)
        os.kill(serving, signal.SIGKILL)
        assert in_time(lambda: not running(serving))
        assert in_time(stack.healthy)


def test_a_taken_port_is_said_in_words() -> None:
    with subprocess.Popen(
        [sys.executable, "-c",
         "import socket,sys; s=socket.create_server(('127.0.0.1', 0));"
         "print(s.getsockname()[1], flush=True); sys.stdin.read()"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as other:  # fmt: skip
        assert other.stdout is not None
        port = int(other.stdout.readline())
        with pytest.raises(Permanent, match=f"port {port} on 127.0.0.1 cannot be used"):
            refuse_taken_port("127.0.0.1", port)
        other.communicate()


def part(tmp_path: Path, code: str, *, stops: int = 0, name: str = "part") -> supervisor.Part:
    return supervisor.Part(name=name, command=(sys.executable, "-c", code), stops=stops)


@pytest.fixture
def parent(tmp_path: Path) -> Iterator[supervisor.Supervisor]:
    made = supervisor.Supervisor(tmp_path / "logs", os.environ)
    yield made
    made.close()


def test_who_dies_at_once_is_started_again_after_longer_and_longer_pauses(
    parent: supervisor.Supervisor, tmp_path: Path
) -> None:
    parent.start(part(tmp_path, "print('here', flush=True)"))
    log = tmp_path / "logs" / "part.log"
    started = time.monotonic()

    def starts(count: int) -> bool:
        parent.look()
        return log.read_text().count("here") >= count

    assert in_time(lambda: starts(3))
    assert time.monotonic() - started >= supervisor.FIRST_PAUSE * 3


def test_a_part_that_never_gets_ready_tells_its_last_words(
    parent: supervisor.Supervisor, tmp_path: Path
) -> None:
    broken = supervisor.Part(
        name="broken",
        command=("sh", "-c", "echo no key, no entry"),
        ready=lambda: False,
    )
    with pytest.raises(Permanent, match="broken did not start: no key, no entry"):
        parent.start(broken, seconds=0.4)


def test_who_does_not_listen_is_killed_and_the_order_is_kept(
    parent: supervisor.Supervisor, tmp_path: Path
) -> None:
    told = tmp_path / "told"
    stubborn = "import signal,time; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + (
        "print('ready', flush=True); time.sleep(60)"
    )
    polite = (
        "import signal,sys,time\n"
        f"def end(*_): open({str(told)!r}, 'a').write('polite'); sys.exit()\n"
        "signal.signal(signal.SIGTERM, end); print('ready', flush=True); time.sleep(60)"
    )
    parent.start(part(tmp_path, polite, stops=1, name="polite"))
    parent.start(part(tmp_path, stubborn, stops=0, name="stubborn"))
    family = parent.processes()
    logs = tmp_path / "logs"
    assert in_time(lambda: all("ready" in (logs / f"{one}.log").read_text() for one in family))
    started = time.monotonic()
    parent.close()
    assert supervisor.STOP_SECONDS <= time.monotonic() - started < supervisor.STOP_SECONDS + 3
    assert told.read_text() == "polite"
    assert not any(map(running, family.values()))


def test_a_log_that_has_grown_large_begins_anew(tmp_path: Path) -> None:
    file = tmp_path / "web.log"
    file.write_bytes(b"x" * (supervisor.LARGEST_LOG + 1))
    supervisor.shorten(file)
    assert file.stat().st_size == 0
    assert (tmp_path / "web.log.1").stat().st_size == supervisor.LARGEST_LOG + 1
    file.write_text("short")
    supervisor.shorten(file)
    assert file.read_text() == "short"


def test_a_secret_key_is_made_once_and_kept(tmp_path: Path) -> None:
    home.keep_secret_key(tmp_path)
    key = home.key_file(tmp_path).read_text()
    home.keep_secret_key(tmp_path)
    assert home.key_file(tmp_path).read_text() == key
    assert len(key.strip()) >= 32
    assert [one.name for one in tmp_path.iterdir()] == ["secret_key"]


def test_where_the_kernel_does_not_help_a_child_still_ends_with_its_parent(
    tmp_path: Path,
) -> None:
    child = tmp_path / "child.py"
    child.write_text(
        "import os, threading\n"
        "from connector import lifeline\n"
        f"threading.Thread(target=lifeline._watch, args=(int(os.environ[{lifeline.PARENT!r}]),),"
        " daemon=True).start()\n"
        "print(os.getpid(), flush=True)\n"
        "threading.Event().wait(60)\n"
    )
    starter = (
        "import os, subprocess, sys, time\n"
        f"subprocess.Popen([sys.executable, {str(child)!r}],"
        f" env={{**os.environ, {lifeline.PARENT!r}: str(os.getpid())}})\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", starter], stdout=subprocess.PIPE, text=True
    ) as middle:
        assert middle.stdout is not None
        grandchild = int(middle.stdout.readline())
        assert running(grandchild)
        middle.kill()
        middle.wait()
        assert in_time(lambda: not running(grandchild), 10)


def test_a_data_folder_with_a_long_name_gets_a_socket_elsewhere(tmp_path: Path) -> None:
    long = tmp_path / ("long" * 30)
    assert len(str(valkey.socket_path(long))) <= 100
    assert valkey.socket_path(long) != valkey.socket_path(tmp_path / ("longer" * 30))
    assert valkey.socket_path(Path("/srv/askback")) == Path("/srv/askback/valkey/valkey.sock")
