"""An order made in her place costs what she saw and goes where she lives, or none is made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from connector.commerce.models import Checkout, CheckoutLine
from connector.writeback.models import StoreWrite
from tests.fakes import MUG, PracticeStore, faults
from tests.fakes.ledger import Order
from tests.fakes.till import Till
from tests.merchant import Merchant
from tests.road import Road

ANN = "ann@example.com"
VAT = Decimal("0.18")


@pytest.fixture
def merchant(road: Road) -> Iterator[Merchant]:
    someone = Merchant(road)
    yield someone
    someone.close()


def asked(road: Road, store: PracticeStore, **left: Any) -> str:
    """Ann left two mugs and was asked why; the page of her checkout."""
    store.leaves_checkout(ANN, (MUG, 2), name="Ann Ash", **left)
    road.runs_for(minutes=61)
    (checkout,) = road.rows(Checkout)
    return f"/app/orders-in-progress/{checkout.id}"


def orders_it(merchant: Merchant, page: str) -> str:
    """The merchant presses the button; the link that she is shown."""
    merchant.opens(page)
    merchant.presses(f"{page}/order")
    (write,) = merchant.road.rows(StoreWrite, kind="order")
    return str(write.outcome)


def made(store: PracticeStore) -> list[Order]:
    return [order for order in store.orders if "_askback_order" in order.meta]


def test_it_costs_what_her_checkout_did_and_goes_to_her_address(
    road: Road, merchant: Merchant
) -> None:
    store = road.opens("woocommerce")
    page = asked(road, store, phone="050-1234567", note="Ring twice")
    link = orders_it(merchant, page)
    (hers,) = (one for one in store.checkouts if one.order is None)
    (order,) = made(store)
    assert (hers.total, order.total) == (Decimal("72.80"), Decimal("72.80"))
    assert order.checkout.shipping == Decimal("25.00")
    told = store.dialect.payload(order)
    assert told["shipping"]["address_1"] == "1 Harbour St"
    assert told["billing"]["phone"] == "050-1234567"
    assert told["customer_note"] == "Ring twice"
    assert f"/order-pay/{order.id}/" in link


def test_a_store_that_taxes_the_delivery_of_such_orders_asks_no_more_of_her(
    road: Road, merchant: Merchant
) -> None:
    store = road.opens("woocommerce")
    store.memory.delivery_vat = VAT
    orders_it(merchant, asked(road, store))
    (order,) = made(store)
    assert order.total == Decimal("72.80")
    assert order.checkout.delivery_tax == Decimal("3.81")


def test_the_coupon_that_she_had_typed_herself_goes_with_it(road: Road, merchant: Merchant) -> None:
    store = road.opens("woocommerce")
    store.makes_coupon("welcome", kind="fixed", amount=Decimal(5))
    orders_it(merchant, asked(road, store, coupon="welcome"))
    (order,) = made(store)
    assert order.checkout.coupon == store.coupons["welcome"]
    assert order.total == Decimal("67.80")


def test_a_free_delivery_that_she_was_given_is_free_in_the_order_made_for_her(
    road: Road, merchant: Merchant
) -> None:
    store = road.opens("woocommerce", benefit={"kind": "free_shipping"})
    store.memory.delivery_vat = VAT
    page = asked(road, store)
    road.answers(ANN, "price")
    orders_it(merchant, page)
    (order,) = made(store)
    assert order.checkout.coupon is not None
    assert (order.checkout.shipping, order.total) == (Decimal(0), Decimal("47.80"))


def test_an_order_is_in_the_money_in_which_she_saw_it(road: Road, merchant: Merchant) -> None:
    store = road.opens("woocommerce")
    store.memory.till = Till("USD")
    orders_it(merchant, asked(road, store))
    (order,) = made(store)
    assert order.checkout.till.currency == "USD"


def test_where_the_store_has_dropped_her_draft_the_link_leads_to_her_cart(
    road: Road, merchant: Merchant
) -> None:
    """Nobody knows any more what the delivery was to cost, and where to."""
    store = road.opens("woocommerce")
    page = asked(road, store)
    road.clock.advance(days=1)
    store.cleans_up_drafts()
    link = orders_it(merchant, page)
    assert made(store) == []
    assert link == f"{store.base_url}/checkout-link/?products={MUG.variants[0].id}:2"
    assert "Send this link" in merchant.reads()


def test_who_had_typed_no_address_is_led_to_her_cart_which_asks_for_it(
    road: Road, merchant: Merchant
) -> None:
    """The pay page would take her money and ask nothing."""
    store = road.opens("woocommerce")
    link = orders_it(merchant, asked(road, store, stage="contact"))
    assert made(store) == []
    assert "/checkout-link/" in link


def test_what_cannot_be_made_for_her_price_is_not_made(road: Road, merchant: Merchant) -> None:
    """The mugs have become dearer, and this store reckons with today's price."""
    store = road.opens("woocommerce")
    page = asked(road, store)
    with store.lock:
        dearer(store)
    link = orders_it(merchant, page)
    assert made(store) == []
    assert "/checkout-link/" in link


def dearer(store: PracticeStore) -> None:
    """From now on; who has mugs in her cart keeps their price."""
    mug = store.memory.shelf.products[MUG.id]
    costly = replace(mug.variants[0], price=mug.variants[0].price + 1)
    store.memory.shelf.products[MUG.id] = replace(mug, variants=(costly,))


def half_a_kilogram(store: PracticeStore) -> dict[str, Any]:
    """Her draft in a store whose plugin sells by weight."""
    (left,) = store.checkouts
    payload: dict[str, Any] = store.dialect.payload(left)
    payload["line_items"][0]["quantity"] = 0.5
    return payload


def test_half_a_kilogram_is_no_piece_and_is_never_ordered_as_one(
    road: Road, merchant: Merchant
) -> None:
    store = road.opens("woocommerce")
    with store.holding() as pending:
        store.leaves_checkout(ANN, (MUG, 2), name="Ann Ash")
        pending.clear()
        store.sends("order.updated", half_a_kilogram(store))
    store.deliver()
    road.runs_for(minutes=61)
    (line,) = road.rows(CheckoutLine)
    assert (line.quantity, line.variant_title, line.total_minor) == (1, "0.5", 4780)
    assert "checkout-link" not in road.browser.get(
        road.mailbox.link(ANN, "c"), timeout=10, allow_redirects=False
    ).headers.get("Location", "")
    (checkout,) = road.rows(Checkout)
    road.clock.advance(days=1)
    store.cleans_up_drafts()
    assert orders_it(merchant, f"/app/orders-in-progress/{checkout.id}") == ""
    assert made(store) == []
    assert "cannot be ordered from here" in merchant.reads()


def test_a_store_whose_clock_is_slow_gets_one_order_though_its_answer_was_lost(
    road: Road, merchant: Merchant
) -> None:
    store = road.opens("woocommerce")
    store.clock_is_off(-90)
    store.leaves_checkout(ANN, (MUG, 2), name="Ann Ash")
    road.runs_for(minutes=161)
    (checkout,) = road.rows(Checkout)
    store.faults.next("orders", faults.TimeOutAfterDoing())
    orders_it(merchant, f"/app/orders-in-progress/{checkout.id}")
    road.runs_for(minutes=30)
    assert len(made(store)) == 1
