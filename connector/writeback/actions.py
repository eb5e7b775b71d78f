"""Want a write, claim it, carry it out without holding a transaction, settle it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, select, update
from sqlalchemy.orm import Session, aliased

from connector import log
from connector.commerce.models import Checkout
from connector.database import insert, lock_store
from connector.errors import AccessLost, AskbackError, Retryable
from connector.machine import Machine
from connector.nudge import nudge
from connector.stores.models import Store, StoreState
from connector.writeback import acts, completing, rules
from connector.writeback.acts import NotWanted
from connector.writeback.models import Kind, StoreWrite, WriteState

LEASE = timedelta(minutes=5)
_LONGEST_ERROR = 500

_log = log.logger("writeback")


def want(
    session: Session,
    now: datetime,
    *,
    store_id: int,
    kind: Kind,
    key: str,
    payload: dict[str, Any],
    customer_id: int | None = None,
    due_at: datetime | None = None,
) -> None:
    """Ask for a write; asking twice by the same key is asking once."""
    session.execute(
        insert(session, StoreWrite)
        .values(
            store_id=store_id, customer_id=customer_id, kind=kind.value, key=key, payload=payload,
            wanted_at=now, due_at=due_at or now, drop_at=rules.drop_at(kind, now),
        )
        .on_conflict_do_nothing()
    )  # fmt: skip
    nudge(session, "writeback", store_id)


def wake(session: Session, store_id: int, now: datetime) -> None:
    """Try at once whatever was tried and waits; what is planned for its day stays planned."""
    woken = session.scalars(
        update(StoreWrite)
        .where(
            StoreWrite.store_id == store_id,
            StoreWrite.state == WriteState.WAITING,
            StoreWrite.due_at > now,
            StoreWrite.error != "",
        )
        .values(due_at=now)
        .returning(StoreWrite.id)
    ).all()
    if woken:
        nudge(session, "writeback", store_id)


_WITH_WORK = (
    select(StoreWrite.store_id)
    .join(Store, Store.id == StoreWrite.store_id)
    .where(StoreWrite.due_at <= bindparam("now"), Store.state == StoreState.CONNECTED)
    .distinct()
)
_HAS_WORK = _WITH_WORK.where(StoreWrite.store_id == bindparam("store"))


def stores_with_work(session: Session, now: datetime, *, store_id: int | None = None) -> list[int]:
    """Connected stores (or is this one?) with something due: the others' writes wait until they
    are back."""
    if store_id is None:
        return list(session.scalars(_WITH_WORK, {"now": now}))
    return list(session.scalars(_HAS_WORK, {"now": now, "store": store_id}))


def work(machine: Machine, store_id: int, now: datetime) -> int:
    """Carry out the store's next due write; 0: none is due, or others have them."""
    with machine.database.transaction() as session:
        claimed = _claim(session, store_id, now)
    if claimed is None:
        return 0
    _carry_out(machine, claimed, now)
    return 1


def write_now(machine: Machine, store_id: int, key: str, now: datetime) -> None:
    """Carry out this one write while somebody waits for it, unless another has it already."""
    with machine.database.transaction() as session:
        claimed = _claim(session, store_id, now, StoreWrite.key == key)
    if claimed is not None:
        _carry_out(machine, claimed, now)


def make_order(machine: Machine, checkout: Checkout, now: datetime) -> None:
    """Have the shopper's order made now; asking twice makes one, a slow store is asked again."""
    key = completing.key_of(checkout.id)
    with machine.database.transaction() as session:
        want(
            session, now,
            store_id=checkout.store_id, kind=Kind.ORDER, key=key,
            payload={"checkout_id": checkout.id}, customer_id=checkout.customer_id,
        )  # fmt: skip
        session.execute(  # refused the last time: she has mended it, or wants to know again
            update(StoreWrite)
            .where(
                StoreWrite.store_id == checkout.store_id,
                StoreWrite.key == key,
                StoreWrite.state.in_((WriteState.REFUSED, WriteState.DROPPED)),
            )
            .values(
                state=WriteState.WAITING,
                due_at=now,
                tries=0,
                error="",
                done_at=None,
                drop_at=rules.drop_at(Kind.ORDER, now),
            )
        )
    write_now(machine, checkout.store_id, key, now)


