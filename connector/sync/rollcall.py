"""The roll is called in the nights: of each thing that we hold the store is asked, is it there?

What was dropped while its webhook was lost is on no list of changes: decisions/0023.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from connector import records
from connector.commerce import actions as commerce
from connector.commerce import keeping
from connector.commerce.models import Checkout, Customer, Order
from connector.database import insert
from connector.machine import Machine
from connector.ports.access import Access
from connector.ports.feed import Feed, LookedUp, Roll
from connector.stores.reaching import Way
from connector.sync import fetching, rules
from connector.sync.fetching import Called, Claim, Problem
from connector.sync.models import Cursor, CursorState, Sighting
from connector.timeline import actions as timeline

_MODELS: dict[str, type[Checkout] | type[Order] | type[Customer]] = {
    "checkout": Checkout,
    "order": Order,
    "customer": Customer,
}

_SILENT = timedelta(hours=1)
"""A checkout that she is at may be an order the next moment, and then it is no checkout."""

LACKS = "the store knows hardly anything of what it told before, so nothing was removed here: "


def ask(machine: Machine, feed: Feed, way: Way, claim: Claim, now: datetime) -> Called | Problem:
    """Ask for the next ones; a store that cannot be asked has dropped nothing."""
    roll = feed.rolls[claim.resource]
    with machine.database.reading() as session:
        row = session.get_one(Cursor, claim.id)
        held = _held(claim.store_id, roll, now)
        named = Checkout.number if roll.by_number else _MODELS[roll.kind].external_id
        own = _MODELS[roll.kind].external_id
        query = select(own, named).where(*held, own > row.asked_through).order_by(own)
        asked = {str(one): str(name) for one, name in session.execute(query.limit(roll.at_once))}
        first = None if claim.cursor else select(func.count()).where(*held)
        total = None if first is None else session.scalar(first) or 0
    through = list(asked)[-1] if len(asked) == roll.at_once else ""  # in the database's order
    if not asked:
        return Called(asked=0, gone=frozenset(), through="", total=total)
    found = fetching.attempt(
        way, claim, partial(_missing, feed, [(roll.kind, name) for name in asked.values()])
    )
    if isinstance(found, Problem):
        return found
    gone = frozenset(one for one, name in asked.items() if (roll.kind, name) in found.gone)
    return Called(asked=len(asked), gone=gone, through=through, total=total)


def _missing(feed: Feed, names: Sequence[tuple[str, str]], access: Access) -> LookedUp:
    """A list that lacks most of them is no list of them: then nothing is asked, nor believed."""
    unlisted = feed.not_listed(access, names)
    if unlisted is None:
        return feed.look_up(access, names)
    if rules.is_too_much(len(unlisted), len(names)):
        return LookedUp(gone=frozenset())
    return feed.look_up(access, unlisted)


def write(session: Session, row: Cursor, roll: Roll, called: Called, now: datetime) -> bool:
    """Note who did not answer; returns whether this night's part of the roll is over."""
    row.tries, row.error, row.state = 0, "", CursorState.RUNNING
    row.fetched += called.asked
    row.total = row.total if called.total is None else called.total
    row.asked_through = row.cursor = called.through
    if called.gone:
        lines = [
            {"cursor_id": row.id, "kind": roll.kind, "external_id": one}
            for one in sorted(called.gone)
        ]
        table = keeping.table_of(Sighting)
        session.execute(insert(session, table).on_conflict_do_nothing(), lines)
    if called.through and row.fetched < rules.part_of_the_roll(row.total or 0):
        row.due_at = now + rules.ROLL_PAUSE
        return False
    row.error = _conclude(session, row, roll, now)
    return True


def _conclude(session: Session, row: Cursor, roll: Roll, now: datetime) -> str:
    """Delete who did not answer, unless that is most of them; returns why nothing was, if so."""
    own = _MODELS[roll.kind].external_id
    silent = (Sighting.cursor_id == row.id, Sighting.kind == roll.kind)
    count = session.scalar(select(func.count()).select_from(Sighting).where(*silent)) or 0
    doubted = rules.is_too_much(count, row.fetched)
    names: Sequence[str | None] = ()
    if not doubted:
        query = select(own).join(Sighting, Sighting.external_id == own)
        names = session.scalars(query.where(*silent, *_held(row.store_id, roll, now))).all()
    told = [(records.Deleted(kind=roll.kind, external_id=one), now) for one in names if one]
    timeline.record(session, commerce.keep(session, row.store_id, told))
    session.execute(delete(Sighting).where(Sighting.cursor_id == row.id))
    return f"{LACKS}{roll.kind}" if doubted else ""


def _held(store_id: int, roll: Roll, now: datetime) -> list[ColumnElement[bool]]:
    """What we hold and the store must know, if it still has it."""
    model = _MODELS[roll.kind]
    held: list[ColumnElement[bool]] = [
        model.store_id == store_id,
        model.deleted_at.is_(None),
        model.external_id > "",
    ]
    if roll.kind == "order" and roll.reach is not None:
        held.append(Order.placed_at > now - roll.reach)
    if roll.kind == "checkout":
        held += [Checkout.completed_at.is_(None), Checkout.updated_at < now - _SILENT]
        if roll.reach is not None:
            held.append(Checkout.updated_at > now - roll.reach)
        if roll.by_number:
            held.append(Checkout.number > "")
    return held
