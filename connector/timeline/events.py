"""The project's vocabulary of what can happen."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Name(StrEnum):
    """Past tense, trade's words."""

    CHECKOUT_CHANGED = "checkout.changed"
    CHECKOUT_COMPLETED = "checkout.completed"
    CHECKOUT_DELETED = "checkout.deleted"
    CHECKOUT_ABANDONED = "checkout.abandoned"
    CASE_CLOSED = "case.closed"
    CUSTOMER_CHANGED = "customer.changed"
    CUSTOMER_NAMED = "customer.named"
    CONSENT_CHANGED = "consent.changed"
    ORDER_BOUGHT = "order.bought"
    ORDER_CHANGED = "order.changed"
    ORDER_CANCELLED = "order.cancelled"
    ORDER_REFUNDED = "order.refunded"
    ORDER_FULFILLED = "order.fulfilled"
    QUESTION_ANSWERED = "question.answered"
    JOURNEY_STARTED = "journey.started"
    JOURNEY_ENDED = "journey.ended"
    MESSAGE_SENT = "message.sent"
    MESSAGE_NOT_SENT = "message.not_sent"
    COUPON_PLANNED = "coupon.planned"
    COUPON_MADE = "coupon.made"
    ORDER_CREDITED = "order.credited"
    UNSUBSCRIBED = "customer.unsubscribed"
    RESUBSCRIBED = "customer.resubscribed"
    STORE_UNINSTALLED = "store.uninstalled"
    PRIVACY_ASKED = "privacy.asked"


SIGNALS = frozenset(
    {
        Name.CHECKOUT_CHANGED, Name.CUSTOMER_CHANGED, Name.ORDER_CHANGED, Name.ORDER_CREDITED,
        Name.PRIVACY_ASKED, Name.COUPON_PLANNED, Name.CUSTOMER_NAMED,
    }
)  # fmt: skip
"""Too frequent, too private or written down elsewhere: later stages hear, nothing is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened. `subject_id` is the row it happened to (checkout, order, …)."""

    name: Name
    store_id: int
    subject_id: int
    happened_at: datetime
    customer_id: int | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    key: str = ""
    """Unique per store; by default one event of this name per subject."""

    @property
    def unique_key(self) -> str:
        return self.key or f"{self.name}:{self.subject_id}"
