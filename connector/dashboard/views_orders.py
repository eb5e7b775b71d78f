"""Orders in progress: the living list, and one checkout's whole story."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from flask import Response, abort, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from connector import log, pages
from connector.commerce.models import CheckoutLine
from connector.dashboard import desk, queries_orders
from connector.dashboard.queries_orders import Row
from connector.errors import AskbackError
from connector.messages import live
from connector.messages.composing import Parties
from connector.money import Money
from connector.stores import policy
from connector.timeline.models import TimelineEvent
from connector.writeback import actions as writeback
from connector.writeback import queries as writing

LAST_PAGE = 10_000
LONGEST_STORY = 200

routes = desk.guarded("orders")

_log = log.logger("dashboard")


@routes.get("")
@routes.get("/")
def home() -> Response:
    return desk.see(url_for("orders.in_progress"))


@routes.get("/orders-in-progress")
def in_progress() -> Response:
    number = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    asked = desk.store_asked()
    with pages.machine().database.reading() as session:
        own = desk.stores(session)
        chosen = own if asked is None else [desk.store(session, asked)]
        rows, has_older = queries_orders.page_of_rows(session, chosen, number=number)
    return desk.page(
        "orders_in_progress.html",
        section="orders",
        stores=own,
        chosen=asked,
        rows=rows,
        number=number,
        has_older=has_older,
        now=desk.now(),
    )


@routes.get("/orders-in-progress/<checkout_id>")
def order_in_progress(checkout_id: str) -> Response:
    with pages.machine().database.reading() as session:
        row = queries_orders.row(session, desk.stores(session), desk.number(checkout_id))
        if row is None:
            abort(404)
        story = _story(session, row)
        writes = writing.of_checkout(session, row.checkout, desk.now())
    made_order = writing.order_of(writes, row.checkout)
    return desk.page(
        "order_in_progress.html",
        section="orders",
        row=row,
        lines=[_spoken_line(one) for one in row.lines],
        story=story,
        writes=writes,
        made_order=made_order,
        can_order=made_order is None and bool(row.lines) and _unfinished(row),
        cart_url=_cart_url(row),
        now=desk.now(),
    )


@routes.post("/orders-in-progress/<checkout_id>/order")
def make_order(checkout_id: str) -> Response:
    """The merchant makes the order in the shopper's place; pressing twice makes one."""
    with pages.machine().database.reading() as session:
        row = queries_orders.row(session, desk.stores(session), desk.number(checkout_id))
    if row is None:
        abort(404)
    if _unfinished(row):
        writeback.make_order(pages.machine(), row.checkout, desk.now())
    return desk.see(url_for("orders.order_in_progress", checkout_id=row.checkout.id))


def _unfinished(row: Row) -> bool:
    return row.checkout.state in queries_orders.IN_PROGRESS


def _spoken_line(line: CheckoutLine) -> dict[str, Any]:
    return {
        "title": line.title,
        "variant_title": line.variant_title,
        "quantity": line.quantity,
        "total": Money(line.total_minor, line.currency),
    }


def _story(session: Session, row: Row) -> list[TimelineEvent | queries_orders.Noted]:
    """What happened to this customer in this store, newest first, and what was noted there."""
    told: list[TimelineEvent | queries_orders.Noted] = [*_events(session, row)]
    told += queries_orders.notes(session, row, LONGEST_STORY)
    return sorted(told, key=lambda one: one.happened_at, reverse=True)[:LONGEST_STORY]


def _events(session: Session, row: Row) -> Sequence[TimelineEvent]:
    if row.customer is None:
        return []
    query = (
        select(TimelineEvent)
        .where(
            TimelineEvent.store_id == row.store.id,
            TimelineEvent.customer_id == row.customer.id,
        )
        .order_by(TimelineEvent.happened_at.desc(), TimelineEvent.id.desc())
        .limit(LONGEST_STORY)
    )
    return session.scalars(query).all()


def _cart_url(row: Row) -> str:
    """The cart on the store's own host; empty where the platform knows no way there."""
    if row.customer is None:
        return ""
    machine = pages.machine()
    parties = Parties(
        store=row.store,
        policy=policy.load(row.store.policy),
        customer=row.customer,
        checkout=row.checkout,
    )
    try:
        url = machine.platforms[row.store.platform].cart_url(
            row.store.base_url, live.checkout_facts(machine, parties, desk.now())
        )
    except AskbackError as problem:
        _log.warning("no way to the cart", checkout=row.checkout.id, problem=str(problem))
        return ""
    own_host = urlsplit(url).netloc == urlsplit(row.store.base_url).netloc
    return url if own_host and url.startswith(("https://", "http://")) else ""
