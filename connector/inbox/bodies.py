"""Raw bodies that name somebody who was erased are emptied, as soon as they are applied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import update
from sqlalchemy.orm import Session

from connector import records
from connector.commerce import keeping
from connector.commerce.forgetting import Memory
from connector.database import among
from connector.inbox.intake import pack
from connector.inbox.models import Delivery
from connector.inbox.rules import spoken_of

EMPTY = pack(b"{}")
ERASED = "erased at the person's request"

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


def empty(session: Session, ids: Sequence[int]) -> None:
    table = keeping.table_of(Delivery)
    session.execute(
        update(table).where(among(session, table.c.id, ids)).values(body=EMPTY, reason=ERASED)
    )
