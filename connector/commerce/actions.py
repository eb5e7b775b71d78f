"""Every record that a store tells is handed to its keeper, a batch at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from connector import records
from connector.commerce import (
    catalogue,
    checkouts,
    forgetting,
    notes,
    orders,
    people,
    removals,
)
from connector.database import lock_store
from connector.timeline.events import Event, Name

Told = tuple[Any, datetime]
"""A record and when we received it."""

Keeper = Callable[[Session, int, Sequence[Told]], list[Event]]


def _customers(session: Session, store_id: int, told: Sequence[Told]) -> list[Event]:
    ids = people.resolve(session, store_id, [(one, one.updated_at or at) for one, at in told])
    return [
        Event(
            name=Name.CUSTOMER_CHANGED,
            store_id=store_id,
            subject_id=customer_id,
            customer_id=customer_id,
            happened_at=one.updated_at or received_at,
        )
        for customer_id, (one, received_at) in zip(ids, told, strict=True)
        if customer_id is not None
    ]


def _consents(session: Session, store_id: int, told: Sequence[Told]) -> list[Event]:
    """The consent ledger belongs to a later stage: it hears of the change."""
    persons = [
        (
            records.Customer(
                external_id=one.customer_external_id,
                email=one.email,
                phone=one.phone,
                accepts_marketing=one.granted if one.channel == "email" else None,
            ),
            one.changed_at or received_at,
        )
        for one, received_at in told
    ]
    ids = people.resolve(session, store_id, persons)
    return [
        Event(
            name=Name.CONSENT_CHANGED,
            store_id=store_id,
            subject_id=customer_id,
            customer_id=customer_id,
            happened_at=moment,
            facts={
                "channel": one.channel,
                "granted": one.granted,
                "withdrawn": one.withdrawn,
                "source": "store",
            },
            key=f"consent:{customer_id}:{one.channel}:{moment.isoformat()}",
        )
        for customer_id, (one, _), (_, moment) in zip(ids, told, persons, strict=True)
        if customer_id is not None
    ]


def _fulfillments(session: Session, store_id: int, told: Sequence[Told]) -> list[Event]:
    return orders.keep_fulfillments(session, store_id, [one for one, _ in told])


def _refunds(session: Session, store_id: int, told: Sequence[Told]) -> list[Event]:
    return orders.keep_refunds(session, store_id, [one for one, _ in told])


def _uninstalled(_session: Session, store_id: int, told: Sequence[Told]) -> list[Event]:
    moment = max(received_at for _, received_at in told)
    return [
        Event(
            name=Name.STORE_UNINSTALLED,
            store_id=store_id,
            subject_id=store_id,
            happened_at=moment,
            key=f"uninstalled:{moment.isoformat()}",
        )
    ]


def _wishes(_session: Session, store_id: int, told: Sequence[Told]) -> list[Event]:
    """Privacy is a later stage's business: it hears of the wish."""
    return [
        Event(
            name=Name.PRIVACY_ASKED,
            store_id=store_id,
            subject_id=store_id,
            happened_at=moment,
            facts={
                "kind": one.kind.value,
                "person": {
                    "customer_external_id": one.customer_external_id,
                    "email": one.email,
                    "phone": one.phone,
                },
            },
            key=f"{one.kind}:{one.customer_external_id}:{moment.isoformat()}",
        )
        for one, moment in told
    ]


KEEPERS: dict[type, Keeper] = {
    records.Customer: _customers,
    records.ConsentChange: _consents,
    records.Product: catalogue.keep_products,
    records.Checkout: checkouts.keep_checkouts,
    records.Order: orders.keep_orders,
    records.OrderNotes: notes.keep_notes,
    records.Fulfillment: _fulfillments,
    records.Refund: _refunds,
    records.Deleted: removals.keep_deletions,
    records.Uninstalled: _uninstalled,
    records.PrivacyWish: _wishes,
}
"""Record → keeper, in the order in which a batch is worked through."""


def keep(session: Session, store_id: int, told: Sequence[Told]) -> list[Event]:
    """Write everything that was told, without those who were erased; returns what happened, for
    the timeline.

    One transaction at a time does so for a store.
    """
    lock_store(session, store_id)
    memory = forgetting.look(session, store_id)
    return write(session, store_id, memory.without(told).told if memory else told)


def write(session: Session, store_id: int, told: Sequence[Told]) -> list[Event]:
    """`keep` for a caller who has locked the store and looked who was erased."""
    groups: dict[type, list[Told]] = {}
    for one in told:
        groups.setdefault(type(one[0]), []).append(one)
    events: list[Event] = []
    for kind, keeper in KEEPERS.items():
        if kind in groups:
            events += keeper(session, store_id, groups[kind])
    return events
