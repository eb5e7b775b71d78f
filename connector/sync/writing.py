"""What became of a page, written in one transaction with where to go on."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from connector import clock, log
from connector.commerce import actions as commerce
from connector.database import add_missing, lock_store
from connector.machine import Machine
from connector.ports.feed import Page, Resource
from connector.ports.platform import Platform
from connector.records import Checkout, Order, Product, SetAside
from connector.stores import actions as stores
from connector.stores import tokens
from connector.stores.models import Store, StoreState
from connector.sync import removals, rollcall, rules
from connector.sync.fetching import Called, Claim, Expired, Failed, Later, Lost, Outcome
from connector.sync.models import Cursor, CursorState, Purpose, Sighting
from connector.timeline import actions as timeline
from connector.timeline.events import Event, Name

_SHOWN = 10
_LONGEST = 500

_log = log.logger("sync")


@dataclass(frozen=True, slots=True)
class _Desk:
    """What lies on the table while one page is written down."""

    session: Session
    platform: Platform
    store: Store
    row: Cursor
    now: datetime


def settle(
    machine: Machine, platform: Platform, claim: Claim, outcome: Outcome, now: datetime
) -> None:
    """Write it down, unless another worker has taken the page over meanwhile."""
    try:
        _settle(machine, platform, claim, outcome, now)
    except Exception as problem:  # one record must never hold up a whole list
        if not isinstance(outcome, Page):
            raise
        _log.warning("page kept one by one", cursor=claim.id, problem=repr(problem)[:300])
        _settle(machine, platform, claim, outcome, now, one_by_one=True)


def _settle(
    machine: Machine,
    platform: Platform,
    claim: Claim,
    outcome: Outcome,
    now: datetime,
    *,
    one_by_one: bool = False,
) -> None:
    with machine.database.transaction() as session:
        lock_store(session, claim.store_id)
        row = session.get(Cursor, claim.id)
        if row is None or row.lease_ends_at != claim.lease_ends_at:
            return
        row.lease_ends_at = None
        desk = _Desk(session, platform, session.get_one(Store, claim.store_id), row, now)
        match outcome:
            case Page():
                keep = _keep_one_by_one if one_by_one else _keep
                page = _asked(outcome, row.started_at or now)
                _advance(desk, page, keep(session, claim.store_id, page, now))
            case Called():
                _answers(desk)
                _call_on(desk, outcome)
            case Later():
                _later(row, outcome, now)
            case Lost():
                _pause(desk, outcome.reason)
            case Failed():
                _fail(row, outcome.reason, now)
            case Expired():
                row.state, row.due_at = CursorState.WAITING, now


def _keep(session: Session, store_id: int, page: Page, now: datetime) -> list[str]:
    told = [(one, now) for one in page.records if not isinstance(one, SetAside)]
    timeline.record(session, commerce.keep(session, store_id, told))
    return []


def _asked(page: Page, asked_at: datetime) -> Page:
    """The page's records with the moment of asking: no later than the store answered, wherever
    in its run the page was fetched."""
    asked = (
        replace(one, asked_at=asked_at) if isinstance(one, Checkout | Order | Product) else one
        for one in page.records
    )
    return replace(page, records=tuple(asked))


def _keep_one_by_one(session: Session, store_id: int, page: Page, now: datetime) -> list[str]:
    """Keep what can be kept; returns a sentence for each record that could not."""
    faults = []
    for one in page.records:
        if isinstance(one, SetAside):
            continue
        try:
            with session.begin_nested():
                told = [(one, now)]
                timeline.record(session, commerce.keep(session, store_id, told))
        except Exception as problem:  # noqa: BLE001 # shown with the list; the others are kept
            name = getattr(one, "external_id", "")
            faults.append(f"{type(one).__name__} {name}: {type(problem).__name__}")
    return faults


def _advance(desk: _Desk, page: Page, faults: Sequence[str]) -> None:
    row, now = desk.row, desk.now
    _answers(desk)
    _count(row, page, faults, now)
    if row.purpose == Purpose.NIGHTLY:
        _sight(desk.session, row.id, page)
    if reason := rules.loop(row.trail, page, cursor=row.cursor, fetched=row.fetched):
        row.cursor = ""
        _fail(row, reason, now, pause=rules.PROBE_LAST)
    elif page.cursor:
        if page.wait_seconds <= 0:
            row.trail = rules.trail(row.trail, page)
        row.cursor = page.cursor
        row.due_at = rules.resume_at(row.started_at or now, now, page.wait_seconds)
    else:
        _finish(desk, page)


def _answers(desk: _Desk) -> None:
    """What was paused goes on (see actions.prepare)."""
    if desk.store.state == StoreState.ACCESS_LOST and tokens.regain(desk.session, desk.store.id):
        stores.let_in(desk.session, desk.store, desk.now)


def _call_on(desk: _Desk, called: Called) -> None:
    row, feed = desk.row, desk.platform.feed
    roll = feed.rolls[Resource(row.resource)] if feed else None
    if roll is None or not rollcall.write(desk.session, row, roll, called, desk.now):
        return
    row.state, row.finished_at, row.cursor = CursorState.DONE, desk.now, ""
    row.due_at = rules.next_roll(desk.now, clock.zone(desk.store.timezone), store_id=desk.store.id)


def _count(row: Cursor, page: Page, faults: Sequence[str], now: datetime) -> None:
    unreadable = [one[:_LONGEST] for one in (*page.unreadable, *faults)]
    row.tries, row.error, row.state = 0, "", CursorState.RUNNING
    row.fetched += rules.items(page)
    row.total = page.total if page.total is not None else row.total
    row.unreadable += len(unreadable)
    row.last_unreadable = [*row.last_unreadable, *unreadable][-_SHOWN:]
    row.watermark = rules.watermark(row.watermark, page.records, now)


def _sight(session: Session, cursor_id: int, page: Page) -> None:
    seen = {name for record in page.records for name in rules.names(record)}
    rows = [{"cursor_id": cursor_id, "kind": k, "external_id": n} for k, n in sorted(seen)]
    add_missing(session, Sighting, rows)


def _finish(desk: _Desk, page: Page) -> None:
    row, now = desk.row, desk.now
    row.state, row.finished_at, row.cursor, row.trail = CursorState.DONE, now, "", []
    match row.purpose:
        case Purpose.FIRST:
            row.due_at = None
            _arm(desk)
        case Purpose.STANDING:
            row.since = rules.next_since(row.watermark, row.started_at or now, now) or row.since
            row.due_at = now + rules.STANDING_EVERY
        case _:
            row.error = removals.bury(desk.session, desk.platform, row, now, page.gone)
            _set_night(desk, row)


def _arm(desk: _Desk) -> None:
    """From here on the list is looked at every few minutes and every night."""
    first, now = desk.row, desk.now
    query = select(Cursor).where(
        Cursor.store_id == first.store_id, Cursor.resource == first.resource
    )
    for row in desk.session.scalars(query):
        if row.due_at is not None or row.purpose == Purpose.FIRST:
            continue
        if row.purpose == Purpose.NIGHTLY:
            _set_night(desk, row)
            continue
        row.watermark = first.watermark
        since = rules.next_since(first.watermark, first.started_at or now, now)
        row.since = since or first.since
        row.due_at = now + rules.STANDING_EVERY


def _set_night(desk: _Desk, row: Cursor) -> None:
    store, feed = desk.store, desk.platform.feed
    row.due_at = rules.next_night(desk.now, clock.zone(store.timezone), store_id=store.id)
    in_full = feed is not None and Resource(row.resource) in feed.nightly_in_full
    row.since = None if in_full else row.due_at - rules.NIGHT_LOOKS_BACK


def _later(row: Cursor, outcome: Later, now: datetime) -> None:
    row.tries, row.error = row.tries + 1, outcome.reason[:_LONGEST]
    jitter = random.random()  # noqa: S311 # spreads calls, keeps no secret
    row.due_at = now + rules.retry_in(row.tries, outcome.after_seconds, jitter=jitter)


def _pause(desk: _Desk, reason: str) -> None:
    """Nothing is asked any more but one page, at growing distances, until the store answers.

    Whether the store is lost is not for this refusal to say (it was found by `tokens.lose`, which
    looks whose keys were refused): a merchant may have connected it anew while it was on its way.
    """
    row, store = desk.row, stores.held(desk.session, desk.store.id)
    if store is None or store.state != StoreState.ACCESS_LOST:
        row.tries = 0
        _later(row, Later(reason=""), desk.now)
        return
    store.shut_out_at = store.shut_out_at or desk.now
    if desk.platform.topics_after_leaving and desk.now - store.shut_out_at >= rules.SHUT_OUT:
        _give_up(desk)
    desk.session.execute(
        update(Cursor)
        .where(Cursor.store_id == store.id, Cursor.id != row.id, Cursor.due_at.is_not(None))
        .values(state=CursorState.PAUSED, due_at=None, lease_ends_at=None)
    )
    row.tries += 1
    row.state, row.error = CursorState.PAUSED, reason[:_LONGEST]
    row.due_at = desk.now + rules.pause(row.tries)


def _give_up(desk: _Desk) -> None:
    """It counts as one that told us of its leaving: left in peace now, and forgotten in its time.

    Only where the platform has us forget who left; another one's store may knock for ever.
    """
    event = Event(
        name=Name.STORE_UNINSTALLED,
        store_id=desk.store.id,
        subject_id=desk.store.id,
        happened_at=desk.now,
        facts={"because": f"the store has not let us in for {rules.SHUT_OUT.days} days"},
        key=f"uninstalled:{desk.now.isoformat()}",
    )
    timeline.record(desk.session, [event])


def _fail(row: Cursor, reason: str, now: datetime, *, pause: timedelta | None = None) -> None:
    row.tries += 1
    row.state, row.error = CursorState.FAILED, reason[:_LONGEST]
    row.due_at = now + (pause or rules.pause(row.tries))
