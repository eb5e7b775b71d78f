"""What was written into the store about a shopper, for the merchant to see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from connector.commerce.models import Checkout
from connector.writeback.completing import key_of
from connector.writeback.models import Kind, StoreWrite, WriteState

LONGEST = 50
MOST_REASONS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldUp:
    """So many writes of a kind that the store has not taken for the same `reason`; `since` the
    oldest of them was wished for."""

    kind: str
    reason: str
    count: int
    since: datetime


def held_up(session: Session, store_id: int) -> list[HeldUp]:
    """What was tried and is tried again; the reasons that hold up most first."""
    count = func.count()
    query = (
        select(StoreWrite.kind, StoreWrite.error, count, func.min(StoreWrite.wanted_at))
        .where(
            StoreWrite.store_id == store_id,
            StoreWrite.due_at.is_not(None),
            StoreWrite.error != "",
        )
        .group_by(StoreWrite.kind, StoreWrite.error)
        .order_by(count.desc(), StoreWrite.kind, StoreWrite.error)
        .limit(MOST_REASONS)
    )
    return [
        HeldUp(kind=kind, reason=reason, count=number, since=since)
        for kind, reason, number, since in session.execute(query)
    ]


def of_checkout(session: Session, checkout: Checkout, now: datetime) -> Sequence[StoreWrite]:
    """The newest first: of its customer, and its own order; not what is planned for later."""
    hers = StoreWrite.customer_id == (checkout.customer_id or 0)
    planned = (StoreWrite.kind == Kind.COUPON_END) & (StoreWrite.state == WriteState.WAITING)
    query = (
        select(StoreWrite)
        .where(
            StoreWrite.store_id == checkout.store_id,
            or_(hers, StoreWrite.key == key_of(checkout.id)),
            ~(planned & (StoreWrite.due_at > now) & (StoreWrite.tries == 0)),
        )
        .order_by(StoreWrite.id.desc())
        .limit(LONGEST)
    )
    return session.scalars(query).all()


def order_of(writes: Sequence[StoreWrite], checkout: Checkout) -> StoreWrite | None:
    """The order made in her place, or being made; one that was refused may be asked for again."""
    unmade = (WriteState.REFUSED, WriteState.DROPPED)
    own = (one for one in writes if one.key == key_of(checkout.id) and one.state not in unmade)
    return next(own, None)
