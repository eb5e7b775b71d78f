"""Making, finding and deleting coupons through WooCommerce's REST API, oddities included."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from tests.fakes import ledger
from tests.fakes.memory import Memory
from tests.fakes.woocommerce.answers import Refusal, invalid

_TYPES = ("percent", "fixed_cart", "fixed_product")
_TYPES_SAID = "discount_type is not one of percent, fixed_cart, and fixed_product."
_HUNDRED = 100


def make(memory: Memory, wish: dict[str, Any], zone: ZoneInfo) -> ledger.Coupon:
    """What WooCommerce makes of a wish: some mistakes are refused, others silently altered."""
    code = wish.get("code")
    if not code:
        raise Refusal(
            400, "rest_missing_callback_param", "Missing parameter(s): code", params=["code"]
        )
    kind = wish.get("discount_type", "fixed_cart")
    if kind not in _TYPES:
        raise invalid("discount_type", "rest_not_in_enum", _TYPES_SAID)
    amount = _amount(wish.get("amount", "0"))
    if kind == "percent" and amount > _HUNDRED:
        raise Refusal(400, "coupon_invalid_amount", "Invalid discount amount.")
    if code.lower() in memory.coupons:
        said = "The coupon code already exists"
        raise Refusal(400, "woocommerce_rest_coupon_code_already_exists", said)
    free = bool(wish.get("free_shipping", False)) and not amount
    return memory.makes_coupon(
        code.lower(),
        kind="free_shipping" if free else ("percent" if kind == "percent" else "fixed"),
        amount=amount,
        # `date_expires_gmt` is ignored: a coupon made with it never dies.
        expires_at=_expiry(wish.get("date_expires"), zone),
        minimum=_amount(wish.get("minimum_amount", "0")),
        usage_limit=_whole(wish.get("usage_limit")),
        limit_per_customer=_whole(wish.get("usage_limit_per_user")),
        description=wish.get("description", ""),
        product_ids=tuple(wish.get("product_ids", ())),
        individual_use=bool(wish.get("individual_use", False)),
        spoken={
            "email_restrictions": [
                address for address in wish.get("email_restrictions", []) if "@" in address
            ],
            "meta_data": [
                {"id": 1877 + place, "key": entry["key"], "value": entry["value"]}
                for place, entry in enumerate(wish.get("meta_data", []))
            ],
        },
    )


def _amount(said: Any) -> Decimal:
    """Text that is no amount becomes 0 without a word."""
    try:
        return Decimal(str(said))
    except InvalidOperation:
        return Decimal(0)


def _whole(said: Any) -> int | None:
    return int(said) if said else None


def _expiry(said: str | None, zone: ZoneInfo) -> datetime | None:
    """With an offset as it says; without one in store time; a bare date dies as its day starts."""
    if not said:
        return None
    try:
        moment = datetime.fromisoformat(said)
    except ValueError as problem:
        raise invalid("date_expires", "rest_invalid_date", "Invalid date.") from problem
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
