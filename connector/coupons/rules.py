"""Who is due a benefit, and which."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from connector.money import Money
from connector.ports.platform import CouponKind
from connector.records import OrderState
from connector.stores.policy import BenefitPolicy

_ALIASING_HOSTS = {"gmail.com", "googlemail.com"}
"""Dots in the name mean nothing there: support.google.com/mail/answer/7436150."""


UNDONE = frozenset({OrderState.CANCELLED, OrderState.FAILED})
"""Orders with which a coupon may not have been used after all. WooCommerce gives the use back
(wc_update_coupon_usage_counts), Shopify keeps it: the store's own count decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Benefit:
    """What is to be given; `percent` for PERCENT, `amount` for FIXED."""

    kind: CouponKind
    currency: str
    ends_at: datetime
    percent: int = 0
    amount: Money | None = None
    minimum: Money | None = None


@dataclass(frozen=True, slots=True)
class NoBenefit:
    """Why nothing is given."""

    reason: str


def decide(
    policy: BenefitPolicy, *, currency: str, last_given_at: datetime | None, now: datetime
) -> Benefit | NoBenefit:
    """A benefit, where the merchant allows one and this person had none for long enough."""
    if policy.kind == "none":
        return NoBenefit("the merchant gives no benefits")
    if last_given_at and now - last_given_at < timedelta(days=policy.cooldown_days):
        return NoBenefit(f"had a benefit less than {policy.cooldown_days} days ago")
    kind = CouponKind(policy.kind)
    amount = Money.of(policy.amount, currency)
    if kind is CouponKind.FIXED and not amount:
        return NoBenefit("the merchant's benefit has no amount")
    minimum = Money.of(policy.minimum, currency) if Decimal(policy.minimum) else None
    return Benefit(
        kind=kind,
        currency=currency,
        ends_at=now + timedelta(days=policy.valid_days),
        percent=policy.percent if kind is CouponKind.PERCENT else 0,
        amount=amount if kind is CouponKind.FIXED else None,
        minimum=minimum,
    )


def person_key(email: str) -> str:
    """One key for the spellings of one mailbox (plus-tags, Gmail's dots), not readable back."""
    name, _, host = email.strip().lower().rpartition("@")
    name = name.partition("+")[0]
    if host in _ALIASING_HOSTS:
        name, host = name.replace(".", ""), "gmail.com"
    return hashlib.sha256(f"{name}@{host}".encode("utf-8", "replace")).hexdigest()
