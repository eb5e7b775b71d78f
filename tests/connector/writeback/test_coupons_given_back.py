"""A coupon whose order was taken back: what the store counts decides whether it is hers again."""

from __future__ import annotations

from datetime import timedelta

from connector.commerce.models import Checkout
from connector.coupons.models import Coupon
from connector.writeback.models import StoreWrite
from tests.fakes import MUG, PracticeStore
from tests.fakes.ledger import Order
from tests.merchant import Merchant
from tests.road import Road

ANN = "ann@example.com"
TEN = {"kind": "percent", "percent": 10, "valid_days": 7, "cooldown_days": 180}


def bought_with_it(road: Road, platform: str) -> tuple[PracticeStore, Order, Coupon]:
    """Ann was given a coupon for her answer, and bought with it."""
    store = road.opens(platform, benefit=TEN)
    store.leaves_checkout(ANN, MUG)
    road.runs_for(hours=2)
    road.answers(ANN, "price")
    road.clock.advance(minutes=5)
    (code,) = store.coupons
    order = store.buys(ANN, coupon=code)
    road.settles()
    (coupon,) = road.rows(Coupon)
    assert coupon.state == "used"
    return store, order, coupon


def outcomes(road: Road) -> list[str]:
    return [one.outcome for one in road.rows(StoreWrite) if one.kind.startswith("coupon")]


def test_a_cancelled_order_gives_her_the_coupon_back_until_its_end(road: Road) -> None:
    store, order, coupon = bought_with_it(road, "woocommerce")
    store.cancels(order)
    road.runs_for(minutes=1)
    (known,) = road.rows(Coupon)
    assert (known.state, known.used_at, known.order_id) == ("made", None, None)
    assert list(store.coupons) == [coupon.code]
    road.runs_until(coupon.ends_at + timedelta(hours=23))
    assert list(store.coupons) == [coupon.code]
    road.runs_for(hours=2)
    assert store.coupons == {}
    assert outcomes(road) == ["removed", "free"]


def test_what_she_leaves_next_is_ordered_for_her_with_the_coupon_that_came_back(
    road: Road,
) -> None:
    store, order, coupon = bought_with_it(road, "woocommerce")
    store.cancels(order)
    road.clock.advance(minutes=5)
    store.leaves_checkout(ANN, (MUG, 2))
    road.runs_for(minutes=61)
    left = road.rows(Checkout)[-1]
    merchant = Merchant(road)
    merchant.opens(f"/app/orders-in-progress/{left.id}")
    merchant.presses(f"/app/orders-in-progress/{left.id}/order")
    merchant.close()
    (made,) = [one for one in store.orders if "_askback_order" in one.meta]
    assert made.checkout.coupon == store.coupons[coupon.code]


def test_a_store_that_keeps_the_use_keeps_the_coupon_used(road: Road) -> None:
    """Shopify gives no use back for an order that was cancelled."""
    store, order, coupon = bought_with_it(road, "shopify")
    store.cancels(order)
    road.runs_for(days=9)
    (known,) = road.rows(Coupon)
    assert known.state == "used"
    assert list(store.coupons) == [coupon.code]
    assert set(outcomes(road)) == {"used"}


def test_a_use_that_is_given_back_later_is_found_at_the_coupons_end(road: Road) -> None:
    store, order, _ = bought_with_it(road, "shopify")
    store.cancels(order)
    road.runs_for(days=1)
    assert outcomes(road)[-1] == "used"
    order.checkout.gives_use_back()
    road.runs_for(days=8)
    assert store.coupons == {}


def test_an_order_that_stands_keeps_its_coupon_and_nobody_is_asked_about_it(road: Road) -> None:
    store, _, coupon = bought_with_it(road, "woocommerce")
    before = sum(1 for one in store.requests if "/coupons/" in one.path)
    road.runs_for(days=9)
    assert list(store.coupons) == [coupon.code]
    assert sum(1 for one in store.requests if "/coupons/" in one.path) == before


def test_a_purchase_heard_of_after_its_cancellation_uses_no_coupon(road: Road) -> None:
    """Both webhooks come late, the last one first."""
    store = road.opens("woocommerce", benefit=TEN)
    store.leaves_checkout(ANN, MUG)
    road.runs_for(hours=2)
    road.answers(ANN, "price")
    road.clock.advance(minutes=5)
    (code,) = store.coupons
    with store.holding() as pending:
        order = store.buys(ANN, coupon=code)
        road.clock.advance(minutes=5)
        store.cancels(order)
        late = [one for one in pending if one.topic.startswith("order.")]
        pending.clear()
    for one in reversed(late):
        store.deliver(one)
        road.settles()
    (known,) = road.rows(Coupon)
    assert known.state == "made"
