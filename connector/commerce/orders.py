"""Keep the orders that the stores tell of, with their shipments and refunds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row as Selected
from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from connector import records
from connector.commerce import carts, graves, keeping, people, rules
from connector.commerce.checkouts import lines_of
from connector.commerce.keeping import Change
from connector.commerce.models import Checkout, Fulfillment, Order, OrderLine, Refund
from connector.commerce.rules import Row
from connector.database import among
from connector.records import OrderState
from connector.stores import policy
from connector.stores.models import Store
from connector.timeline.events import Event, Name

_STICKY = frozenset({"bought_at"})

MARKS = (
    "store_id", "customer_id", "email_key", "checkout_external_id", "cart_token", "coupon_codes",
    "state",
)  # fmt: skip


def keep_orders(
    session: Session, store_id: int, told: Sequence[tuple[records.Order, datetime]]
) -> list[Event]:
    """Merge the orders; whoever bought completes her checkout. Returns what changed."""
    meanings = _meanings(session, store_id)
    orders = [rules.as_meant(one, meanings) for one, _ in told]
    names = {o.cart_token: o.checkout_external_id for o in orders if o.checkout_external_id}
    carts.learn(session, store_id, names)
    customer_ids = people.resolve(session, store_id, [(o.customer, o.updated_at) for o in orders])
    _keep_nobodys(session, store_id, orders, customer_ids)
    dead = graves.among_the_living(session, store_id, "order", told)
    rows = []
    for order, customer_id in zip(orders, customer_ids, strict=True):
        row = _row(order, customer_id)
        row["deleted_at"] = rules.dropped(dead.get(order.external_id), order.updated_at)
        rows.append(row)
    changes = keeping.keep(session, Order, store_id, rows, sticky=_STICKY)
    lines = lines_of(changes, orders, rows)
    new = {change.after["id"] for change in changes if change.before is None}
    keeping.replace_lines(session, OrderLine, "order_id", lines, new=new)
    _complete_checkouts(session, store_id, changes)
    events = [event for change in changes for event in _events(store_id, change)]
    events += keep_fulfillments(session, store_id, [f for o in orders for f in o.fulfillments])
    events += keep_refunds(session, store_id, [r for o in orders for r in o.refunds])
    return events


def _meanings(session: Session, store_id: int) -> Mapping[str, OrderState]:
    stored = session.scalar(select(Store.policy).where(Store.id == store_id))
    return policy.load(stored).statuses if stored else {}


def _keep_nobodys(
    session: Session, store_id: int, orders: Sequence[records.Order], ids: list[int | None]
) -> None:
    """An order of somebody erased stays with the nameless row that the erasure left of her."""
    hers = {one.external_id for one in orders if one.is_nobodys}
    known = keeping.load(session, Order, store_id, hers)
    for place, order in enumerate(orders):
        if order.is_nobodys and order.external_id in known:
            ids[place] = known[order.external_id]["customer_id"]


def by_id(session: Session, ids: Iterable[int]) -> dict[int, Order]:
    """These orders, as they stand."""
    found: dict[int, Order] = {}
    for part in keeping.parts(sorted(set(ids))):
        found.update(
            (o.id, o) for o in session.scalars(select(Order).where(among(session, Order.id, part)))
        )
    return found


def marks(session: Session, ids: Iterable[int]) -> dict[int, Selected[Any]]:
    """By what these orders' buyers are recognised; a fraction of the orders' own cost."""
    columns = [getattr(Order, name) for name in MARKS]
    found: dict[int, Selected[Any]] = {}
    for part in keeping.parts(sorted(set(ids))):
        query = select(Order.id, *columns).where(among(session, Order.id, part))
        found.update((row.id, row) for row in session.execute(query))
    return found


def keep_fulfillments(
    session: Session, store_id: int, told: Sequence[records.Fulfillment]
) -> list[Event]:
    rows = [
        {
            "external_id": one.external_id,
            "order_external_id": one.order_external_id,
            "state": one.state,
            "carrier": one.carrier,
            "tracking_numbers": list(one.tracking_numbers),
            "tracking_urls": list(one.tracking_urls),
            "version": rules.version(one.updated_at, content=one),
            "updated_at": one.updated_at,
            "delivered_at": one.delivered_at,
        }
        for one in told
    ]
    sticky = frozenset({"delivered_at"})
    keeping.keep(session, Fulfillment, store_id, rows, sticky=sticky)
    return []


def keep_refunds(session: Session, store_id: int, told: Sequence[records.Refund]) -> list[Event]:
    """A refund does not change once made: the first telling stands."""
    known = keeping.load(session, Refund, store_id, {one.external_id for one in told})
    rows = {
        one.external_id: {
            "store_id": store_id,
            "external_id": one.external_id,
            "order_external_id": one.order_external_id,
            "amount_minor": one.amount.minor,
            "currency": one.amount.currency,
            "reason": one.reason,
            "refunded_at": one.refunded_at,
        }
        for one in told
        if one.external_id not in known
    }
    keeping.upsert(session, Refund, list(rows.values()), ("store_id", "external_id"))
    return []


def _version(order: records.Order) -> str:
    rank, serial = rules.progress(order.state), rules.asked(order.asked_at)
    return rules.version(order.updated_at, rank=rank, serial=serial, content=order)


def _row(order: records.Order, customer_id: int | None) -> Row:
    person = order.customer or records.Customer()
    return {
        "external_id": order.external_id,
        "number": order.number,
        "checkout_external_id": order.checkout_external_id,
        "cart_token": order.cart_token,
        "customer_id": customer_id,
        "email_key": rules.email_key(person.email),
        "state": order.state.value,
        "status": order.status,
        "is_final": order.is_final,
        "currency": order.currency,
        "total_minor": order.total.minor,
        "refunded_minor": order.refunded.minor if order.refunded else 0,
        "coupon_codes": [code.lower() for code in order.coupon_codes],
        "payment_method": order.payment_method,
        "locale": order.locale or person.locale,
        "note": order.note,
        "status_url": order.status_url,
        "cancelled_by": order.cancelled_by,
        "cancel_reason": order.cancel_reason,
        "version": _version(order),
        "placed_at": order.created_at,
        "updated_at": order.updated_at,
        # An old order that is first heard of after its last edit was bought when it was paid.
        "bought_at": min(order.paid_at or order.updated_at, order.updated_at)
        if order.state.bought
        else None,
        "paid_at": order.paid_at,
        "cancelled_at": order.cancelled_at,
        "notes_read_at": None,
    }  # fmt: skip


def _complete_checkouts(session: Session, store_id: int, changes: list[Change]) -> None:
    """The cart became an order: final, whichever of the two was heard of first."""
    table = keeping.table_of(Checkout)
    bought: dict[str, datetime] = {}
    for change in changes:
        name, moment = change.after["checkout_external_id"], change.after["bought_at"]
        if name and moment:
            bought[name] = min(moment, bought.get(name, moment))
    for part in keeping.parts(sorted(bought)):
        found = select(table.c.id, table.c.external_id, table.c.completed_at).where(
            table.c.store_id == store_id, among(session, table.c.external_id, part)
        )
        rows = [
            {"the_id": row.id, "moment": bought[row.external_id]}
            for row in session.execute(found)
            if row.completed_at is None or row.completed_at > bought[row.external_id]
        ]
        if rows:
            statement = update(table).where(table.c.id == bindparam("the_id"))
            session.execute(statement.values(completed_at=bindparam("moment")), rows)


def _events(store_id: int, change: Change) -> list[Event]:
    before, after = change.before or {}, change.after

    def event(name: Name, moment: datetime | None = None) -> Event:
        return Event(
            name=name,
            store_id=store_id,
            subject_id=after["id"],
            customer_id=after["customer_id"],
            happened_at=moment or after["updated_at"],
            facts={
                "order": after["external_id"],
                "state": after["state"],
                "refunded": after["refunded_minor"],
            },
        )

    events = [event(Name.ORDER_CHANGED)]
    # Told again when an older telling comes late: bought earlier than we had thought.
    if after["bought_at"] and after["bought_at"] != before.get("bought_at"):
        events.append(event(Name.ORDER_BOUGHT, after["bought_at"]))
    was = before.get("state")
    for state, name in (
        (OrderState.CANCELLED, Name.ORDER_CANCELLED),
        (OrderState.REFUNDED, Name.ORDER_REFUNDED),
        (OrderState.FULFILLED, Name.ORDER_FULFILLED),
    ):
        if after["state"] == state and was != state:
            events.append(event(name))
    return events
