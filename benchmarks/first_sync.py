"""The first look at 10,000 orders, against fetching the same pages and dropping them.

The store is canned: it answers each page after PAGE_SECONDS, what a real one took for a page of
100 orders with `_fields` (contracts/woocommerce), from a process's thread on this machine.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from adapters.http import Http
from adapters.platforms.woocommerce import WooCommerce, api, lists
from adapters.platforms.woocommerce.feed import LISTS
from benchmarks.ground import BACKENDS, ground
from benchmarks.payloads import SECRET, orders
from benchmarks.results import Row
from connector.machine import Machine
from connector.ports.platform import Access, Platform, StoreFacts
from connector.registry import Registry
from connector.stores import actions as stores
from connector.stores.models import Store
from connector.sync import actions

ORDERS = 10_000
LINES = 4
PAGE_SECONDS = 0.35
GOAL = 1.15


def measure() -> Iterator[Row]:
    bodies = [one.body.decode() for one in orders("woocommerce", ORDERS, lines=LINES)]
    with _canned(bodies) as address:
        keys = {"consumer_key": "ck_1", "consumer_secret": "cs_1"}
        access = Access(base_url=address, credentials=keys)
        for backend in BACKENDS:
            with ground(backend) as one:
                yield _row(backend, one.machine, access)


def _row(backend: str, machine: Machine, access: Access) -> Row:
    woocommerce = WooCommerce(Http(allow_private=True))
    known: Registry[Platform] = Registry("platform", {"woocommerce": woocommerce})
    able = replace(machine, platforms=known)
    fetching = _drops(woocommerce, access)
    syncing = _syncs(able, _connected(able, access))
    return Row(
        name="sync",
        backend=backend,
        value=round(syncing / fetching, 2),
        unit="ratio",
        goal=GOAL,
        lower_is_better=True,
        details={
            "orders": ORDERS,
            "fetching_seconds": round(fetching, 1),
            "sync_seconds": round(syncing, 1),
            "orders_per_second": round(ORDERS / syncing),
        },
    )


def _drops(platform: WooCommerce, access: Access) -> float:
    """Seconds to fetch every list to its end, with nothing translated and nothing kept."""
    store = api.Store(platform.http, access)
    begun = time.perf_counter()
    for listed in LISTS.values():
        cursor = None
        while cursor != "":
            cursor = lists.read(store, listed, cursor or "", since=None).cursor
    return time.perf_counter() - begun


def _syncs(machine: Machine, store: Store) -> float:
    now = machine.now()
    begun = time.perf_counter()
    while actions.work(machine, store.id, now):
        pass
    return time.perf_counter() - begun


def _connected(machine: Machine, access: Access) -> Store:
    facts = StoreFacts(name="Canned", currency="ILS", timezone="UTC", locale="en", external_id="1")
    now = machine.now()
    with machine.database.transaction() as session:
        return stores.connect(
            session, machine, stores.the_account(session, now), now,
            platform="woocommerce", access=access, facts=facts, webhook_secret=SECRET,
        )  # fmt: skip


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 # werkzeug's name
        """Say nothing."""


@contextmanager
def _canned(bodies: Sequence[str]) -> Iterator[str]:
    """A store that has these orders and nothing else; yields its address."""

    @Request.application
    def answer(request: Request) -> Response:
        mine = request.path.endswith("/orders") and request.args.get("status") == "any"
        start = int(request.args.get("offset", 0))
        page = bodies[start : start + int(request.args["per_page"])] if mine else []
        if page:
            time.sleep(PAGE_SECONDS)
        total = {"X-WP-Total": str(len(bodies) if mine else 0)}
        return Response(f"[{','.join(page)}]", 200, total, content_type="application/json")

    server = make_server("127.0.0.1", 0, answer, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
