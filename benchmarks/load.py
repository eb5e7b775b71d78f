"""A lean client: posts prepared webhooks over keep-alive connections, one at a time on each."""

from __future__ import annotations

import base64
import hmac
import json
import re
import select
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from benchmarks.payloads import SECRET, orders

LINES = 4
"""Shopify's orders of four lines have the 10 kB that are promised."""

CONNECTIONS = 32
SILENCE_SECONDS = 30
_ORDER_ID = re.compile(rb'"id":(\d{13})')
_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What one run of the client saw. `seconds` for all, the others in milliseconds."""

    answered: int
    written: int
    """Answers with status 200."""
    seconds: float
    p50: float
    p99: float
    longest: float

    @property
    def per_second(self) -> float:
        return self.answered / self.seconds


def run(port: int, requests: int, *, people: str) -> Load:
    """Post `requests` webhooks to the port, from a process of their own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load", str(port), str(requests), people],
        check=True, stdout=subprocess.PIPE, timeout=300,
    )  # fmt: skip
    return Load(**json.loads(done.stdout))


def prepared(requests: int, people: str) -> Iterator[bytes]:
    """Whole HTTP requests: each another order and event, rightly signed."""
    (pattern,) = orders("shopify", 1, lines=LINES)
    found = _ORDER_ID.search(pattern.body)
    assert found is not None
    for number in range(requests):
        body = pattern.body.replace(found[1], b"%d" % (7_000_000_000_000 + number))
        body = body.replace(b"Ann", people.encode())
        name = f"{people}-{number:012d}"
        headers = {
            **pattern.headers,
            "Host": "127.0.0.1",
            "Content-Length": str(len(body)),
            "X-Shopify-Hmac-Sha256": signature(body),
            "X-Shopify-Event-Id": f"event-{name}",
            "X-Shopify-Webhook-Id": f"webhook-{name}",
        }
        head = "".join(f"{key}: {value}\r\n" for key, value in headers.items())
        yield f"POST /webhooks/shopify HTTP/1.1\r\n{head}\r\n".encode() + body


def signature(body: bytes) -> str:
    return base64.b64encode(hmac.digest(SECRET.encode(), body, "sha256")).decode()


class Client:
    """All connections of one run, in one thread: epoll, one send and one receive per request."""

    def __init__(self, port: int, requests: list[bytes]) -> None:
        self._port = port
        self._requests = requests
        self._next = 0
        self._sent_at: dict[int, float] = {}
        self._sockets: dict[int, socket.socket] = {}
        self._poll = select.epoll()
        self.latencies: list[float] = []
        self.written = 0

    def run(self) -> Load:
        for _ in range(CONNECTIONS):
            one = socket.create_connection(("127.0.0.1", self._port), timeout=SILENCE_SECONDS)
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._sockets[one.fileno()] = one
            self._poll.register(one, select.EPOLLIN)
        begun = time.perf_counter()
        for one in self._sockets.values():
            self._send(one)
        while len(self.latencies) < len(self._requests):
            ready = self._poll.poll(SILENCE_SECONDS)
            assert ready, f"no answer for {SILENCE_SECONDS} seconds"
            for descriptor, _ in ready:
                self._receive(self._sockets[descriptor])
        seconds = time.perf_counter() - begun
        for one in self._sockets.values():
            one.close()
        ordered = sorted(self.latencies)
        return Load(
            answered=len(ordered),
            written=self.written,
            seconds=seconds,
            p50=ordered[len(ordered) // 2] * 1000,
            p99=ordered[len(ordered) * 99 // 100] * 1000,
            longest=ordered[-1] * 1000,
        )

    def _send(self, one: socket.socket) -> None:
        if self._next < len(self._requests):
            request = self._requests[self._next]
            self._next += 1
            self._sent_at[one.fileno()] = time.perf_counter()
            one.sendall(request)

    def _receive(self, one: socket.socket) -> None:
        answer = one.recv(65536)
        head, _, body = answer.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        assert length, f"not a whole answer: {answer[:200]!r}"
        while len(body) < int(length[1]):
            body += one.recv(65536)
        self.latencies.append(time.perf_counter() - self._sent_at[one.fileno()])
        self.written += head.startswith(b"HTTP/1.1 200")
        self._send(one)


def main() -> None:
    port, requests, people = sys.argv[1:]
    ready = list(prepared(int(requests), people))
    print(json.dumps(asdict(Client(int(port), ready).run())))


if __name__ == "__main__":
    main()
