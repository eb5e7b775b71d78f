"""A coupon as we wish for it, and as a store made it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from connector.money import Money


class CouponKind(StrEnum):
    PERCENT = "percent"
    FIXED = "fixed"
    FREE_SHIPPING = "free_shipping"


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponWish:
    """A coupon to be made: one use, in the store's currency, dead after `ends_at`.

    `percent` is whole percent (1 to 100) and set for PERCENT; `amount` is set for FIXED.
    """

    code: str
    kind: CouponKind
    ends_at: datetime
    starts_at: datetime
    percent: int = 0
    amount: Money | None = None
    minimum: Money | None = None
    description: str = ""
    product_external_ids: Sequence[str] = ()
    """The only products that it is good for; none: for all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponMade:
    """The coupon as the store has it. `code` is the store's spelling of it."""

    external_id: str
    code: str
