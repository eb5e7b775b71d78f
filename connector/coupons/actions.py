"""Plan a coupon, mint it in the store at the moment of sending, enter it in the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from connector.commerce import orders
from connector.commerce.models import Customer, Order
from connector.coupons import rules
from connector.coupons.models import Coupon, CouponState, LedgerEntry
from connector.coupons.rules import Benefit, NoBenefit
from connector.database import lock_store
from connector.errors import Refused
from connector.machine import Machine
from connector.money import Money
from connector.ports.platform import CouponKind, CouponWish
from connector.stores.models import Store
from connector.stores.policy import BenefitPolicy
from connector.stores.reaching import Way
from connector.timeline import actions as timeline
from connector.timeline.events import Event, Name

CLOCK_SLACK = timedelta(hours=1)
"""A store whose clock is behind ours must not find the coupon "not started yet"."""


def plan(
    session: Session,
    machine: Machine,
    customer: Customer,
    now: datetime,
    *,
    message_id: int,
    policy: BenefitPolicy,
    currency: str,
    reason: str,
    products: Sequence[str] = (),
) -> Coupon | NoBenefit:
    """Reserve this message's coupon and its place in the ledger before the store is asked.

    `products` are those of her cart, by the store's ids, for a benefit that is for them only.
    Planning twice for one message answers the same coupon; the code comes from the message's
    id, so that a mint whose answer was lost finds its own coupon again.
    """
    lock_store(session, customer.store_id)
    existing = session.scalar(select(Coupon).where(Coupon.message_id == message_id))
    if existing:
        if existing.state == CouponState.REFUSED:
            return NoBenefit(existing.refusal)
        return existing
    key = rules.person_key(customer.email or f"customer-{customer.id}")
    last = _last_given_at(session, customer.store_id, key)
    benefit = rules.decide(policy, currency=currency, last_given_at=last, now=now)
    if isinstance(benefit, NoBenefit):
        return benefit
    coupon = _planned(machine, customer, now, benefit, message_id=message_id)
    coupon.product_external_ids = sorted(set(products) - {""}) if policy.cart_only else []
    _reserve(session, coupon, key, reason)
    return coupon


def _reserve(session: Session, coupon: Coupon, person_key: str, reason: str) -> None:
    session.add(coupon)
    session.flush()
    session.add(
        LedgerEntry(
            store_id=coupon.store_id,
            person_key=person_key,
            coupon_id=coupon.id,
            reason=reason,
            given_at=coupon.planned_at,
        )
    )
    planned = Event(
        name=Name.COUPON_PLANNED,
        store_id=coupon.store_id,
        subject_id=coupon.id,
        customer_id=coupon.customer_id,
        happened_at=coupon.planned_at,
    )
    timeline.record(session, [planned])


def _last_given_at(session: Session, store_id: int, person_key: str) -> datetime | None:
    return session.scalar(
        select(func.max(LedgerEntry.given_at)).where(
            LedgerEntry.store_id == store_id, LedgerEntry.person_key == person_key
        )
    )


def _planned(
    machine: Machine, customer: Customer, now: datetime, benefit: Benefit, *, message_id: int
) -> Coupon:
    code = machine.vault.code(f"coupon:{customer.store_id}:{message_id}", length=10).lower()
    return Coupon(
        store_id=customer.store_id,
        customer_id=customer.id,
        message_id=message_id,
        code=code,
        kind=benefit.kind.value,
        percent=benefit.percent,
        amount_minor=benefit.amount.minor if benefit.amount else 0,
        minimum_minor=benefit.minimum.minor if benefit.minimum else 0,
        currency=benefit.currency,
        planned_at=now,
        ends_at=benefit.ends_at,
    )


def mint(machine: Machine, store: Store, coupon: Coupon, now: datetime) -> Coupon:
    """Make the planned coupon in the store; making it twice is making it once.

    Raises Retryable, OutcomeUnknown, AccessLost. Refused by the store: the ledger entry is
    taken back, the reason is kept, and Refused is raised.
    """
    if coupon.state != CouponState.PLANNED:
        return coupon
    wish = _wish(coupon)
    try:
        create = machine.platforms[store.platform].create_coupon
        made = Way(machine, store.id).ask(lambda access: create(access, wish))
    except Refused as refusal:
        _take_back(machine, coupon, str(refusal))
        raise
    with machine.database.transaction() as session:
        fresh = session.get_one(Coupon, coupon.id)
        fresh.state = CouponState.MADE
        fresh.made_at = now
        fresh.external_id = made.external_id
        fresh.store_code = made.code
        event = Event(
            name=Name.COUPON_MADE,
            store_id=store.id,
            subject_id=coupon.id,
            customer_id=coupon.customer_id,
            happened_at=now,
            facts={"code": made.code, "kind": coupon.kind},
        )
        timeline.record(session, [event])
    return fresh


def _wish(coupon: Coupon) -> CouponWish:
    return CouponWish(
        code=coupon.wished_code,
        kind=CouponKind(coupon.kind),
        starts_at=coupon.planned_at - CLOCK_SLACK,
        ends_at=coupon.ends_at,
        percent=coupon.percent,
        amount=Money(coupon.amount_minor, coupon.currency) if coupon.amount_minor else None,
        minimum=Money(coupon.minimum_minor, coupon.currency) if coupon.minimum_minor else None,
        description=f"Askback {coupon.wished_code}",
        product_external_ids=tuple(coupon.product_external_ids),
    )


def _take_back(machine: Machine, coupon: Coupon, refusal: str) -> None:
    with machine.database.transaction() as session:
        fresh = session.get_one(Coupon, coupon.id)
        fresh.state = CouponState.REFUSED
        fresh.refusal = refusal
        entry = session.scalar(select(LedgerEntry).where(LedgerEntry.coupon_id == coupon.id))
        if entry:
            session.delete(entry)


def live(session: Session, customer_id: int, now: datetime) -> Coupon | None:
    """The newest coupon of hers that stands in the store and can still be used."""
    return session.scalar(
        select(Coupon)
        .where(
            Coupon.customer_id == customer_id,
            Coupon.state == CouponState.MADE,
            Coupon.ends_at > now,
        )
        .order_by(Coupon.made_at.desc(), Coupon.id.desc())
        .limit(1)
    )


def note_use(
    session: Session, order_id: int, codes: list[str], now: datetime, store_id: int
) -> None:
    """An order came with these codes: those of ours among them are used, since its first moment."""
    if codes:
        session.execute(
            update(Coupon)
            .where(
                Coupon.store_id == store_id,
                Coupon.code.in_([code.lower() for code in codes]),
                or_(
                    Coupon.used_at.is_(None),
                    Coupon.order_id.is_(None),  # only the store's own count has told it so far
                    and_(Coupon.order_id == order_id, Coupon.used_at > now),
                ),
            )
            .values(state=CouponState.USED, used_at=now, order_id=order_id)
        )


def note_counted_use(session: Session, coupon_id: int, now: datetime) -> None:
    """The store counts a use whose order never reached us: used, by an order unknown."""
    session.execute(
        update(Coupon)
        .where(Coupon.id == coupon_id, Coupon.used_at.is_(None))
        .values(state=CouponState.USED, used_at=now)
    )


def use_stands(session: Session, coupon: Coupon) -> bool:
    """Is the order there, and not taken back, with which we know the coupon to be used?"""
    order = session.get(Order, coupon.order_id) if coupon.order_id else None
    return bool(order and order.deleted_at is None and order.state not in rules.UNDONE)


def note_undone_use(session: Session, coupon_id: int) -> None:
    """The store counts no use of it: it is hers again, until its end."""
    session.execute(
        update(Coupon)
        .where(Coupon.id == coupon_id, Coupon.state == CouponState.USED)
        .values(state=CouponState.MADE, used_at=None, order_id=None)
    )


def used_with(session: Session, order_ids: Sequence[int], store_id: int) -> list[Coupon]:
    """Our coupons that these orders used."""
    codes = {code for one in orders.marks(session, order_ids).values() for code in one.coupon_codes}
    if not codes:
        return []
    query = select(Coupon).where(
        Coupon.store_id == store_id,
        Coupon.code.in_(sorted(codes)),
        Coupon.order_id.in_(order_ids),
    )
    return list(session.scalars(query))


def release(session: Session, *message_ids: int) -> None:
    """The messages did not leave: their benefits were not given."""
    planned = select(Coupon.id).where(Coupon.message_id.in_(message_ids))
    session.execute(delete(LedgerEntry).where(LedgerEntry.coupon_id.in_(planned)))
