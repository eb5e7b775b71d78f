"""What an order made in the shopper's place holds: her cart, and how she is reached."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.commerce.models import Checkout, CheckoutLine, CheckoutState, Customer, Order
from connector.coupons import actions as coupons
from connector.machine import Machine
from connector.messages import live
from connector.messages.composing import Parties
from connector.money import Money
from connector.ports.platform import CheckoutFacts
from connector.ports.writing import OrderWish
from connector.records import LineItem
from connector.stores import policy
from connector.stores.models import Store
from connector.writeback.models import StoreWrite

FINISHED = (CheckoutState.COMPLETED, CheckoutState.DELETED)


def key_of(checkout_id: int) -> str:
    """One order per checkout, however often the merchant asks."""
    return f"order:{checkout_id}"


def wish(
    session: Session, machine: Machine, store: Store, write: StoreWrite, now: datetime
) -> OrderWish | None:
    """What is to be ordered for her, with the benefit that she was given and has not used.

    None where there is nothing (left) to order.
    """
    checkout = session.get(Checkout, write.payload["checkout_id"])
    if checkout is None or checkout.completed_at or checkout.state in FINISHED:
        return None
    lines = session.scalars(
        select(CheckoutLine)
        .where(CheckoutLine.checkout_id == checkout.id)
        .order_by(CheckoutLine.position)
    ).all()
    if not lines:
        return None
    customer = session.get(Customer, checkout.customer_id) if checkout.customer_id else None
    coupon = coupons.live(session, customer.id, now) if customer else None
    known = customer or Customer(email="", phone="", first_name="", last_name="")
    return OrderWish(
        key=f"{store.key[:12]}-{checkout.id}",
        lines=[_told(line) for line in lines],
        email=known.email,
        phone=known.phone,
        first_name=known.first_name,
        last_name=known.last_name,
        customer_external_id=known.external_id or "",
        coupon_code=coupon.store_code if coupon else "",
        checkout=_facts(machine, store, checkout, known, now),
        order_external_id=_unpaid_order(session, checkout),
    )


def _facts(
    machine: Machine, store: Store, checkout: Checkout, customer: Customer, now: datetime
) -> CheckoutFacts:
    parties = Parties(
        store=store, policy=policy.load(store.policy), customer=customer, checkout=checkout
    )
    return live.checkout_facts(machine, parties, now)


def _unpaid_order(session: Session, checkout: Checkout) -> str:
    """The order that she placed and did not pay, where the checkout goes by another name."""
    query = select(Order.external_id).where(
        Order.store_id == checkout.store_id,
        Order.checkout_external_id == checkout.external_id,
        Order.deleted_at.is_(None),
    )
    return session.scalar(query.order_by(Order.placed_at.desc()).limit(1)) or ""


def _told(line: CheckoutLine) -> LineItem:
    return LineItem(
        title=line.title,
        quantity=line.quantity,
        unit_price=Money(line.unit_price_minor, line.currency),
        total=Money(line.total_minor, line.currency),
        product_external_id=line.product_external_id,
        variant_external_id=line.variant_external_id,
        choices=tuple(line.choices.items()),
    )
