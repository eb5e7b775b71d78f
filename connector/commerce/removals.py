"""What a store drops is marked, and what went with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from connector import records
from connector.commerce import graves
from connector.commerce.models import Checkout, Customer, Order, Product
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
    for gone, heard_at in told:
        moment = gone.at or heard_at
        if gone.cart_token:
            graves.bury(session, store_id, "cart", gone.cart_token, moment)
        gone_with_it = [(gone.kind, name) for name in _names(session, store_id, gone)]
        gone_with_it += [("checkout", name) for name in _carts(session, store_id, gone)]
        for kind, name in gone_with_it:
            if graves.bury(session, store_id, kind, name, moment):
                events += _mark(session, store_id, (kind, name), moment, timed=bool(gone.at))
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


def _mark(
    session: Session, store_id: int, what: tuple[str, str], moment: datetime, *, timed: bool
) -> list[Event]:
    """By the store's own clock, what changed after its removal is not what was removed."""
    kind, name = what
    model = MODELS[kind]
    statement = update(model).where(
        model.store_id == store_id, model.external_id == name, model.deleted_at.is_(None)
    )
    if timed and not issubclass(model, Customer):
        statement = statement.where(model.updated_at <= moment)
    marked = session.execute(statement.values(deleted_at=moment).returning(model.id)).scalars()
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
