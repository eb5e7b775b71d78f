"""The merchant makes the order in the shopper's place: one order, one link, whatever happens."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import pytest
from werkzeug.wrappers import Request, Response

from connector.commerce.models import Checkout
from connector.coupons.models import Coupon
from connector.stores.models import Store, StoreState
from connector.writeback.models import StoreWrite
from tests.companion import Companion
from tests.fakes import MUG, SHIRT, PracticeStore, faults
from tests.merchant import Merchant, neighbour
from tests.road import Road

ANN = "ann@example.com"
PLATFORMS = pytest.mark.parametrize("platform", ["shopify", "woocommerce"])


@pytest.fixture
def merchant(road: Road) -> Iterator[Merchant]:
    someone = Merchant(road)
    yield someone
    someone.close()


def left(road: Road, platform: str) -> tuple[PracticeStore, str]:
    """Ann left a shirt and two mugs; the page of her checkout."""
    store = road.opens(platform)
    store.leaves_checkout(ANN, (MUG, 2), SHIRT.variants[1], name="Ann Ash")
    road.runs_for(minutes=61)
    (checkout,) = road.rows(Checkout)
    return store, f"/app/orders-in-progress/{checkout.id}"


def made(store: PracticeStore) -> list[list[tuple[int, str]]]:
    """The orders that wait for payment: how many of what."""
    if store.platform == "shopify":
        return [
            [(line["quantity"], line["variantId"]) for line in draft.said["lineItems"]]
            for draft in store.drafts
        ]
    return [
        [(line.quantity, str(line.variant.id)) for line in order.checkout.lines]
        for order in store.orders
        if "_askback_order" in order.meta
    ]


@PLATFORMS
def test_pressing_twice_makes_one_order_and_shows_its_link(
    road: Road, merchant: Merchant, platform: str
) -> None:
    store, page = left(road, platform)
    merchant.opens(page)
    merchant.presses(f"{page}/order")
    first = merchant.reads()
    merchant.opens(page)
    assert "Make the order" not in merchant.reads()
    merchant.presses(f"{page}/order")
    (order,) = made(store)
    assert [quantity for quantity, _ in order] == [2, 1]
    (write,) = road.rows(StoreWrite, kind="order")
    assert write.outcome in first
    assert urlsplit(write.outcome).netloc == urlsplit(store.base_url).netloc


@PLATFORMS
def test_an_order_whose_answer_was_lost_is_found_and_not_made_again(
    road: Road, merchant: Merchant, platform: str
) -> None:
    store, page = left(road, platform)
    store.faults.next("orders", faults.TimeOutAfterDoing())
    merchant.opens(page)
    merchant.presses(f"{page}/order")
    assert "has not answered yet" in merchant.reads()
    merchant.presses(f"{page}/order")
    road.runs_for(minutes=10)
    merchant.opens(page)
    assert len(made(store)) == 1
    assert "Send this link" in merchant.reads()


def given_ten_percent(road: Road, platform: str) -> tuple[PracticeStore, str, str]:
    """Ann said that the price is high: the page of her checkout, and her coupon's code."""
    store = road.opens(platform, benefit={"kind": "percent", "percent": 10, "valid_days": 7})
    store.leaves_checkout(ANN, (MUG, 2), SHIRT.variants[1], name="Ann Ash")
    road.runs_for(minutes=61)
    road.answers(ANN, "price")
    (checkout,), (coupon,) = road.rows(Checkout), road.rows(Coupon)
    return store, f"/app/orders-in-progress/{checkout.id}", coupon.store_code


def codes_of(store: PracticeStore) -> list[list[str]]:
    """The coupons of the orders that were made."""
    if store.platform == "shopify":
        return [list(draft.said.get("discountCodes", [])) for draft in store.drafts]
    ours = (order for order in store.orders if "_askback_order" in order.meta)
    return [[one.checkout.coupon.code] if one.checkout.coupon else [] for one in ours]


@PLATFORMS
def test_the_benefit_that_she_was_given_goes_with_her_order_once(
    road: Road, merchant: Merchant, platform: str
) -> None:
    store, page, code = given_ten_percent(road, platform)
    store.faults.next("orders", faults.TimeOutAfterDoing())
    merchant.opens(page)
    for _ in range(2):
        merchant.presses(f"{page}/order")
    road.runs_for(minutes=10)
    assert codes_of(store) == [[code]]
    assert store.coupons[code.lower()].used_by in ([], [ANN])


