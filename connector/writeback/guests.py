"""A guest's word is written on her orders: where she has no account there is no other place."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from connector.commerce.models import Customer, Order
from connector.writeback.models import Kind, StoreWrite

NEWEST = 5
"""Orders that are tried, should the store have dropped the newest ones without a word."""


def bought(session: Session, customer: Customer) -> Sequence[Order]:
    """Her orders, the newest first. One that was never paid is a checkout, which a change would
    wake as if she had come back."""
    hers = Order.customer_id == customer.id
    if customer.email_key:
        hers = or_(hers, Order.email_key == customer.email_key)
    query = select(Order).where(
        Order.store_id == customer.store_id,
        hers,
        Order.deleted_at.is_(None),
        Order.bought_at.is_not(None),
    )
    return session.scalars(
        query.order_by(Order.placed_at.desc(), Order.id.desc()).limit(NEWEST)
    ).all()


def written_on(session: Session, customer_id: int, channel: str) -> Sequence[Order]:
    """The orders that bear an earlier word of hers on this channel: it must not go stale there."""
    writes = session.scalars(
        select(StoreWrite).where(
            StoreWrite.customer_id == customer_id, StoreWrite.kind == Kind.CONSENT
        )
    )
    ids = {
        order_id
        for write in writes
        if write.payload.get("channel", "email") == channel
        for order_id in write.payload.get("orders", ())
    }
    query = select(Order).where(Order.id.in_(ids), Order.deleted_at.is_(None)).order_by(Order.id)
    return session.scalars(query).all()


def remember(session: Session, write_id: int, order_id: int) -> None:
    """Written down first: whoever dies on the way still knows where her word may stand."""
    write = session.get(StoreWrite, write_id)
    if write is not None:
        orders = {*write.payload.get("orders", ()), order_id}
        write.payload = {**write.payload, "orders": sorted(orders)}
