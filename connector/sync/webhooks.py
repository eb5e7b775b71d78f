"""Are the store's webhooks what they have to be? Looked at hourly, and at every sign-in.

With them goes a look at who the store is by now, and at what else the merchant has to be told
(`notices`).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import and_, bindparam, or_, select, update
from sqlalchemy.orm import Session

from connector import log, vault
from connector.commerce import keeping
from connector.database import insert
from connector.errors import AskbackError, Retryable
from connector.machine import Machine
from connector.nudge import nudge
from connector.ports.feed import Feed, WebhookReport
from connector.ports.platform import Access, Platform, StoreFacts
from connector.stores import actions as stores
from connector.stores import moving
from connector.stores.models import Store, StoreState
from connector.stores.reaching import Way
from connector.sync import notices, rules
from connector.sync.models import WebhookCheck

EVERY = timedelta(hours=1)
MOST_FAREWELLS = 10
"""Tries to take subscriptions back from a store that was disconnected and does not answer."""

_LONGEST = 500
_ADDRESSES = "addresses"
"""In a report: where this store's webhooks go, and went before, as far as some may be left."""
_MOST_ADDRESSES = 20

_log = log.logger("webhooks")


_CHECKS = select(WebhookCheck.id).where(WebhookCheck.store_id == Store.id)
_DUE = _CHECKS.where(WebhookCheck.due_at <= bindparam("now")).exists()
_WITH_WORK = (
    select(Store.id)
    .where(
        or_(
            and_(Store.state == StoreState.CONNECTED, _DUE | ~_CHECKS.exists()),
            and_(Store.state == StoreState.DISCONNECTED, _DUE),
        )
    )
    .order_by(Store.id)
)


def stores_with_work(session: Session, now: datetime, *, store_id: int | None = None) -> list[int]:
    """Stores (or is this one?) whose subscriptions are to be looked at, or to be taken back."""
    query = _WITH_WORK if store_id is None else _WITH_WORK.where(Store.id == store_id)
    return list(session.scalars(query, {"now": now}))


def check(machine: Machine, store_id: int, now: datetime) -> int:
    """Put one store's subscriptions right; returns 1, or 0 when it was not due."""
    with machine.database.transaction() as session:
        store = session.get(Store, store_id)
        if store is None or store.state == StoreState.ACCESS_LOST:
            return 0
        platform = machine.platforms[store.platform]
        feed = platform.feed
        left = store.state == StoreState.DISCONNECTED
        if feed is None or not _claim(session, store_id, now, begins=not left):
            return 0
        secret = own_secret(machine, store, feed)
        address = stores.webhook_url(machine, store)
        former = () if left else _remember(session, store_id, address)
        connected_at = store.connected_at
    way = Way(machine, store_id)
    if left:
        farewell = partial(feed.withdraw_webhooks, address=address)
        return _withdraw(way, farewell, now, connected_at)
    put_right = partial(feed.reconcile_webhooks, address=address, secret=secret, former=former)
    report, problem = _ask(way, put_right)
    seen = notices.look(platform, way.access, now) if report is not None else {}
    facts = _who(way, platform) if report is not None else None
    with machine.database.transaction() as session:
        row = session.scalars(select(WebhookCheck).filter_by(store_id=store_id)).one_or_none()
        if row is None:
            return 1  # the store was forgotten meanwhile
        anew = problem is not None and _is_anew(session, store_id, connected_at)
        _settle(row, None if anew else problem, now, again=anew)
        if report is not None:
            kept = () if not report.problems else former
            row.report = {**asdict(report), _ADDRESSES: [*kept, address]}
            row.checked_at = now
        row.notices = {**row.notices, **seen, **notices.whereabouts(problem)}
        if facts is not None:
            moving.learn(session, machine, store_id, facts, connected_at=connected_at)
    return 1


def _settle(row: WebhookCheck, problem: Exception | None, now: datetime, *, again: bool) -> None:
    """How it went, and when to look next: at once where the keys were changed meanwhile."""
    row.lease_ends_at = None
    row.error = str(problem)[:_LONGEST] if problem else ""
    row.tries = row.tries + 1 if problem else 0
    row.due_at = now if again else now + _wait(row.tries, problem)


