"""Notes beside orders, of which no webhook tells and no list: asked for by the orders' names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import BindParameter, ColumnElement, bindparam, or_, select, update
from sqlalchemy.orm import Session

from connector import log, records
from connector.commerce.models import Order
from connector.commerce.notes import NOTED
from connector.database import among
from connector.errors import AccessLost, AskbackError
from connector.machine import Machine
from connector.ports.feed import Page, Resource
from connector.ports.platform import Platform
from connector.records import OrderState
from connector.stores.reaching import Way
from connector.sync import rules
from connector.sync.fetching import Claim

AGAIN = timedelta(minutes=15)
"""A note does not change its order: whether one was added is seen by looking again."""
MOST = 20
"""Orders whose notes one look reads, a call each."""

_LITERALLY: BindParameter[Sequence[str]] = bindparam(
    "noted", [one.value for one in NOTED], expanding=True, literal_execute=True
)
"""Spelt out in the statement: only so does SQLite see that the index of these orders serves."""

_log = log.logger("sync")


def ask(
    machine: Machine, platform: Platform, way: Way, claim: Claim, page: Page, *, now: datetime
) -> Page:
    """At the end of a look at orders: the page, with the notes of those that need a reason.

    A store that cannot be asked now is asked at its next look; nothing is lost meanwhile. The
    order that came first goes to the end of the line then: it may be what stands in the way.
    """
    feed = platform.feed
    if feed is None or not feed.tells_notes or page.cursor or page.wait_seconds:
        return page
    if claim.resource is not Resource.ORDERS:
        return page
    with machine.database.reading() as session:
        names = _due(session, claim.store_id, page, now)
    if not names:
        return page
    told: Sequence[records.OrderNotes] = [
        records.OrderNotes(order_external_id=names[0], notes=None)
    ]
    try:
        told = way.ask(lambda access: feed.notes(access, names[:MOST]))
    except AccessLost as problem:
        _log.warning("notes could not be asked for", cursor=claim.id, problem=str(problem))
        return page
    except AskbackError as problem:
        _log.warning("notes could not be asked for", cursor=claim.id, problem=str(problem))
    except Exception as problem:  # noqa: BLE001 # a reader's bug: the look ends all the same
        _log.error("notes could not be read", cursor=claim.id, exc_info=problem)
    else:
        _log.info("notes read", cursor=claim.id, orders=len(told), left=len(names) > len(told))
    return replace(page, records=(*page.records, *told))


def look_again(session: Session, store_id: int, now: datetime) -> None:
    """Somebody wants to see the store as it is now: whoever was just asked for is, once more."""
    session.execute(update(Order).where(*_noted(store_id, now)).values(notes_read_at=None))


def _due(session: Session, store_id: int, page: Page, now: datetime) -> list[str]:
    """Whose notes to ask for: those never asked for before those asked for longest ago; among
    each the failed ones first. Old orders are left alone, and whoever was just asked for."""
    query = (
        select(Order.external_id)
        .where(
            *_noted(store_id, now),
            Order.deleted_at.is_(None),
            or_(Order.notes_read_at.is_(None), Order.notes_read_at <= now - AGAIN),
        )
        .order_by(
            Order.notes_read_at.is_not(None),
            Order.state != OrderState.FAILED,
            Order.notes_read_at,
            Order.updated_at.desc(),
        )
        .limit(MOST + 1)
    )
    new = _new(session, store_id, page, now)
    return list(dict.fromkeys((*new, *session.scalars(query))))


def _noted(store_id: int, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """The unfinished orders of the last days."""
    since = now - rules.NIGHT_LOOKS_BACK
    states = Order.state.in_(_LITERALLY)
    return Order.store_id == store_id, states, Order.updated_at >= since


def _new(session: Session, store_id: int, page: Page, now: datetime) -> Sequence[str]:
    """Orders that this very page is the first to tell of, or tells something new of."""
    since = now - rules.NIGHT_LOOKS_BACK
    told = {
        one.external_id: one
        for one in page.records
        if isinstance(one, records.Order) and one.state in NOTED and one.updated_at >= since
    }
    query = select(Order.external_id, Order.updated_at).where(
        Order.store_id == store_id, among(session, Order.external_id, sorted(told))
    )
    for name, updated_at in session.execute(query):
        if updated_at >= told[name].updated_at:
            del told[name]
    return sorted(told, key=lambda name: told[name].state is not OrderState.FAILED)
