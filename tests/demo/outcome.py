"""What the product's own books say of the demonstration."""

from __future__ import annotations

import time
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from connector.attribution.models import Credit
from connector.commerce.models import Order
from connector.coupons.models import Coupon
from connector.journeys.models import Answer, Arm
from connector.machine import Machine
from connector.messages.models import Message, MessageState
from connector.money import Money
from connector.stores.models import Store

PATIENCE_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The books: how many were asked, answered, given coupons, came back, and for how much."""

    asked: int
    answered: int
    coupons: int
    recovered: int
    revenue: Decimal
    currency: str
    platforms: set[str]
    lines: list[str]

    def as_json(self) -> dict[str, Any]:
        return {
            "asked": self.asked,
            "answered": self.answered,
            "coupons": self.coupons,
            "recovered": self.recovered,
            "revenue": float(self.revenue),  # JSON has no other number; nobody reckons with it
            "currency": self.currency,
        }


def look(machine: Machine, *, wait_for_orders: int) -> Outcome:
    """Read the books, once the last orders' webhooks have been worked through."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        with machine.database.reading() as session:
            outcome = _read(session)
        if outcome.recovered >= wait_for_orders or time.monotonic() > deadline:
            return outcome
        time.sleep(0.2)


def _read(session: Session) -> Outcome:
    asked = select(func.count()).where(
        Message.template == "ask_why", Message.state == MessageState.SENT
    )
    found = session.execute(
        select(Credit, Order.number, Store.platform)
        .join(Order, Order.id == Credit.order_id)
        .join(Store, Store.id == Credit.store_id)
        .where(Credit.arm == Arm.TREATED, Credit.grade.in_(("strong", "medium")))
        .order_by(Credit.id)
    ).all()
    earned = []
    lines = []
    for credit, number, platform in found:
        money = Money(credit.amount_minor - credit.refunded_minor, credit.currency)
        earned.append(money)
        proof = ", ".join(name for name, holds in credit.evidence.items() if holds)
        lines.append(f"{platform} {number}: {money} ({credit.grade} evidence: {proof})")
    return Outcome(
        asked=session.scalar(asked) or 0,
        answered=session.scalar(select(func.count()).select_from(Answer)) or 0,
        coupons=session.scalar(select(func.count()).where(Coupon.made_at.is_not(None))) or 0,
        recovered=len(found),
        revenue=sum((money.amount for money in earned), Decimal(0)),
        currency=earned[0].currency if earned else "",
        platforms={platform for _, _, platform in found},
        lines=lines,
    )