def _claim(
    session: Session, store_id: int, now: datetime, *which: ColumnElement[bool]
) -> StoreWrite | None:
    """Take the oldest due one for LEASE; a lease that ran out is due again.

    Two words on one customer's consent are never written at the same time: each tells what
    holds at that moment, and the later one must arrive last.
    """
    lock_store(session, store_id)
    other = aliased(StoreWrite)
    in_hand = select(other.id).where(
        other.store_id == store_id,
        other.customer_id == StoreWrite.customer_id,
        other.kind == StoreWrite.kind,
        other.id != StoreWrite.id,
        and_(other.state == WriteState.WRITING, other.due_at > now),
    )
    found = session.scalar(
        select(StoreWrite)
        .join(Store, Store.id == StoreWrite.store_id)
        .where(
            StoreWrite.store_id == store_id,
            StoreWrite.due_at <= now,
            Store.state == StoreState.CONNECTED,
            ~in_hand.exists(),
            *which,
        )
        .order_by(StoreWrite.due_at, StoreWrite.id)
        .limit(1)
    )
    if found is not None:
        found.state, found.tries = WriteState.WRITING, found.tries + 1
        found.due_at = found.lease_ends_at = now + LEASE
    return found


def _carry_out(machine: Machine, write: StoreWrite, now: datetime) -> None:
    if write.drop_at is not None and write.drop_at <= now:
        _settle(machine, write, now, WriteState.DROPPED, error=rules.too_old(write.error))
        return
    try:
        outcome = acts.act(machine, write, now)
    except NotWanted as problem:
        _settle(machine, write, now, WriteState.DROPPED, error=str(problem))
    except AccessLost as problem:
        _wait(machine, write, now + rules.SHUT_OUT, str(problem), counted=False)
    except Retryable as problem:
        _try_again(machine, write, now, str(problem), problem.after_seconds)
    except AskbackError as problem:
        if rules.ends(write.kind, problem):
            _settle(machine, write, now, WriteState.REFUSED, error=str(problem))
        else:
            _try_again(machine, write, now, str(problem))
    except Exception as problem:  # noqa: BLE001 # a bug met by one write must not stop the others
        _log.error("write failed", write=write.id, exc_info=problem)
        _try_again(machine, write, now, f"{type(problem).__name__} while writing")
    else:
        _settle(machine, write, now, WriteState.DONE, outcome=outcome)


def _try_again(
    machine: Machine,
    write: StoreWrite,
    now: datetime,
    error: str,
    asked_seconds: float | None = None,
) -> None:
    _wait(machine, write, now + rules.next_try(write.key, write.tries, asked_seconds), error)


def _wait(
    machine: Machine, write: StoreWrite, due_at: datetime, error: str, *, counted: bool = True
) -> None:
    tries = write.tries if counted else write.tries - 1
    _put_down(
        machine, write,
        state=WriteState.WAITING, due_at=due_at, tries=tries, error=error[:_LONGEST_ERROR],
    )  # fmt: skip


def _settle(
    machine: Machine,
    write: StoreWrite,
    now: datetime,
    state: WriteState,
    *,
    error: str = "",
    outcome: str = "",
) -> None:
    _put_down(
        machine, write,
        state=state, due_at=None, done_at=now, error=error[:_LONGEST_ERROR], outcome=outcome,
    )  # fmt: skip
    _log.info("write settled", write=write.id, kind=write.kind, state=state.value)


def _put_down(machine: Machine, write: StoreWrite, **values: Any) -> None:
    """Write what became of it, unless our lease ran out and somebody else has it now."""
    with machine.database.transaction() as session:
        session.execute(
            update(StoreWrite)
            .where(
                StoreWrite.id == write.id,
                StoreWrite.state == WriteState.WRITING,
                StoreWrite.lease_ends_at == write.lease_ends_at,
            )
            .values(lease_ends_at=None, **values)
        )
