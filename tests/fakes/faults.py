"""What goes wrong between a store and its connector, each fault by its name."""

from __future__ import annotations

import json
import socket
import threading
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request, Response

from tests.fakes.catalogue import MUG
from tests.fakes.post import Delivery

if TYPE_CHECKING:
    from tests.fakes.store import PracticeStore

Proceed = Callable[[], Response]


class Fault:
    """One answer that goes wrong. `writes_only` faults wait for a call that changes something."""

    writes_only = False

    def answer(self, store: PracticeStore, request: Request, proceed: Proceed) -> Response:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Passes(Fault):
    """No fault: the next one is for a later call."""

    def answer(self, store: PracticeStore, request: Request, proceed: Proceed) -> Response:
        return proceed()


@dataclass(frozen=True, slots=True)
class RateLimited(Fault):
    """429 with Retry-After; nothing was done."""

    after: int = 2

    def answer(self, store: PracticeStore, request: Request, proceed: Proceed) -> Response:
        headers = {"Retry-After": f"{self.after}.0" if store.platform == "shopify" else self.after}
        return Response("Too many requests", 429, {k: str(v) for k, v in headers.items()})


@dataclass(frozen=True, slots=True)
class BusyUntil(Fault):
    """429 with the HTTP date until which nobody is to come."""

    until: str

    def answer(self, store: PracticeStore, request: Request, proceed: Proceed) -> Response:
        return Response("Too many requests", 429, {"Retry-After": self.until})


@dataclass(frozen=True, slots=True)
class Refuses(Fault):
    """This status with this JSON, whatever was asked; nothing was done."""

    status: int
    body: object

    def answer(self, store: PracticeStore, request: Request, proceed: Proceed) -> Response:
        said = json.dumps(self.body)
        return Response(said, self.status, content_type="application/json; charset=utf-8")


@dataclass(frozen=True, slots=True)
class Throttled(Fault):
    """Shopify's own throttling: status 200, no data, an error code, the state of the bucket."""

    cost: int = 502
    available: int = 20

    def answer(self, store: PracticeStore, request: Request, proceed: Proceed) -> Response:
        bucket = {"maximumAvailable": 2000.0, "currentlyAvailable": self.available}
        cost = {"requestedQueryCost": self.cost, "actualQueryCost": None}
        body = {
            "errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}],
            "extensions": {"cost": {**cost, "throttleStatus": {**bucket, "restoreRate": 100.0}}},
        }
        return Response(json.dumps(body), 200, content_type="application/json; charset=utf-8")


@dataclass(frozen=True, slots=True)
class Denied(Fault):
    """Shopify: a scope or the approval for protected data is missing; status 200, no data."""

    what: str

    def answer(self, store: PracticeStore, request: Request, proceed: Proceed) -> Response:
        said = f"Access denied for {self.what} field."
        error = {"message": said, "extensions": {"code": "ACCESS_DENIED"}, "path": [self.what]}
        body = {"errors": [error], "data": {self.what: None}}
        return Response(json.dumps(body), 200, content_type="application/json; charset=utf-8")


@dataclass(frozen=True, slots=True)
class Misunderstood(Fault):
    """Shopify: this version of the API does not have the field."""

    field: str

    def answer(self, store: PracticeStore, request: Request, proceed: Proceed) -> Response:
        said = f"Field '{self.field}' doesn't exist on type 'QueryRoot'"
        error = {"message": said, "extensions": {"code": "undefinedField"}}
        body = json.dumps({"errors": [error]})
        return Response(body, 200, content_type="application/json; charset=utf-8")


@dataclass(frozen=True, slots=True)
class Says(Fault):
    """Shopify: this `data`, whatever was asked; nothing was done."""

    data: object

    def answer(self, store: PracticeStore, request: Request, proceed: Proceed) -> Response:
        body = json.dumps({"data": self.data})
        return Response(body, 200, content_type="application/json; charset=utf-8")


@dataclass(frozen=True, slots=True)
class SamePageAgain(Fault):
    """Shopify: the page's last cursor is the one that was asked with: walking on never ends."""

    cursor: str

    def answer(self, store: PracticeStore, request: Request, proceed: Proceed) -> Response:
        body = json.loads(proceed().get_data())
        for connection in body["data"].values():
            connection["pageInfo"] = {"hasNextPage": True, "endCursor": self.cursor}
        return Response(json.dumps(body), 200, content_type="application/json; charset=utf-8")


@dataclass(slots=True)
class NeverEnds(Fault):
    """Shopify: every page says that another follows, behind the last item that there is."""

    last: str = ""

    def answer(self, store: PracticeStore, request: Request, proceed: Proceed) -> Response:
        body = json.loads(proceed().get_data())
        for connection in body["data"].values():
            if "pageInfo" in (connection or ()):
                self.last = connection["pageInfo"]["endCursor"] or self.last
                connection["pageInfo"] = {"hasNextPage": True, "endCursor": self.last}
        return Response(json.dumps(body), 200, content_type="application/json; charset=utf-8")


@dataclass(frozen=True, slots=True)
class RedirectsTo(Fault):
    """The store has moved, or its API stands behind another address now."""

    address: str

    def answer(self, store: PracticeStore, request: Request, proceed: Proceed) -> Response:
        return Response("", 301, headers={"Location": f"{self.address}{request.path}"})


@dataclass(frozen=True, slots=True)
class ServerError(Fault):
    """5xx; the next call is answered again."""

    status: int = 500

    def answer(self, store: PracticeStore, request: Request, proceed: Proceed) -> Response:
        page = "<html><body>There has been a critical error.</body></html>"
        return Response(page, self.status, content_type="text/html; charset=UTF-8")


