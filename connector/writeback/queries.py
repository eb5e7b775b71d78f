"""What was written into the store about a shopper, for the merchant to see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from connector.commerce.models import Checkout
from connector.writeback.completing import key_of
from connector.writeback.models import Kind, StoreWrite, WriteState

LONGEST = 50


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
