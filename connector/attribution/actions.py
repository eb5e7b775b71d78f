"""Credit an order to the enrollment that it came through; subtract what is refunded."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from connector.attribution import rules
from connector.attribution.models import Credit
from connector.attribution.rules import Evidence
from connector.commerce import keeping, orders
from connector.commerce.models import Checkout, Order
from connector.coupons.models import Coupon
from connector.database import among, insert
from connector.detection.models import Case
from connector.journeys.models import Answer, Enrollment
from connector.messages.models import Message, MessageState, Touch
from connector.timeline import actions as timeline
from connector.timeline.events import Event, Name


def perhaps_ours(session: Session, order_ids: Sequence[int]) -> list[int]:
    """Those orders whose checkout, person, address or coupon we may have written about.

    Most orders come to a store without us: one look for all of them instead of one for each.
    """
    found: list[int] = []
    for part in keeping.parts(order_ids):
        marks = orders.marks(session, part)
        people = {one.customer_id for one in marks.values()}
        names = {one.checkout_external_id for one in marks.values()}
        addresses = {one.email_key for one in marks.values() if one.email_key}
        runs = (
            select(Enrollment.customer_id, Checkout.external_id, Checkout.email_key)
            .join(Case, Case.id == Enrollment.case_id)
            .join(Checkout, Checkout.id == Case.checkout_id)
            .where(
                among(session, Enrollment.store_id, {one.store_id for one in marks.values()}),
                or_(
                    among(session, Enrollment.customer_id, people),
                    among(session, Checkout.external_id, names),
                    among(session, Checkout.email_key, addresses),
                ),
            )
        )
        known = {value for row in session.execute(runs) for value in row if value}
        found += [
            order_id
            for order_id, one in marks.items()
            if one.coupon_codes
            or known & {one.customer_id, one.checkout_external_id, one.email_key}
        ]
    return found


def credit(session: Session, order: Order) -> None:
    """Write the order's credit with its evidence; an order is credited once.

    Told again with an earlier moment, the order moves its credit there.
    """
    enrollment = _enrollment_of(session, order)
    if enrollment is None or order.bought_at is None:
        return
    evidence = _evidence(session, order, enrollment)
    if not _in_time(session, order, enrollment, evidence):
        return
    grade = rules.grade(evidence)
    session.execute(
        insert(session, Credit)
        .values(
            store_id=order.store_id,
            order_id=order.id,
            enrollment_id=enrollment.id,
            arm=enrollment.arm,
            grade=grade.value,
            evidence=evidence.as_json(),
            amount_minor=order.total_minor,
            refunded_minor=_given_back(order),
            currency=order.currency,
            bought_at=order.bought_at,
        )
        .on_conflict_do_update(index_elements=["order_id"], set_={"bought_at": order.bought_at})
    )
    event = Event(
        name=Name.ORDER_CREDITED,
        store_id=order.store_id,
        subject_id=order.id,
        customer_id=order.customer_id,
        happened_at=order.bought_at,
        facts={"grade": grade.value, "arm": enrollment.arm, "enrollment_id": enrollment.id},
    )
    timeline.record(session, [event])


def _in_time(session: Session, order: Order, enrollment: Enrollment, evidence: Evidence) -> bool:
    """Did it come soon enough after our last message, or with our coupon?"""
    last = session.scalar(
        select(func.max(Message.sent_at)).where(
            Message.enrollment_id == enrollment.id, Message.to_merchant.is_(False)
        )
    )
    soon = order.bought_at is not None and rules.in_window(last, order.bought_at)
    return not evidence.messaged or evidence.coupon or soon


def settle_refunds(session: Session, order: Order) -> None:
    """What was given back, or cancelled, was not earned."""
    session.execute(
        update(Credit)
        .where(Credit.order_id == order.id)
        .values(amount_minor=order.total_minor, refunded_minor=_given_back(order))
    )


def _given_back(order: Order) -> int:
    return order.total_minor if order.state == "cancelled" else order.refunded_minor


def _enrollment_of(session: Session, order: Order) -> Enrollment | None:
    """The newest run of this checkout, of this person, or whose coupon was used."""
    coupon_messages = select(Coupon.message_id).where(
        Coupon.store_id == order.store_id, Coupon.code.in_(order.coupon_codes or [""])
    )
    return session.scalar(
        select(Enrollment)
        .join(Case, Case.id == Enrollment.case_id)
        .join(Checkout, Checkout.id == Case.checkout_id)
        .where(
            Enrollment.store_id == order.store_id,
            or_(
                Checkout.external_id == order.checkout_external_id,
                Enrollment.customer_id == order.customer_id,
                (Checkout.email_key == order.email_key) & (Checkout.email_key != ""),
                Enrollment.id.in_(
                    select(Message.enrollment_id).where(Message.id.in_(coupon_messages))
                ),
            ),
        )
        .order_by(Enrollment.id.desc())
        .limit(1)
    )


def _evidence(session: Session, order: Order, enrollment: Enrollment) -> Evidence:
    checkout = session.scalar(
        select(Checkout)
        .join(Case, Case.checkout_id == Checkout.id)
        .where(Case.id == enrollment.case_id)
    )
    own = select(Message.id).where(
        Message.enrollment_id == enrollment.id, Message.to_merchant.is_(False)
    )
    sent = own.where(Message.state.in_((MessageState.SENT, MessageState.UNKNOWN)))
    clicked = select(Touch.id).where(Touch.message_id.in_(own), Touch.automatic.is_(False))
    coupon = select(Coupon.id).where(
        Coupon.message_id.in_(own), Coupon.code.in_(order.coupon_codes or [""])
    )
    answered = select(Answer.id).where(Answer.enrollment_id == enrollment.id)
    return Evidence(
        same_checkout=checkout is not None
        and bool(order.checkout_external_id)
        and checkout.external_id == order.checkout_external_id,
        coupon=session.scalar(coupon.limit(1)) is not None,
        clicked=session.scalar(clicked.limit(1)) is not None,
        answered=session.scalar(answered.limit(1)) is not None,
        messaged=session.scalar(sent.limit(1)) is not None,
    )