@PLATFORMS
def test_a_benefit_that_has_ended_stays_out_of_her_order(
    road: Road, merchant: Merchant, platform: str
) -> None:
    store, page, _ = given_ten_percent(road, platform)
    road.runs_for(days=7, minutes=5)
    merchant.opens(page)
    merchant.presses(f"{page}/order")
    assert codes_of(store) == [[]]


def test_a_coupon_that_the_store_does_not_take_costs_no_order_and_leaves_nothing_behind(
    road: Road, merchant: Merchant
) -> None:
    store, page, code = given_ten_percent(road, "woocommerce")
    store.coupons[code.lower()].minimum = Decimal(100_000)
    known = set(store.memory.checkouts)
    merchant.opens(page)
    merchant.presses(f"{page}/order")
    assert codes_of(store) == [[]]
    assert "Send this link" in merchant.reads()
    (made_here,) = set(store.memory.checkouts) - known
    assert made_here in store.memory.orders


class CannotDelete(faults.Fault):
    def answer(self, _: PracticeStore, request: Request, proceed: faults.Proceed) -> Response:
        return Response("", 503) if request.method == "DELETE" else proceed()


def test_what_a_refusal_left_behind_is_not_taken_for_her_order_at_the_next_try(
    road: Road, merchant: Merchant
) -> None:
    """The store went down between refusing the coupon and deleting the draft."""
    store, page, code = given_ten_percent(road, "woocommerce")
    store.coupons[code.lower()].minimum = Decimal(100_000)
    road.machine.platforms["woocommerce"].http.sleep = lambda _: None  # type: ignore[attr-defined] # not in the port
    known = set(store.memory.checkouts)
    store.faults.next("orders", *[CannotDelete()] * 20)
    merchant.opens(page)
    merchant.presses(f"{page}/order")
    assert len(set(store.memory.checkouts) - known) == 1
    store.faults = faults.Faults()
    road.runs_for(minutes=5)
    (made_here,) = set(store.memory.checkouts) - known
    assert made_here in store.memory.orders
    assert codes_of(store) == [[]]


BLUE = ("pa_%d7%a6%d7%91%d7%a2", "%d7%9b%d7%97%d7%95%d7%9c")
"""Hebrew names and terms are percent-encoded in WordPress."""


def orders_a_blue_shirt(road: Road, merchant: Merchant, store: PracticeStore) -> list[Any]:
    """The lines of the order that was made of the one checkout, if one was."""
    road.runs_for(minutes=61)
    (checkout,) = road.rows(Checkout)
    merchant.opens(f"/app/orders-in-progress/{checkout.id}")
    merchant.presses(f"/app/orders-in-progress/{checkout.id}/order")
    asked = [
        one.json for one in store.requests if one.method == "POST" and one.path.endswith("/orders")
    ]
    return [line for one in asked for line in one["line_items"]]


def test_an_order_made_for_her_says_what_she_chose_of_a_shirt_for_any_colour(
    road: Road, merchant: Merchant
) -> None:
    """Else she pays for a shirt of which nobody knows the colour."""
    store = road.opens("woocommerce")
    left_one = store.leaves_checkout("half@example.com", (MUG, 2), SHIRT["L"], name="Ann Ash")
    left_one.lines[1].choices["pa_צבע"] = "כחול"  # decoded, as WooCommerce's API tells it
    store.changes_email(left_one, ANN)
    mug, shirt = orders_a_blue_shirt(road, merchant, store)
    assert (mug["product_id"], mug["quantity"]) == (MUG.id, 2)
    assert shirt["variation_id"] == SHIRT["L"].id
    assert {"key": BLUE[0], "value": BLUE[1]} in shirt["meta_data"]


