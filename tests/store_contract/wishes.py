"""What the sentences wish for: coupons of every kind, an order in a shopper's place."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any

from connector.money import Money
from connector.ports.coupons import CouponKind, CouponWish
from connector.ports.platform import CheckoutFacts
from connector.ports.writing import OrderWish
from connector.records import LineItem
from tests.store_contract.hand import Goods
from tests.store_contract.shop import Shop


def ten_percent(shop: Shop, code: str, **otherwise: Any) -> CouponWish:
    """A tenth off for three days; `otherwise` are other fields of the wish."""
    now = shop.now().astimezone(UTC).replace(microsecond=0)
    wished: dict[str, Any] = {
        "code": code,
        "kind": CouponKind.PERCENT,
        "percent": 10,
        "starts_at": now - timedelta(minutes=1),
        "ends_at": now + timedelta(days=3),
        "description": "for a test of the store",
    }
    return CouponWish(**{**wished, **otherwise})


def two_pieces(shop: Shop, goods: Goods) -> LineItem:
    """Two of the first size, as a cart holds them."""
    price = Money.of("12.50", shop.platform.describe(shop.access).currency)
    return LineItem(
        title=goods.title,
        quantity=2,
        unit_price=price,
        total=price * 2,
        product_external_id=goods.product,
        variant_external_id=goods.sizes[0],
    )


def order(shop: Shop, email: str, *lines: LineItem) -> OrderWish:
    return OrderWish(
        key=f"askback{shop.lot}",
        lines=lines,
        email=email,
        first_name="Ann",
        last_name="Ash",
    )


def left(shop: Shop, email: str, *, external_id: str = "") -> CheckoutFacts:
    """A checkout that this shopper began a little ago."""
    return CheckoutFacts(
        external_id=external_id,
        cart_token="",
        recovery_url="",
        email=email,
        lines=(),
        created_at=shop.lately(),
    )
