"""HTTP as a stranger may speak it: bytes into a socket, the status out of it."""

from __future__ import annotations

import socket
from contextlib import suppress

LONGEST_ANSWER = 65536


def ask(port: int, request: bytes, *, seconds: float = 20.0) -> int:
    """Send these bytes; the answer's status, 0 when the connection was closed without one."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as client:
        with suppress(ConnectionError):  # a server may answer and hang up before it has read all
            client.sendall(request)
        answer = b""
        with suppress(ConnectionError):
            while b"\r\n" not in answer and len(answer) < LONGEST_ANSWER:
                part = client.recv(4096)
                if not part:
                    break
                answer += part
    words = answer.split(b"\r\n", 1)[0].split(b" ")
    return int(words[1]) if len(words) > 1 else 0


def post(path: bytes, body: bytes, *headers: tuple[bytes, bytes]) -> bytes:
    """A request; its length is told unless a header says otherwise."""
    told = [(b"Host", b"127.0.0.1"), (b"Connection", b"close"), *headers]
    if not any(name.lower() in (b"content-length", b"transfer-encoding") for name, _ in headers):
        told.append((b"Content-Length", str(len(body)).encode()))
    lines = b"".join(name + b": " + text + b"\r\n" for name, text in told)
    return b"POST " + path + b" HTTP/1.1\r\n" + lines + b"\r\n" + body
