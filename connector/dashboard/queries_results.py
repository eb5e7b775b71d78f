"""What Askback earned for one store, counted with its evidence and beside its control group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from connector.attribution.models import Credit
from connector.attribution.rules import WINDOW, Grade
from connector.coupons.models import Coupon, CouponState
from connector.dashboard import rules
from connector.journeys.models import Answer, Arm, Enrollment
from connector.messages.models import Message, MessageState
from connector.money import Money

QUESTION = "ask_why"
"""The template that asks; journeys that ask in other words name it the same."""

CLAIMED = (Grade.STRONG, Grade.MEDIUM, Grade.WEAK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """Orders of one grade and currency; revenue is what was not given back."""

    grade: str
    orders: int
    revenue: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """One store's numbers."""

    asked: int
    answered: int
    reasons: Mapping[str, int]
    coupons: int
    coupons_used: int
    recovered: Sequence[Recovered]
    treated: rules.Group
    holdout: rules.Group
    lift: Decimal | None


def results(session: Session, store_id: int) -> Results:
    treated, holdout = (_group(session, store_id, arm) for arm in (Arm.TREATED, Arm.HOLDOUT))
    given = Coupon.state.in_((CouponState.MADE, CouponState.USED))
    return Results(
        asked=_count(
            session,
            Message.enrollment_id,
            (Message.store_id == store_id)
            & (Message.template == QUESTION)
            & (Message.state == MessageState.SENT),
        ),
        answered=_count(session, Answer.enrollment_id, Answer.store_id == store_id),
        reasons=_reasons(session, store_id),
        coupons=_count(session, Coupon.id, (Coupon.store_id == store_id) & given),
        coupons_used=_count(
            session, Coupon.id, (Coupon.store_id == store_id) & (Coupon.state == CouponState.USED)
        ),
        recovered=_recovered(session, store_id),
        treated=treated,
        holdout=holdout,
        lift=rules.lift(treated, holdout),
    )


def _count(session: Session, column: InstrumentedAttribute[int], where: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count(column.distinct())).where(where)) or 0


def _reasons(session: Session, store_id: int) -> dict[str, int]:
    """Reason → how often, the commonest first."""
    number = func.count().label("number")
    query = (
        select(Answer.reason, number)
        .where(Answer.store_id == store_id)
        .group_by(Answer.reason)
        .order_by(number.desc(), Answer.reason)
    )
    return {row.reason: row.number for row in session.execute(query)}


def _recovered(session: Session, store_id: int) -> list[Recovered]:
    kept = Credit.amount_minor - Credit.refunded_minor
    query = (
        select(
            Credit.grade,
            Credit.currency,
            func.count().label("orders"),
            func.sum(kept).label("revenue"),
        )
        .where(
            Credit.store_id == store_id,
            Credit.arm == Arm.TREATED,
            Credit.grade.in_(CLAIMED),
            kept > 0,
        )
        .group_by(Credit.grade, Credit.currency)
    )
    found = [
        Recovered(grade=row.grade, orders=row.orders, revenue=Money(int(row.revenue), row.currency))
        for row in session.execute(query)
    ]
    return sorted(found, key=lambda one: (CLAIMED.index(Grade(one.grade)), one.revenue.currency))


def _group(session: Session, store_id: int, arm: Arm) -> rules.Group:
    """One arm by intention: everybody enrolled, and who bought and kept it within WINDOW.

    Both arms are measured by the same clock, from the day they left: crediting lets an order
    count later after a late message, which would favour those who got messages.
    """
    own = (Enrollment.store_id == store_id) & (Enrollment.arm == arm)
    orders = session.execute(
        select(Enrollment.customer_id, Enrollment.started_at, Credit.bought_at)
        .join(Credit, Credit.enrollment_id == Enrollment.id)
        .where(own, Credit.amount_minor > Credit.refunded_minor)
    )
    buyers = {row.customer_id for row in orders if row.bought_at - row.started_at <= WINDOW}
    return rules.Group(
        people=_count(session, Enrollment.customer_id, own),
        bought=len(buyers),
    )
