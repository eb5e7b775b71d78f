"""Apply what arrived: translate outside of any lock, then write a batch in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from connector import log
from connector.commerce import actions as commerce
from connector.commerce import forgetting, keeping
from connector.database import among, lock_store
from connector.errors import AskbackError
from connector.inbox import bodies
from connector.inbox.intake import unpack
from connector.inbox.models import Delivery, DeliveryState
from connector.machine import Machine
from connector.nudge import nudge
from connector.ports.platform import Platform
from connector.records import Deleted, PrivacyKind, PrivacyWish, SetAside, Uninstalled
from connector.stores.models import Store
from connector.timeline import actions as timeline

BATCH = 200
LEASE = timedelta(minutes=2)
MOST_TRIES = 5
LATE = "it happened before the store was connected again"

_log = log.logger("inbox")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A delivery that this worker holds for LEASE."""

    id: int
    topic: str
    body: bytes
    received_at: datetime
    happened_at: datetime | None
    tries: int

    def opened(self) -> bodies.Parked:
        return bodies.Parked(self.topic, unpack(self.body), self.received_at)


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What became of one delivery."""

    delivery: Claimed
    records: Sequence[Any] = ()
    state: DeliveryState = DeliveryState.APPLIED
    reason: str = ""


_WITH_WORK = select(Delivery.store_id).where(Delivery.due_at <= bindparam("now")).distinct()
"""What a sweep asks again and again is built once: building it costs more than asking it."""


def stores_with_work(session: Session, now: datetime) -> list[int]:
    """Stores that have deliveries to apply."""
    return list(session.scalars(_WITH_WORK, {"now": now}))


def apply(machine: Machine, store_id: int, now: datetime, *, limit: int = BATCH) -> int:
    """Apply up to `limit` deliveries of one store; returns how many were dealt with."""
    with machine.database.transaction() as session:
        store = session.get(Store, store_id)
        if store is None:
            return 0
        platform = machine.platforms[store.platform]
        claimed = _claim(session, store_id, now, limit)
        connected_at = store.connected_at
    if not claimed:
        return 0
    outcomes = [_translate(platform, one, connected_at) for one in claimed]
    emptied = 0
    try:
        emptied = _write(machine, store_id, outcomes, now)
    except Exception as problem:  # noqa: BLE001 # one delivery must never block the others
        _log.warning("batch applied one by one", store=store_id, problem=_said(problem)[:300])
        for outcome in outcomes:
            emptied += _write_alone(machine, store_id, outcome, now)
    if emptied:
        machine.database.forgets()
    return len(claimed)


def _claim(session: Session, store_id: int, now: datetime, limit: int) -> list[Claimed]:
    table = keeping.table_of(Delivery)
    due = (  # a CTE: see detection.actions.claim
        select(table.c.id)
        .where(table.c.store_id == store_id, table.c.due_at <= now)
        .order_by(table.c.due_at, table.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    rows = session.execute(
        update(table)
        .where(table.c.id.in_(select(due.c.id)))
        .values(due_at=now + LEASE, tries=table.c.tries + 1)
        .returning(*(table.c[name] for name in Claimed.__slots__))
    ).mappings()
    return sorted((Claimed(**row) for row in rows), key=lambda one: one.id)


def _in_time(record: Any, delivery: Claimed, connected_at: datetime | None) -> Any:
    """The record with its own time; a leaving told late, for hours of retries, is over: the
    merchant has let us in since."""
    happened_at = delivery.happened_at
    match record:
        case Deleted():
            return replace(record, at=happened_at)
        case Uninstalled() | PrivacyWish(kind=PrivacyKind.ERASE_STORE):
            over = happened_at and connected_at and happened_at < connected_at
            return SetAside(reason=LATE) if over else record
    return record


def _translate(platform: Platform, delivery: Claimed, connected_at: datetime | None) -> Outcome:
    try:
        read = platform.read(delivery.topic, unpack(delivery.body))
        records = [_in_time(one, delivery, connected_at) for one in read]
    except AskbackError as problem:
        return Outcome(delivery=delivery, state=DeliveryState.PARKED, reason=str(problem)[:2000])
    except Exception as problem:  # noqa: BLE001 # a reader's bug parks its delivery, with its name
        _log.error("reader failed", delivery=delivery.id, problem=repr(problem)[:300])
        return Outcome(
            delivery=delivery,
            state=DeliveryState.PARKED,
            reason=f"the reader failed: {problem!r}"[:2000],
        )
    aside = [one.reason for one in records if isinstance(one, SetAside)]
    told = [one for one in records if not isinstance(one, SetAside)]
    state = DeliveryState.APPLIED if told or not aside else DeliveryState.SET_ASIDE
    return Outcome(delivery=delivery, records=told, state=state, reason="; ".join(aside))


def _write(machine: Machine, store_id: int, outcomes: Sequence[Outcome], now: datetime) -> int:
    """Keep what was told; returns how many bodies named somebody erased and are empty now."""
    told = [
        (record, outcome.delivery.received_at) for outcome in outcomes for record in outcome.records
    ]
    with machine.database.transaction() as session:
        lock_store(session, store_id)
        memory = forgetting.look(session, store_id)
        rest = memory.without(told) if memory else forgetting.Rest(told)
        if rest.told:
            timeline.record(session, commerce.write(session, store_id, rest.told))
        _settle(session, outcomes, now)
        if memory is None:
            return 0
        hers = _of_the_erased(memory, outcomes, rest)
        bodies.empty(session, sorted(hers))
        parked = (one.delivery for one in outcomes if one.state == DeliveryState.PARKED)
        over = bodies.let_go(session, memory, {one.id: one.opened() for one in parked}, now)
    return len(hers) + len(over)


def _of_the_erased(
    memory: forgetting.Memory, outcomes: Sequence[Outcome], rest: forgetting.Rest
) -> set[int]:
    """Deliveries that name somebody erased, and tell nothing that she began since.

    What could not be read stays for a while, to be replayed (bodies.let_go).
    """
    hers: set[int] = set()
    unsure: dict[int, tuple[str, bytes]] = {}
    place = 0
    for outcome in outcomes:
        own = range(place, place := place + len(outcome.records))
        delivery = outcome.delivery
        if not rest.acts.isdisjoint(own) or outcome.state == DeliveryState.PARKED:
            continue
        if not rest.hers.isdisjoint(own):
            hers.add(delivery.id)
        elif not bodies.speaks_of_nobody_else(outcome.records):
            unsure[delivery.id] = (delivery.topic, unpack(delivery.body))
    return hers | bodies.that_name_them(memory, unsure)


def _settle(session: Session, outcomes: Sequence[Outcome], now: datetime) -> None:
    table = keeping.table_of(Delivery)
    alike: dict[tuple[DeliveryState, str], list[int]] = {}
    for one in outcomes:
        alike.setdefault((one.state, one.reason), []).append(one.delivery.id)
    for (state, reason), ids in alike.items():
        session.execute(
            update(table)
            .where(among(session, table.c.id, ids))
            .values(state=state.value, reason=reason, applied_at=now, due_at=None)
        )


def _write_alone(machine: Machine, store_id: int, outcome: Outcome, now: datetime) -> int:
    """Its own transaction: applied, or tried again later, or parked with its error."""
    try:
        return _write(machine, store_id, [outcome], now)
    except Exception as problem:  # noqa: BLE001 # kept with the delivery and shown; nothing is lost
        last = outcome.delivery.tries >= MOST_TRIES
        wait = timedelta(seconds=10 * 2**outcome.delivery.tries)
        with machine.database.transaction() as session:
            lock_store(session, store_id)
            row = session.get_one(Delivery, outcome.delivery.id)
            row.state = DeliveryState.PARKED if last else DeliveryState.RECEIVED
            row.reason = _said(problem)[:2000]
            row.due_at = None if last else now + wait
            session.flush()
            memory = forgetting.look(session, store_id) if last else None
            parked = {outcome.delivery.id: outcome.delivery.opened()}
            return len(bodies.let_go(session, memory, parked, now)) if memory else 0


def _said(problem: Exception) -> str:
    """What went wrong, without the row: PostgreSQL repeats it ("DETAIL:  Failing row contains").

    https://www.postgresql.org/docs/current/error-style-guide.html
    """
    return f"{type(problem).__name__}: {problem}".partition("\nDETAIL:")[0]


def replay(
    session: Session,
    now: datetime,
    *,
    delivery_ids: Sequence[int] = (),
    store_id: int | None = None,
) -> int:
    """Let these deliveries, or all parked ones, be applied again; returns how many."""
    chosen = (
        Delivery.id.in_(delivery_ids) if delivery_ids else Delivery.state == DeliveryState.PARKED
    )
    statement = update(Delivery).where(chosen)
    if store_id is not None:
        statement = statement.where(Delivery.store_id == store_id)
    stores = session.scalars(
        statement.values(
            state=DeliveryState.RECEIVED, due_at=now, tries=0, reason="", applied_at=None
        ).returning(Delivery.store_id)
    ).all()
    for one in set(stores):
        nudge(session, "inbox", one)
    return len(stores)
