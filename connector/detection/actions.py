"""Watch checkouts, find the silent ones, open and close cases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Protocol, cast

from sqlalchemy import Integer, RowMapping, bindparam, func, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate

from connector.commerce import checkouts, keeping
from connector.commerce.models import Checkout, CheckoutState, Order
from connector.database import Utc, among
from connector.detection import rules
from connector.detection.models import Case, CaseState
from connector.records import Stage
from connector.stores import policy
from connector.stores.models import Store, StoreState
from connector.timeline import actions as timeline
from connector.timeline.events import Event, Name

SWEEP_BATCH = 500
ABANDONED = ("id", "store_id", "customer_id", "silent_since", "external_id")


def watch(session: Session, checkout_ids: Iterable[int]) -> None:
    """Set when each of these checkouts is to be looked at again."""
    table = keeping.table_of(Checkout)
    stores: dict[int, tuple[Store, policy.Policy]] = {}
    changes: list[dict[str, Any]] = []
    for part in keeping.parts(sorted(set(checkout_ids))):
        rows = (
            session.execute(select(table).where(among(session, table.c.id, part))).mappings().all()
        )
        bought = _last_bought(session, rows)
        for row in rows:
            if row["store_id"] not in stores:
                store = session.get_one(Store, row["store_id"])
                stores[store.id] = (store, policy.load(store.policy))
            changes.append(_watched(row, *stores[row["store_id"]], bought))
    if changes:
        columns: dict[str, Any] = {
            name: bindparam(name) for name in ("due_at", "passed_over", "state")
        }
        session.execute(
            update(table).where(table.c.id == bindparam("the_id")).values(columns), changes
        )


def _watched(
    row: RowMapping, store: Store, decided: policy.Policy, bought: dict[object, datetime]
) -> dict[str, Any]:
    since = row["silent_since"]
    last_bought = max(
        (bought[key] for key in (row["customer_id"], row["email_key"]) if key in bought),
        default=None,
    )
    seen = rules.watch(
        rules.Silence(
            silent_since=since,
            reachable=row["customer_id"] is not None,
            completed=row["completed_at"] is not None,
            deleted=row["deleted_at"] is not None,
            bought_since=last_bought is not None and last_bought >= since,
            stage=Stage(row["stage"]),
        ),
        silence_minutes=decided.silence_minutes,
        early_wait_hours=decided.early_wait_hours,
        active_since=store.active_since,
    )
    state = checkouts.state_of(row["completed_at"], row["deleted_at"]) or CheckoutState.OPEN
    return {
        "the_id": row["id"],
        "due_at": seen.due_at,
        "passed_over": seen.passed_over,
        "state": state.value,
    }


def _last_bought(session: Session, rows: Sequence[RowMapping]) -> dict[object, datetime]:
    """When each of these people, by customer and by address, last bought."""
    found: dict[object, datetime] = {}
    for column, name in ((Order.customer_id, "customer_id"), (Order.email_key, "email_key")):
        keys = {row[name] for row in rows if row[name]}
        stores = {row["store_id"] for row in rows}
        query = (
            select(column, func.max(Order.bought_at))
            .where(
                Order.store_id.in_(stores),
                among(session, column, keys),
                Order.bought_at.is_not(None),
            )
            .group_by(column)
        )
        found.update((key, moment) for key, moment in session.execute(query) if moment)
    return found


class Abandoned(Protocol):
    """A checkout that the sweep has just claimed: a row of its columns ABANDONED."""

    @property
    def id(self) -> int: ...
    @property
    def store_id(self) -> int: ...
    @property
    def customer_id(self) -> int: ...
    @property
    def silent_since(self) -> datetime: ...
    @property
    def external_id(self) -> str: ...


def sweep(session: Session, now: datetime, *, limit: int = SWEEP_BATCH) -> int:
    """Claim the checkouts whose silence has lasted long enough; open a case for each person."""
    by_store: dict[int, list[Abandoned]] = {}
    for one in claim(session, now, limit=limit):
        by_store.setdefault(one.store_id, []).append(one)
    for store_id, abandoned in by_store.items():
        _open_cases(session, store_id, abandoned, now)
    return sum(len(each) for each in by_store.values())


def claim(session: Session, now: datetime, *, limit: int = SWEEP_BATCH) -> list[Abandoned]:
    """Mark up to `limit` silent checkouts as abandoned.

    One statement claims them, so that two sweeps at once share the work instead of doubling it.
    A CTE and not a subquery: PostgreSQL may run a locking subquery anew for each row of the
    outer side, and then there is no limit (seen: 10,000 claimed instead of 500, in 14 s).
    """
    claimed = session.execute(_claim_statement(), {"present": now, "most": limit})
    return cast("list[Abandoned]", claimed.all())


@cache
def _claim_statement() -> ReturningUpdate[Any]:
    """Made once: making it anew for every batch took as long as reading the rows."""
    table = keeping.table_of(Checkout)
    present = bindparam("present", type_=Utc())
    due = (
        select(table.c.id)
        .where(table.c.due_at.is_not(None), table.c.due_at <= present)
        .order_by(table.c.due_at)
        .limit(bindparam("most", type_=Integer))
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    return (
        update(table)
        .where(table.c.id.in_(select(due.c.id)))
        .values(due_at=None, state=CheckoutState.ABANDONED, abandoned_at=present)
        .returning(*(table.c[name] for name in ABANDONED))
    )


def _open_cases(
    session: Session, store_id: int, abandoned: Sequence[Abandoned], now: datetime
) -> None:
    store = session.get_one(Store, store_id)
    decided = policy.load(store.policy)
    people = [one.customer_id for one in abandoned]
    cooling = timedelta(days=decided.case_cooldown_days)
    open_cases, cooling_down = _cases(session, store_id, people, now - cooling)
    opened: dict[int, Abandoned] = {}
    reasons: dict[int, str] = {}
    for one in sorted(abandoned, key=lambda each: each.silent_since):
        if store.state != StoreState.CONNECTED:
            reasons[one.id] = f"the store is not connected ({store.state})"
        elif rules.too_late(one.silent_since, now, latest_hours=decided.latest_hours):
            reasons[one.id] = "too long ago when we came to look"
        elif one.customer_id in open_cases:
            open_cases[one.customer_id].checkout_id = one.id
        elif one.customer_id in cooling_down:
            reasons[one.id] = "asked a short while ago"
        else:
            opened[one.customer_id] = one
    _pass_over(session, reasons)
    _open(session, store_id, opened, now)


def _open(session: Session, store_id: int, opened: dict[int, Abandoned], now: datetime) -> None:
    """A case for each of these people, and the news of it."""
    cases = [
        Case(store_id=store_id, customer_id=person, checkout_id=one.id, opened_at=now)
        for person, one in opened.items()
    ]
    session.add_all(cases)
    session.flush()
    timeline.record(
        session,
        [
            Event(
                name=Name.CHECKOUT_ABANDONED,
                store_id=store_id,
                subject_id=case.id,
                customer_id=case.customer_id,
                happened_at=now,
                facts={"checkout": opened[case.customer_id].external_id},
            )
            for case in cases
        ],
    )


def _cases(
    session: Session, store_id: int, people: Sequence[int], closed_after: datetime
) -> tuple[dict[int, Case], set[int]]:
    """Each person's open case, and who had one closed a short while ago."""
    open_cases: dict[int, Case] = {}
    cooling: set[int] = set()
    for part in keeping.parts(people):
        query = select(Case).where(Case.store_id == store_id, Case.customer_id.in_(part))
        for case in session.scalars(query.where(Case.state == CaseState.OPEN)):
            open_cases[case.customer_id] = case
        closed = select(Case.customer_id).where(
            Case.store_id == store_id, Case.customer_id.in_(part), Case.closed_at > closed_after
        )
        cooling.update(session.scalars(closed))
    return open_cases, cooling


def _pass_over(session: Session, reasons: dict[int, str]) -> None:
    for checkout_id, reason in reasons.items():
        session.execute(
            update(Checkout).where(Checkout.id == checkout_id).values(passed_over=reason)
        )


def close_case(session: Session, case_id: int, now: datetime, *, because: str) -> bool:
    """Close an open case; closing it twice is closing it once."""
    closed = session.execute(
        update(Case)
        .where(Case.id == case_id, Case.state == CaseState.OPEN)
        .values(state=CaseState.CLOSED, closed_at=now, closed_because=because)
        .returning(Case.store_id, Case.customer_id)
    ).one_or_none()
    if closed is None:
        return False
    event = Event(
        name=Name.CASE_CLOSED,
        store_id=closed.store_id,
        subject_id=case_id,
        customer_id=closed.customer_id,
        happened_at=now,
        facts={"because": because},
    )
    timeline.record(session, [event])
    return True
