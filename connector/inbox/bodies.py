"""Raw bodies that name somebody who was erased are emptied, as soon as they are applied; those
that nobody could read yet, when a month has passed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from connector import records
from connector.commerce import keeping
from connector.commerce.forgetting import Memory
from connector.database import among
from connector.inbox.intake import pack
from connector.inbox.models import Delivery, DeliveryState
from connector.inbox.rules import READABLE, is_readable, spoken_of

EMPTY = pack(b"{}")
ERASED = "erased at the person's request"


@dataclass(frozen=True, slots=True)
class Parked:
    """A delivery that could not be read or kept, its body opened."""

    topic: str
    body: bytes
    received_at: datetime


_SAY_WHO = (records.Order, records.Checkout, records.Customer, records.ConsentChange)
_NAMELESS = (records.Product,)


def speaks_of_nobody_else(told: Sequence[object]) -> bool:
    """Do its records say all about whom it speaks of?"""
    return any(isinstance(one, _SAY_WHO) for one in told) or (
        bool(told) and all(isinstance(one, _NAMELESS) for one in told)
    )


def that_name_them(memory: Memory, bodies: Mapping[int, tuple[str, bytes]]) -> set[int]:
    """The deliveries, by id with topic and body, that speak of somebody who was erased."""
    spoken = {one: spoken_of(body, topic) for one, (topic, body) in bodies.items()}
    since = memory.since({name for names in spoken.values() for name in names})
    return {one for one, names in spoken.items() if not since.keys().isdisjoint(names)}


def let_go(
    session: Session, memory: Memory, parked: Mapping[int, Parked], now: datetime
) -> set[int]:
    """Parked deliveries that may name somebody erased: they are read once more READABLE after they
    came, and if that is now and was in vain, emptied. Returns those that were."""
    unreadable = {one for one, delivery in parked.items() if not is_readable(delivery.body)}
    told = {one: (parked[one].topic, parked[one].body) for one in parked.keys() - unreadable}
    ends = {
        one: parked[one].received_at + READABLE for one in unreadable | that_name_them(memory, told)
    }
    over = {one for one, end in ends.items() if end <= now}
    read_again(session, {one: end for one, end in ends.items() if one not in over})
    table = keeping.table_of(Delivery)
    session.execute(
        update(table)
        .where(among(session, table.c.id, sorted(over)))
        .values(body=EMPTY, reason=ERASED, state=DeliveryState.SET_ASIDE.value)
    )
    return over


def read_again(session: Session, moments: Mapping[int, datetime]) -> None:
    """Whoever looks for due deliveries then tries them once more."""
    table = keeping.table_of(Delivery)
    for one, moment in moments.items():
        session.execute(update(table).where(table.c.id == one).values(due_at=moment))


def empty(session: Session, ids: Sequence[int]) -> None:
    table = keeping.table_of(Delivery)
    session.execute(
        update(table).where(among(session, table.c.id, ids)).values(body=EMPTY, reason=ERASED)
    )