def test_a_captured_cart_is_led_back_to_in_the_colour_that_was_chosen(
    road: Road, merchant: Merchant
) -> None:
    """The companion tells no address, so no order is made: her cart asks for it."""
    store = road.opens("woocommerce")
    companion = Companion(road, store)
    snapshot = companion.snapshot(ANN, SHIRT["L"], MUG)
    snapshot["lines"][0]["attributes"] = {f"attribute_{BLUE[0]}": BLUE[1], "attribute_x": 5}
    snapshot["lines"][1]["attributes"] = ["nonsense"]
    assert companion.posts(snapshot).status_code == 200
    assert orders_a_blue_shirt(road, merchant, store) == []
    (write,) = road.rows(StoreWrite, kind="order")
    assert write.outcome == snapshot["restore_url"]


def test_a_product_that_is_gone_makes_no_order_that_costs_nothing(
    road: Road, merchant: Merchant
) -> None:
    store, page = left(road, "woocommerce")
    with store.lock:
        mug = store.memory.shelf.products.pop(MUG.id)
    merchant.opens(page)
    merchant.presses(f"{page}/order")
    assert "no longer in the store" in merchant.reads()
    assert made(store) == []
    with store.lock:
        store.memory.shelf.products[MUG.id] = mug
    merchant.presses(f"{page}/order")
    assert "Send this link" in merchant.reads()
    assert len(made(store)) == 1


def test_whose_account_was_deleted_since_is_made_her_order_as_a_guest(
    road: Road, merchant: Merchant
) -> None:
    store = road.opens("woocommerce")
    store.registers(ANN)
    store.leaves_checkout(ANN, (MUG, 2))
    road.runs_for(minutes=61)
    (checkout,) = road.rows(Checkout)
    with store.lock:
        del store.memory.accounts[ANN]
    page = f"/app/orders-in-progress/{checkout.id}"
    merchant.opens(page)
    merchant.presses(f"{page}/order")
    assert "Send this link" in merchant.reads()
    assert [order.checkout.email for order in store.orders] == [ANN]


@PLATFORMS
def test_what_she_has_bought_meanwhile_is_not_ordered_for_her(
    road: Road, merchant: Merchant, platform: str
) -> None:
    store, page = left(road, platform)
    merchant.opens(page)
    road.clock.advance(minutes=5)
    store.buys(ANN)
    road.settles()
    merchant.presses(f"{page}/order")
    assert made(store) == []
    assert road.rows(StoreWrite, kind="order") == []


def test_an_order_that_waited_for_days_is_made_only_when_the_merchant_asks_anew(
    road: Road, merchant: Merchant
) -> None:
    store, page = left(road, "woocommerce")
    store.faults.next("orders", faults.ServerError(503))
    merchant.opens(page)
    merchant.presses(f"{page}/order")
    with road.machine.database.transaction() as session:
        session.get_one(Store, 1).state = StoreState.ACCESS_LOST
    road.runs_for(days=2)
    with road.machine.database.transaction() as session:
        session.get_one(Store, 1).state = StoreState.CONNECTED
    road.runs_for(hours=1)
    assert made(store) == []
    merchant.opens(page)
    assert "too old when the store could be reached again" in merchant.reads()
    merchant.presses(f"{page}/order")
    assert len(made(store)) == 1


def test_nobody_makes_orders_in_anothers_store(road: Road, merchant: Merchant) -> None:
    store, page = left(road, "woocommerce")
    theirs = neighbour(road.machine, road.clock.now())
    with road.machine.database.transaction() as session:
        session.get_one(Checkout, int(page.rpartition("/")[2])).store_id = theirs.id
    merchant.opens("/app/orders-in-progress")
    assert merchant.presses(f"{page}/order").status_code == 404
    merchant.opens("/app/orders-in-progress")
    assert merchant.presses("/app/orders-in-progress/none/order").status_code == 404
    assert made(store) == []


def test_the_order_is_not_made_by_opening_its_address(road: Road, merchant: Merchant) -> None:
    store, page = left(road, "woocommerce")
    assert merchant.opens(f"{page}/order").status_code == 405
    assert made(store) == []


@PLATFORMS
def test_she_is_not_asked_why_she_left_the_order_that_was_made_for_her(
    road: Road, merchant: Merchant, platform: str
) -> None:
    store, page = left(road, platform)
    merchant.opens(page)
    merchant.presses(f"{page}/order")
    store.deliver()
    road.runs_for(days=2)
    assert len(made(store)) == 1
    assert len(road.mailbox.to(ANN)) == 1
