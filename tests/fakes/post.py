"""Webhooks on their way: what is waiting, what was delivered, what the connector answered."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

# Shopify gives up after 5 s, WooCommerce after 60; a test should not wait for either.
_CONNECT_SECONDS, _ANSWER_SECONDS = 1, 20
_DOORS = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """Whoever asked to be told of a topic. `secret` signs what is sent there.

    `status`: active, paused (by hand) or disabled (by the store, after failures): WooCommerce's.
    """

    id: int
    topic: str
    url: str
    secret: str
    name: str = ""
    status: str = "active"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One webhook: as it will be posted, and once posted the `status` that came back.

    `status` is None while it waits, and 0 when nobody answered.
    """

    topic: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    status: int | None = None


class PostOffice:
    """Posts deliveries over HTTP, at once or when it is told to."""

    def __init__(self) -> None:
        self.pending: list[Delivery] = []
        self.deliveries: list[Delivery] = []
        self.automatic = True
        self._lock = threading.Lock()

    def take(self, deliveries: Iterable[Delivery]) -> None:
        with self._lock:
            self.pending.extend(deliveries)

    @contextmanager
    def holding(self) -> Iterator[list[Delivery]]:
        """Nothing leaves inside the block; the list may be reordered, doubled or emptied."""
        before, self.automatic = self.automatic, False
        try:
            yield self.pending
        finally:
            self.automatic = before

    def deliver(
        self,
        *which: Delivery,
        tampered: Callable[[Delivery], Delivery] | None = None,
    ) -> list[Delivery]:
        """Post these deliveries, or all that wait, in their order; `tampered` changes each."""
        with self._lock:
            chosen = list(which) or list(self.pending)
            # By identity: a doubled delivery waits twice and leaves once for each time.
            leaving = {id(delivery) for delivery in chosen}
            self.pending[:] = [one for one in self.pending if id(one) not in leaving]
        return [self.post(tampered(one) if tampered else one) for one in chosen]

    def post(self, delivery: Delivery) -> Delivery:
        try:
            status = _posted(delivery)
        except (OSError, http.client.HTTPException):
            status = 0  # the store shrugs too: a dead receiver is no error of the shopper's deed
        posted = replace(delivery, status=status)
        with self._lock:
            self.deliveries.append(posted)
        return posted


def _posted(delivery: Delivery) -> int:
    """The status that came back. Thousands leave in a test run: `requests` would be three times
    the work of a connection alone."""
    url = urlsplit(delivery.url)
    door = _DOORS[url.scheme](url.hostname or "", url.port, timeout=_CONNECT_SECONDS)
    try:
        door.connect()
        door.sock.settimeout(_ANSWER_SECONDS)
        path = f"{url.path or '/'}?{url.query}" if url.query else url.path or "/"
        door.request("POST", path, delivery.body, dict(delivery.headers))
        answer = door.getresponse()
        answer.read()
        return answer.status
    finally:
        door.close()
