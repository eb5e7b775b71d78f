"""Ask a store for one page after another; each is fetched outside of any transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial

from sqlalchemy import CursorResult, bindparam, case, func, or_, select, update
from sqlalchemy.orm import Session

from connector import clock
from connector.commerce import keeping
from connector.database import insert
from connector.machine import Machine
from connector.nudge import nudge
from connector.ports.feed import Feed, Page, Resource
from connector.ports.platform import Platform
from connector.stores.models import Store, StoreState
from connector.stores.reaching import Way
from connector.sync import ahead, fetching, notes, removals, rollcall, rules, writing
from connector.sync.fetching import Claim, Outcome
from connector.sync.models import Cursor, CursorState, Purpose, Sighting, WebhookCheck

_DUE = (
    select(Cursor.store_id)
    .join(Store, Store.id == Cursor.store_id)
    .where(Cursor.due_at <= bindparam("now"), Store.state != StoreState.DISCONNECTED)
    .distinct()
)
_ASKED = select(Cursor.id).where(Cursor.store_id == Store.id)
_NEW = select(Store.id).where(
    or_(
        ~_ASKED.exists() & (Store.state != StoreState.DISCONNECTED),
        (Store.state == StoreState.CONNECTED)
        & _ASKED.where(Cursor.state == CursorState.PAUSED).exists(),
    )
)


def stores_with_work(session: Session, now: datetime, *, store_id: int | None = None) -> list[int]:
    """Stores (or is this one?) with a page to fetch, never asked, or paused and let in again."""
    due, new = _DUE, _NEW
    if store_id is not None:
        due, new = due.where(Store.id == store_id), new.where(Store.id == store_id)
    return sorted({*session.scalars(due, {"now": now}), *session.scalars(new)})


def work(machine: Machine, store_id: int, now: datetime) -> int:
    """Fetch and keep one page of one store; returns 1, or 0 when nothing is due.

    Whoever dies on the way leaves a lease that ends: the same page is then fetched again, and
    telling a record twice is telling it once.
    """
    with machine.database.transaction() as session:
        store = session.get(Store, store_id)
        if store is None or store.state == StoreState.DISCONNECTED:
            return 0
        platform = machine.platforms[store.platform]
        feed = platform.feed
        if feed is None:
            return 0
        prepare(session, store, feed, now)
        claim = _claim(session, store, now)
        if claim is None:
            return 0
    way = Way(machine, store_id)
    calls_the_roll = claim.purpose is Purpose.ROLL_CALL
    outcome = (
        rollcall.ask(machine, feed, way, claim, now)
        if calls_the_roll
        else _page(machine, feed, way, claim, platform=platform, now=now)
    )
    writing.settle(machine, platform, claim, outcome, now)
    return 1


def _page(
    machine: Machine, feed: Feed, way: Way, claim: Claim, *, platform: Platform, now: datetime
) -> Outcome:
    """The claimed page of a list, the one after it on its way."""
    pages = ahead.of(machine.database)
    outcome = pages.take(claim)
    if outcome is None or claim.probing:  # what it said before it shut us out says nothing now
        outcome = fetching.fetch(feed, way, claim)
    if isinstance(outcome, Page) and outcome.cursor and outcome.wait_seconds <= 0:
        following = replace(claim, cursor=outcome.cursor)
        pages.ask(claim, outcome.cursor, partial(fetching.fetch, feed, way, following))
    if isinstance(outcome, Page):
        outcome = removals.ask(machine, platform, way, claim, outcome, now=now)
        outcome = notes.ask(machine, platform, way, claim, outcome, now=now)
    return outcome


def prepare(session: Session, store: Store, feed: Feed, now: datetime) -> None:
    """Give a store its cursors, and wake those that were paused while it refused us.

    One that refuses us from the first call on has them too: they are what knocks.
    """
    rows = [
        {
            "store_id": store.id,
            "resource": resource.value,
            "purpose": purpose.value,
            "state": CursorState.WAITING.value,
            "since": rules.first_since(resource, now) if purpose is Purpose.FIRST else None,
            "due_at": _begins_at(store, purpose, now),
        }
        for purpose in Purpose
        for resource in (feed.rolls if purpose is Purpose.ROLL_CALL else feed.resources)
    ]
    known = select(func.count()).select_from(Cursor).where(Cursor.store_id == store.id)
    if session.scalar(known) != len(rows):
        statement = insert(session, keeping.table_of(Cursor)).on_conflict_do_nothing()
        session.execute(statement, [{**_BLANK, **row} for row in rows])
    if store.state != StoreState.CONNECTED:
        return
    woken = session.execute(
        update(Cursor)
        .where(Cursor.store_id == store.id, Cursor.state == CursorState.PAUSED)
        .values(state=_AFTER_A_PAUSE, due_at=now, tries=0, error="")
    )
    if isinstance(woken, CursorResult) and woken.rowcount:
        check = update(WebhookCheck).where(WebhookCheck.store_id == store.id)
        session.execute(check.values(due_at=now))


def _begins_at(store: Store, purpose: Purpose, now: datetime) -> datetime | None:
    """None: once the first look is through."""
    if purpose is Purpose.ROLL_CALL:
        return rules.next_roll(now, clock.zone(store.timezone), store_id=store.id)
    return now if purpose is Purpose.FIRST else None


_AFTER_A_PAUSE = case(
    (Cursor.cursor == "", CursorState.WAITING.value), else_=CursorState.RUNNING.value
)
"""Who was in the midst of a list goes on there; a run that had not begun begins."""

_BLANK = {
    "cursor": "", "fetched": 0, "unreadable": 0, "last_unreadable": [], "error": "", "tries": 0,
    "trail": [], "asked_through": "",
}  # fmt: skip


def _claim(session: Session, store: Store, now: datetime) -> Claim | None:
    """The store's oldest due page, unless one of its pages is being fetched already."""
    table = keeping.table_of(Cursor)
    other = table.alias("other")
    busy = select(other.c.id).where(other.c.store_id == store.id, other.c.lease_ends_at > now)
    due = (  # a CTE: see detection.actions.claim
        select(table.c.id)
        .where(table.c.store_id == store.id, table.c.due_at <= now, ~busy.exists())
        .order_by(table.c.due_at, table.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    ends = now + rules.LEASE
    claimed = session.scalar(
        update(table)
        .where(table.c.id.in_(select(due.c.id)))
        .values(due_at=ends, lease_ends_at=ends)
        .returning(table.c.id)
    )
    if claimed is None:
        return None
    row = session.get_one(Cursor, claimed, populate_existing=True)
    known, stopped = row.state, row.state in (CursorState.FAILED, CursorState.PAUSED)
    if (stopped and not row.cursor) or known in (CursorState.WAITING, CursorState.DONE):
        _begin(session, row, now)
        if known == CursorState.PAUSED:
            row.state = known  # until the store answers
    return Claim(
        id=row.id,
        store_id=store.id,
        resource=Resource(row.resource),
        purpose=Purpose(row.purpose),
        cursor=row.cursor,
        since=row.since,
        run=row.started_at,
        lease_ends_at=ends,
        probing=store.state == StoreState.ACCESS_LOST,
    )


def _begin(session: Session, row: Cursor, now: datetime) -> None:
    """A new run; a standing one keeps its watermark, a nightly one looks afresh."""
    row.state, row.started_at, row.finished_at = CursorState.RUNNING, now, None
    row.cursor, row.fetched, row.total, row.trail = "", 0, None, []
    row.unreadable, row.last_unreadable, row.error = 0, [], ""
    if row.purpose in (Purpose.NIGHTLY, Purpose.ROLL_CALL):
        row.watermark = None
        session.query(Sighting).filter_by(cursor_id=row.id).delete()


def again(session: Session, store_id: int, now: datetime, *, full: bool = False) -> list[int]:
    """Look at the store now: at what changed, or (`full`) at everything; returns the cursors' ids.

    A first look that is still running goes on.
    """
    found = session.scalars(select(Cursor).where(Cursor.store_id == store_id)).all()
    firsts = [one for one in found if one.purpose == Purpose.FIRST]
    standing = [one for one in found if one.purpose == Purpose.STANDING and one.due_at]
    begun = [one for one in firsts if one.due_at]
    for one in () if begun or not full else firsts:
        one.state, one.due_at = CursorState.WAITING, now
        one.since = rules.first_since(Resource(one.resource), now)
    woken = begun or (firsts if full else standing)
    rolls = [one for one in found if one.purpose == Purpose.ROLL_CALL] if full else []
    for one in (*woken, *rolls):
        _wake(one, now)
    notes.look_again(session, store_id, now)
    nudge(session, "sync", store_id)
    return [one.id for one in woken]


def read_anew(session: Session, store_id: int, now: datetime) -> None:
    """Read everything from the first page on: what was read is not here any more."""
    query = select(Cursor).where(Cursor.store_id == store_id, Cursor.purpose == Purpose.FIRST)
    for one in session.scalars(query):
        one.state, one.cursor, one.due_at, one.tries = CursorState.WAITING, "", now, 0
        one.lease_ends_at = None  # a page of the former run that is on its way counts no more
        one.since = rules.first_since(Resource(one.resource), now)
    nudge(session, "sync", store_id)


def let_go(session: Session, now: datetime) -> None:
    """Whoever held a page or a check here is known to be dead: both are due again at once."""
    for table in (Cursor, WebhookCheck):
        held = update(table).where(table.lease_ends_at.is_not(None))
        session.execute(held.values(lease_ends_at=None, due_at=now))


def _wake(row: Cursor, now: datetime) -> None:
    if row.lease_ends_at is not None:
        return  # is being read
    row.due_at, row.tries = now, 0
    if row.state in (CursorState.DONE, CursorState.FAILED):
        # Whoever waits for its end must not take the last run's end for it.
        row.state = CursorState.RUNNING if row.cursor else CursorState.WAITING