@dataclass(frozen=True, slots=True)
class HtmlInsteadOfJson(Fault):
    """Status 200 and a page: a cache, a maintenance plug-in, a captcha."""

    def answer(self, store: PracticeStore, request: Request, proceed: Proceed) -> Response:
        page = "<html><body>One moment, please</body></html>"
        return Response(page, 200, content_type="text/html; charset=UTF-8")


@dataclass(frozen=True, slots=True)
class MayNotList(Fault):
    """The key is right and may not see this: a WordPress user with too few rights made it."""

    def answer(self, store: PracticeStore, request: Request, proceed: Proceed) -> Response:
        body = {
            "code": "woocommerce_rest_cannot_view",
            "message": "Sorry, you cannot list resources.",
            "data": {"status": 401},
        }
        return Response(json.dumps(body), 401, content_type="application/json; charset=UTF-8")


@dataclass(frozen=True, slots=True)
class SamePage(Fault):
    """A caching plug-in: a million products, says the header, and always the same 25."""

    def answer(self, store: PracticeStore, request: Request, proceed: Proceed) -> Response:
        mug = store.dialect.payload(MUG)
        body = json.dumps([{**mug, "id": number} for number in range(1, 26)])
        return Response(body, content_type="application/json", headers={"X-WP-Total": "1000000"})


@dataclass(frozen=True, slots=True)
class Hangs(Fault):
    """The connection stays open without an answer; nothing was done."""

    seconds: float = 30

    def answer(self, store: PracticeStore, request: Request, proceed: Proceed) -> Response:
        store.closing.wait(self.seconds)
        return hang_up(request)


@dataclass(frozen=True, slots=True)
class HangsUp(Fault):
    """The connection breaks before anything was done."""

    def answer(self, store: PracticeStore, request: Request, proceed: Proceed) -> Response:
        return hang_up(request)


@dataclass(frozen=True, slots=True)
class TimeOutAfterDoing(Fault):
    """It is done (the coupon is made), and the answer never arrives.

    Without `seconds` the connection breaks at once, with them it hangs as long.
    """

    seconds: float = 0
    writes_only = True

    def answer(self, store: PracticeStore, request: Request, proceed: Proceed) -> Response:
        proceed()
        store.closing.wait(self.seconds)
        return hang_up(request)


@dataclass(frozen=True, slots=True)
class TokenRevoked(Fault):
    """The merchant took the access back; every later call is refused too."""

    def answer(self, store: PracticeStore, request: Request, proceed: Proceed) -> Response:
        store.revokes_access()
        return proceed()


@dataclass(frozen=True, slots=True)
class UninstalledMeanwhile(Fault):
    """The app is removed while its call is on the way; app/uninstalled waits in `pending`."""

    def answer(self, store: PracticeStore, request: Request, proceed: Proceed) -> Response:
        with store.holding():
            store.uninstalls()
        return proceed()


class Faults:
    """Per resource (coupons, orders, products, customers, webhooks, shop, checkouts) a queue."""

    def __init__(self) -> None:
        self._queues: dict[str, deque[Fault]] = defaultdict(deque)
        self._lock = threading.Lock()

    def next(self, resource: str, *faults: Fault) -> None:
        """The next calls of this resource meet these faults, one each, in this order."""
        with self._lock:
            self._queues[resource].extend(faults)

    def take(self, resource: str, *, writes: bool) -> Fault | None:
        with self._lock:
            queue = self._queues[resource]
            if not queue or (queue[0].writes_only and not writes):
                return None
            return queue.popleft()

    def clear(self) -> None:
        """Whatever was wrong is over."""
        with self._lock:
            self._queues.clear()

    @property
    def waiting(self) -> int:
        """Faults that no call has met yet; a test that ends with some did not test them."""
        with self._lock:
            return sum(len(queue) for queue in self._queues.values())


def hang_up(request: Request) -> Response:
    """Break the connection under the server's hands; what it still writes goes nowhere."""
    connection: socket.socket = request.environ["werkzeug.socket"]
    connection.shutdown(socket.SHUT_RDWR)
    return Response("", 200)


# What `store.deliver(tampered=…)` takes: a delivery spoiled on its way.


def _with_signature(delivery: Delivery, signature: str | None) -> Delivery:
    headers = dict(delivery.headers)
    for name in ("X-WC-Webhook-Signature", "X-Shopify-Hmac-Sha256"):
        if name in headers:
            del headers[name]
            if signature is not None:
                headers[name] = signature
    return replace(delivery, headers=headers)


def without_signature(delivery: Delivery) -> Delivery:
    return _with_signature(delivery, None)


def wrong_signature(delivery: Delivery) -> Delivery:
    return _with_signature(delivery, "d3Jvbmcgc2lnbmF0dXJlLCByaWdodCBsZW5ndGghISE=")


def malformed_signature(delivery: Delivery) -> Delivery:
    """Not even base64, with a letter outside ASCII: what strangers send."""
    return _with_signature(delivery, "%%% not base64 é")


def changed_body(delivery: Delivery) -> Delivery:
    """Signed, then altered on the way."""
    return replace(delivery, body=delivery.body + b" ")


def unknown_topic(delivery: Delivery) -> Delivery:
    """A topic that the connector has never heard of; the body's signature stays right."""
    headers = dict(delivery.headers)
    for name, topic in (("X-WC-Webhook-Topic", "action.unheard"), ("X-Shopify-Topic", "un/heard")):
        if name in headers:
            headers[name] = topic
    return replace(delivery, topic="unheard", headers=headers)