def _who(way: Way, platform: Platform) -> StoreFacts | None:
    """Who the store says it is by now; None: it did not say, and stays who it was."""
    try:
        return way.ask(platform.describe)
    except AskbackError as problem:
        _log.warning("does not say who it is", store=way.store_id, problem=type(problem).__name__)
        return None


def _remember(session: Session, store_id: int, address: str) -> Sequence[str]:
    """Write down where webhooks are about to be sent; returns the addresses from before.

    Written first: whoever dies on the way, and moves, still knows which were hers.
    """
    row = session.scalars(select(WebhookCheck).filter_by(store_id=store_id)).one()
    former = [one for one in row.report.get(_ADDRESSES, ()) if one != address]
    row.report = {**row.report, _ADDRESSES: [*former, address][-_MOST_ADDRESSES:]}
    return former


def _is_anew(session: Session, store_id: int, connected_at: datetime | None) -> bool:
    """Was it connected again since? Then what it said to the former keys says nothing, and a
    wish to look at once found the check in hand."""
    return session.get_one(Store, store_id).connected_at != connected_at


def _withdraw(
    way: Way, withdraw: Callable[[Access], None], now: datetime, connected_at: datetime | None
) -> int:
    """Take them back; a store that does not answer is asked again a few times, and then left.

    The row goes with them: connected again, the store is looked at as if for the first time.
    """
    again: Retryable | None = None
    try:
        withdraw(way.access())
    except Retryable as problem:
        again = problem
    except AskbackError as problem:
        _log.info("webhooks not taken back", store=way.store_id, problem=str(problem)[:_LONGEST])
    with way.machine.database.transaction() as session:
        row = session.scalars(select(WebhookCheck).filter_by(store_id=way.store_id)).one_or_none()
        if row is None:
            return 1  # the store was forgotten meanwhile
        row.lease_ends_at, row.tries = None, row.tries + 1
        back = _is_anew(session, way.store_id, connected_at)
        if again is not None and row.tries < MOST_FAREWELLS and not back:
            row.due_at = now + _wait(row.tries, again)
        else:
            session.delete(row)
    return 1


def look_again(session: Session, store_id: int, now: datetime) -> None:
    """Have a store's subscriptions looked at (or taken back, once it is disconnected) at once."""
    session.execute(
        update(WebhookCheck)
        .where(WebhookCheck.store_id == store_id, WebhookCheck.lease_ends_at.is_(None))
        .values(due_at=now)
    )
    nudge(session, "webhooks", store_id)


def _ask(
    way: Way, call: Callable[[Access], WebhookReport]
) -> tuple[WebhookReport | None, Exception | None]:
    try:
        return way.ask(call), None
    except AskbackError as problem:
        return None, problem
    except Exception as problem:  # noqa: BLE001 # a bug is shown and tried again; others go on
        _log.error("webhooks failed", exc_info=problem)
        return None, problem


def _wait(tries: int, problem: Exception | None) -> timedelta:
    if isinstance(problem, Retryable):
        jitter = random.random()  # noqa: S311 # spreads calls, keeps no secret
        return rules.retry_in(tries, problem.after_seconds, jitter=jitter)
    return EVERY


def _claim(session: Session, store_id: int, now: datetime, *, begins: bool) -> bool:
    """Take the check, made where there is none and it `begins`; False: not due, or it is taken."""
    table = keeping.table_of(WebhookCheck)
    blank = {
        "store_id": store_id, "report": {}, "notices": {}, "error": "", "tries": 0, "due_at": now,
    }  # fmt: skip
    if begins:
        session.execute(insert(session, table).values(blank).on_conflict_do_nothing())
    ends = now + rules.LEASE
    claimed = session.scalar(
        update(table)
        .where(table.c.store_id == store_id, table.c.due_at <= now)
        .values(due_at=ends, lease_ends_at=ends)
        .returning(table.c.id)
    )
    return claimed is not None


def own_secret(machine: Machine, store: Store, feed: Feed) -> str:
    """What signs this store's webhooks, chosen here where nobody has chosen one."""
    if not feed.wants_secret:
        return ""
    secret = machine.vault.unseal(store.webhook_secret)
    if not secret:
        secret = vault.new_token()
        store.webhook_secret = machine.vault.seal(secret)
    return secret
