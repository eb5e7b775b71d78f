"""Show a person all that is known of her, as one JSON document."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from connector.commerce.models import (
    Checkout,
    CheckoutLine,
    Customer,
    Order,
    OrderLine,
    OrderNote,
)
from connector.consent.models import ConsentEntry, Suppression
from connector.coupons.models import Coupon
from connector.database import among
from connector.journeys.models import Answer, Enrollment
from connector.messages.models import Message
from connector.privacy.rules import Person
from connector.stores.models import Store
from connector.timeline.models import TimelineEvent

_OURS = frozenset(
    {"id", "store_id", "version", "versions", "passed_over", "due_at", "notes_read_at"}
)
"""Our own bookkeeping, which says nothing of her."""


def export(
    session: Session, store: Store, found: Sequence[Customer], person: Person
) -> dict[str, Any]:
    """The document: one list for each kind of thing, times in ISO 8601, amounts in minor units."""
    ids = [one.id for one in found]
    document: dict[str, Any] = {
        "store": {"name": store.name, "address": store.base_url, "platform": store.platform},
        "customers": [_row(one) for one in found],
    }
    for name, model in (
        ("answers", Answer),
        ("coupons", Coupon),
        ("messages", Message),
        ("journeys", Enrollment),
        ("timeline", TimelineEvent),
    ):
        query = select(model).where(among(session, model.customer_id, ids)).order_by(model.id)
        document[name] = [_row(one) for one in session.scalars(query)]
    for name, bought, line, owner in (
        ("checkouts", Checkout, CheckoutLine, CheckoutLine.checkout_id),
        ("orders", Order, OrderLine, OrderLine.order_id),
    ):
        document[name] = _bought(session, store, ids, person, (bought, line, owner))
    document["order_notes"] = _notes(session, store, document["orders"])
    for name, words in (("consent", ConsentEntry), ("suppressed", Suppression)):
        addresses = person.emails | person.phones
        query = select(words).where(
            words.store_id == store.id, among(session, words.address_key, addresses)
        )
        document[name] = [_row(one) for one in session.scalars(query.order_by(words.id))]
    return document


def _bought(
    session: Session, store: Store, ids: Sequence[int], person: Person, what: tuple[Any, Any, Any]
) -> list[dict[str, Any]]:
    model, line, owner = what
    hers = or_(
        among(session, model.customer_id, ids), among(session, model.email_key, person.emails)
    )
    found = session.scalars(
        select(model).where(model.store_id == store.id, hers).order_by(model.id)
    ).all()
    lines: dict[int, list[dict[str, Any]]] = {}
    query = select(line).where(among(session, owner, [one.id for one in found])).order_by(line.id)
    for one in session.scalars(query):
        lines.setdefault(getattr(one, owner.key), []).append(_row(one))
    return [_row(one) | {"lines": lines.get(one.id, [])} for one in found]


def _notes(
    session: Session, store: Store, orders: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """What people of the store wrote beside these orders."""
    names = [one["external_id"] for one in orders]
    query = select(OrderNote).where(
        OrderNote.store_id == store.id, among(session, OrderNote.order_external_id, names)
    )
    return [_row(one) for one in session.scalars(query.order_by(OrderNote.id))]


def _row(one: Any) -> dict[str, Any]:
    return {
        column.name: _plain(getattr(one, column.name))
        for column in one.__table__.columns
        if column.name not in _OURS
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, (datetime, date)) else value
