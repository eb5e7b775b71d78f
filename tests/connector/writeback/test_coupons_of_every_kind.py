"""Whatever the merchant gives stands in her store as she decided it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.fakes import MUG
from tests.fakes.ledger import Coupon as StoreCoupon
from tests.road import Road

ANN = "ann@example.com"
PLATFORMS = pytest.mark.parametrize("platform", ["shopify", "woocommerce"])
WORTH = {"valid_days": 5, "minimum": "30"}


def given(road: Road, platform: str, **benefit: Any) -> StoreCoupon:
    """The coupon in the store after Ann said that the price of her mugs is high."""
    store = road.opens(platform, benefit={**WORTH, **benefit})
    store.leaves_checkout(ANN, (MUG, 3))
    road.runs_for(minutes=61)
    road.answers(ANN, "price")
    (coupon,) = store.coupons.values()
    assert coupon.expires_at is not None
    assert (coupon.expires_at - road.clock.now()).days in (4, 5)
    assert (coupon.usage_limit, coupon.minimum) == (1, Decimal(30))
    return coupon


@PLATFORMS
@pytest.mark.parametrize(
    ("benefit", "kind", "amount"),
    [
        ({"kind": "percent", "percent": 15}, "percent", 15),
        ({"kind": "fixed", "amount": "12.50"}, "fixed", Decimal("12.50")),
        ({"kind": "free_shipping"}, "free_shipping", 0),
    ],
)
def test_every_kind_is_made_with_its_minimum_its_end_and_one_use(
    road: Road, platform: str, benefit: dict[str, Any], kind: str, amount: Any
) -> None:
    coupon = given(road, platform, **benefit)
    assert (coupon.kind, coupon.amount, coupon.product_ids) == (kind, amount, ())


@PLATFORMS
def test_a_benefit_for_her_cart_is_good_for_its_products_alone(road: Road, platform: str) -> None:
    coupon = given(road, platform, kind="percent", percent=15, cart_only=True)
    assert coupon.product_ids == (MUG.id,)
    assert "For the products that you had chosen." in road.mailbox.to(ANN)[-1].text
