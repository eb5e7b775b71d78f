"""What a store dropped stays dropped, even when an older copy of it comes late."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from connector import records
from connector.commerce import keeping
from connector.commerce.models import Checkout, Customer, Order, Product, Tombstone
from connector.timeline.events import Event, Name

Removable = type[Checkout] | type[Order] | type[Product] | type[Customer]

MODELS: dict[str, Removable] = {
    "checkout": Checkout,
    "order": Order,
    "product": Product,
    "customer": Customer,
}


def keep_deletions(
    session: Session, store_id: int, told: Sequence[tuple[records.Deleted, datetime]]
) -> list[Event]:
    """Remember each removal and mark what it removed; a checkout may be named by its cart."""
    events: list[Event] = []
    for gone, moment in told:
        if gone.cart_token:
            _bury(session, store_id, "cart", gone.cart_token, moment)
        for name in _names(session, store_id, gone):
            _bury(session, store_id, gone.kind, name, moment)
            events += _mark(session, store_id, gone.kind, name, moment)
        for name in _carts(session, store_id, gone):
            _bury(session, store_id, "checkout", name, moment)
            events += _mark(session, store_id, "checkout", name, moment)
    return events


def _carts(session: Session, store_id: int, gone: records.Deleted) -> list[str]:
    """Checkouts under a name of their own that went with an unpaid order: nobody is asked why
    she left what the merchant threw away."""
    if gone.kind != "order" or not gone.external_id:
        return []
    query = select(Order.checkout_external_id).where(
        Order.store_id == store_id,
        Order.external_id == gone.external_id,
        Order.checkout_external_id.not_in(("", gone.external_id)),
        Order.bought_at.is_(None),
    )
    return list(session.scalars(query))


def _names(session: Session, store_id: int, gone: records.Deleted) -> list[str]:
    if gone.external_id:
        return [gone.external_id]
    query = select(Checkout.external_id).where(
        Checkout.store_id == store_id, Checkout.cart_token == gone.cart_token
    )
    return list(session.scalars(query)) if gone.cart_token else []


def _bury(session: Session, store_id: int, kind: str, name: str, moment: datetime) -> None:
    row = {"store_id": store_id, "kind": kind, "external_id": name, "deleted_at": moment}
    keeping.upsert(session, Tombstone, [row], ("store_id", "kind", "external_id"))


def _mark(session: Session, store_id: int, kind: str, name: str, moment: datetime) -> list[Event]:
    model = MODELS[kind]
    marked = session.execute(
        update(model)
        .where(model.store_id == store_id, model.external_id == name, model.deleted_at.is_(None))
        .values(deleted_at=moment)
        .returning(model.id)
    ).scalars()
    return [
        Event(
            name=Name.CHECKOUT_DELETED,
            store_id=store_id,
            subject_id=row_id,
            happened_at=moment,
            facts={"checkout": name},
        )
        for row_id in marked
        if kind == "checkout"
    ]
