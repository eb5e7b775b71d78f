"""What Shopify's webhooks say, in the words of the trade."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from adapters.platforms.shopify import records
from connector.errors import Unreadable
from connector.money import Money
from connector.records import (
    Checkout,
    ConsentChange,
    Customer,
    Deleted,
    Fulfillment,
    Order,
    OrderState,
    Product,
    Record,
    Refund,
    SetAside,
    Uninstalled,
)

NINE = dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)


def read(topic: str, payload: Any) -> Record:
    (record,) = records.read(topic, json.dumps(payload).encode())
    return record


def checkout(**changes: Any) -> Checkout:
    payload = {
        "token": "c0ffee",
        "currency": "USD",
        "presentment_currency": "USD",
        "total_price": "25.00",
        "created_at": "2026-11-20T04:00:00-05:00",
        "updated_at": "2026-11-20T09:00:00Z",
        "shipping_address": [],
        "line_items": [
            {"key": "k1", "title": "Blue mug", "quantity": 2, "price": "12.50", "variant_id": 808}
        ],
    }
    found = read("checkouts/update", payload | changes)
    assert isinstance(found, Checkout)
    return found


def both(shop: str, seen: str) -> dict[str, Any]:
    return {
        "shop_money": {"amount": shop, "currency_code": "USD"},
        "presentment_money": {"amount": seen, "currency_code": "ILS"},
    }


def order(**changes: Any) -> Order:
    payload = {
        "id": 1,
        "admin_graphql_api_id": "gid://shopify/Order/820982911946154508",
        "name": "#1001",
        "currency": "USD",
        "total_price": "25.00",
        "financial_status": "paid",
        "fulfillment_status": None,
        "checkout_token": "c0ffee",
        "created_at": "2026-11-20T09:00:00Z",
        "updated_at": "2026-11-20T09:00:00Z",
        "processed_at": "2026-11-20T09:00:00Z",
        "line_items": [{"id": 7, "title": "Blue mug", "quantity": 2, "price": "12.50"}],
    }
    found = read("orders/updated", payload | changes)
    assert isinstance(found, Order)
    return found


def test_two_mugs_cost_twice_as_much_as_one() -> None:
    for lines in (checkout().lines, order().lines):
        (mug,) = lines
        assert mug.quantity == 2
        assert mug.unit_price == Money(1250, "USD")
        assert mug.total == Money(2500, "USD")


def test_discounts_come_off_the_line_and_not_off_the_price() -> None:
    line = {"id": 7, "title": "Mug", "quantity": 2, "price": "12.50"}
    allocations = [{"amount": "2.00"}, {"amount": "0.50"}]
    (left,) = checkout(line_items=[line | {"discount_allocations": allocations}]).lines
    (bought,) = order(line_items=[line | {"discount_allocations": allocations}]).lines
    (older,) = checkout(line_items=[line | {"applied_discounts": allocations}]).lines
    for mug in (left, bought, older):
        assert (mug.unit_price, mug.total) == (Money(1250, "USD"), Money(2250, "USD"))


def test_a_checkout_speaks_the_currency_that_the_shopper_sees() -> None:
    left = checkout(currency="USD", presentment_currency="JPY", total_price="2500", line_items=[])
    assert (left.currency, left.total) == ("JPY", Money(2500, "JPY"))
    assert checkout(presentment_currency=None).currency == "USD"


def test_times_are_utc() -> None:
    assert (checkout().created_at, checkout().updated_at) == (NINE, NINE)


def test_how_far_a_checkout_has_come() -> None:
    early = checkout(shipping_lines=[], gateway=None, completed_at=None)
    assert (early.chose_delivery, early.payment_method, early.completed_at) == (False, "", None)
    late = checkout(
        shipping_lines=[{"title": "Post", "price": "4.00"}],
        gateway="shopify_payments",
        completed_at="2026-11-20T09:00:00Z",
    )
    assert (late.chose_delivery, late.payment_method) == (True, "shopify_payments")
    assert (late.shipping, late.completed_at) == (Money(400, "USD"), NINE)


def test_a_checkout_of_nobody_names_nobody() -> None:
    assert checkout(customer=None, email=None, buyer_accepts_marketing=False).customer is None


def test_a_guest_is_put_together_from_what_she_typed() -> None:
    guest = checkout(
        email="ann@example.com",
        customer_locale="he",
        shipping_address={"first_name": "Ann", "phone": "+972501234567"},
        billing_address={"last_name": "Levi", "country_code": "IL"},
    ).customer
    assert guest == Customer(
        email="ann@example.com",
        phone="+972501234567",
        first_name="Ann",
        last_name="Levi",
        locale="he",
        country="IL",
        accepts_marketing=None,
    )


def test_what_she_typed_now_goes_before_what_the_store_knew() -> None:
    known = {
        "id": 603851970716743400,
        "admin_graphql_api_id": "gid://shopify/Customer/603851970716743426",
        "email": "old@example.com",
        "first_name": "Ann",
    }
    ann = checkout(email="new@example.com", buyer_accepts_marketing=True, customer=known).customer
    assert ann is not None
    assert (ann.external_id, ann.email) == ("603851970716743426", "new@example.com")
    assert (ann.first_name, ann.accepts_marketing) == ("Ann", True)


def test_names_in_every_script_arrive_whole() -> None:
    ann = checkout(email="a@example.com", customer={"id": 1, "first_name": "שרה 🌸"}).customer
    assert ann is not None
    assert ann.first_name == "שרה 🌸"


def test_a_recovery_link_is_a_web_address_or_nothing() -> None:
    url = "https://practice.myshopify.com/recover?key=1"
    assert checkout(abandoned_checkout_url=url).recovery_url == url
    assert checkout(abandoned_checkout_url="javascript:alert(1)").recovery_url == ""


def test_three_hundred_lines_and_a_line_of_nothing_are_read() -> None:
    line = {"key": "k", "title": "Mug", "quantity": 0, "price": "1.00"}
    lines = checkout(line_items=[line] * 300).lines
    assert len(lines) == 300
    assert lines[0].total == Money(0, "USD")


@pytest.mark.parametrize(
    "change",
    [
        {"token": None},
        {"token": ""},
        {"total_price": "free"},
        {"total_price": True},
        {"currency": "dollars", "presentment_currency": None},
        {"created_at": "yesterday"},
        {"created_at": "2026-11-20T09:00:00"},
        {"line_items": {}},
        {"line_items": [{"key": "k", "quantity": 1}]},
        {"line_items": [{"key": "k", "quantity": 1.5, "price": "1"}]},
        {"customer": "Ann"},
        {"email": ["ann@example.com"]},
        {"buyer_accepts_marketing": "yes"},
    ],
)
def test_a_checkout_that_says_nonsense_is_unreadable(change: dict[str, Any]) -> None:
    with pytest.raises(Unreadable) as caught:
        checkout(**change)
    assert str(caught.value).startswith("checkouts/update: ")


def test_the_error_names_the_field_and_not_the_person() -> None:
    with pytest.raises(Unreadable) as caught:
        checkout(email={"address": "ann@example.com"})
    assert str(caught.value) == "checkouts/update: email: not a text"


def test_an_order_speaks_one_currency_the_one_that_was_seen() -> None:
    line = {"id": 7, "title": "Mug", "quantity": 2, "price": "12.50"}
    seen = order(
        total_price_set=both("25.00", "92.00"),
        total_discounts="1.00",
        total_discounts_set=both("1.00", "3.70"),
        total_tax="9.99",
        line_items=[
            line
            | {
                "price_set": both("12.50", "46.00"),
                "discount_allocations": [{"amount": "1.00", "amount_set": both("1.00", "3.70")}],
            }
        ],
    )
    assert (seen.currency, seen.total) == ("ILS", Money(9200, "ILS"))
    assert seen.discount == Money(370, "ILS")
    assert seen.lines[0].total == Money(8830, "ILS")
    # The tax was told in the shop's currency alone: left out rather than mixed in.
    assert seen.tax is None


def test_an_order_told_only_half_in_the_seen_currency_keeps_the_shops() -> None:
    half = order(total_price_set=both("25.00", "92.00"))
    assert (half.currency, half.total) == ("USD", Money(2500, "USD"))
    assert half.lines[0].total == Money(2500, "USD")


@pytest.mark.parametrize(
    ("payment", "delivery", "state", "final"),
    [
        ("paid", None, OrderState.PLACED, False),
        ("authorized", None, OrderState.PLACED, False),
        ("partially_paid", None, OrderState.PLACED, False),
        ("pending", None, OrderState.ON_HOLD, False),
        ("pending", "fulfilled", OrderState.FULFILLED, False),
        ("paid", "partial", OrderState.PLACED, False),
        ("paid", "fulfilled", OrderState.FULFILLED, False),
        ("partially_refunded", "fulfilled", OrderState.FULFILLED, False),
        ("refunded", "fulfilled", OrderState.REFUNDED, True),
        ("voided", None, OrderState.FAILED, False),
        ("expired", None, OrderState.FAILED, False),
        (None, None, OrderState.PLACED, False),
    ],
)
def test_what_has_become_of_an_order(
    payment: str | None, delivery: str | None, state: OrderState, *, final: bool
) -> None:
    found = order(financial_status=payment, fulfillment_status=delivery)
    assert (found.state, found.is_final) == (state, final)


@pytest.mark.parametrize(
    ("reason", "by"),
    [
        ("customer", "customer"),
        ("inventory", "business"),
        ("fraud", "business"),
        ("staff", "business"),
        ("declined", ""),
        ("other", ""),
        (None, ""),
    ],
)
def test_who_cancelled_an_order(reason: str | None, by: str) -> None:
    gone = order(cancelled_at="2026-11-20T09:00:00Z", cancel_reason=reason)
    assert (gone.state, gone.is_final, gone.cancelled_at) == (OrderState.CANCELLED, True, NINE)
    assert (gone.cancelled_by, gone.cancel_reason) == (by, reason or "")


def test_an_order_knows_the_checkout_it_came_from() -> None:
    found = order(cart_token="ca57", payment_gateway_names=["visa", "gift_card"])
    assert (found.checkout_external_id, found.cart_token) == ("c0ffee", "ca57")
    assert (found.number, found.status, found.paid_at) == ("#1001", "paid", NINE)
    assert found.payment_method == "visa, gift_card"
    assert order(financial_status="pending").paid_at is None


def transaction(amount: str, **changes: Any) -> dict[str, Any]:
    made = {"kind": "refund", "status": "success", "amount": amount, "currency": "USD"}
    return made | changes


def refund(*transactions: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": 5,
        "order_id": 820982911946154508,
        "processed_at": "2026-11-20T09:00:00Z",
        "note": "broken",
        "transactions": list(transactions),
    }


def test_only_money_that_went_back_was_refunded() -> None:
    failed = transaction("5.00", status="failure")
    sale = transaction("25.00", kind="sale")
    found = order(
        financial_status="partially_refunded",
        refunds=[refund(transaction("7.50"), failed, sale), refund(transaction("1.00")), refund()],
    )
    assert found.refunded == Money(850, "USD")
    assert [each.amount for each in found.refunds] == [Money(750, "USD"), Money(100, "USD")]
    assert order().refunded is None


def test_a_refund_alone_names_its_order() -> None:
    assert read("refunds/create", refund(transaction("7.50"))) == Refund(
        external_id="5",
        order_external_id="820982911946154508",
        amount=Money(750, "USD"),
        refunded_at=NINE,
        reason="broken",
    )


def test_a_return_without_money_is_set_aside() -> None:
    pending = refund(transaction("7.50", status="pending"))
    assert read("refunds/create", pending) == SetAside(
        reason="a refund by which no money was given back (yet)"
    )


def test_a_shipment_that_arrived() -> None:
    payload = {
        "id": 9,
        "order_id": 1,
        "status": "success",
        "shipment_status": "delivered",
        "updated_at": "2026-11-20T09:00:00Z",
        "tracking_company": "UPS",
        "tracking_numbers": ["1Z1", "1Z2"],
        "tracking_urls": ["https://www.example.com/1Z1", "javascript:x"],
    }
    arrived = Fulfillment(
        external_id="9",
        order_external_id="1",
        state="delivered",
        updated_at=NINE,
        carrier="UPS",
        tracking_numbers=("1Z1", "1Z2"),
        tracking_urls=("https://www.example.com/1Z1",),
        delivered_at=NINE,
    )
    assert read("fulfillments/update", payload) == arrived
    (inside,) = order(fulfillments=[payload]).fulfillments
    assert (inside.state, inside.order_external_id) == ("delivered", "820982911946154508")
    cancelled = read("fulfillments/update", payload | {"status": "cancelled"})
    assert isinstance(cancelled, Fulfillment)
    assert (cancelled.state, cancelled.delivered_at) == ("cancelled", None)


def test_a_product_as_a_shopper_reads_it() -> None:
    product = read(
        "products/update",
        {
            "id": 3,
            "title": "Blue mug",
            "handle": "blue mug",
            "body_html": "<p>Holds <b>tea</b> &amp; hope.</p><script>x()</script>",
            "status": "active",
            "published_at": "2026-01-01T00:00:00Z",
            "updated_at": "2026-11-20T09:00:00Z",
            "image": {"src": "https://cdn.example.com/mug.png"},
            "variants": [
                {"id": 1, "title": "S", "inventory_quantity": 0, "inventory_policy": "deny"},
                {"id": 2, "title": "M", "inventory_quantity": 0, "inventory_policy": "continue"},
                {"id": 3, "title": "L", "inventory_quantity": 4, "inventory_policy": "deny"},
            ],
        },
    )
    assert isinstance(product, Product)
    assert product.description == "Holds tea & hope."
    assert (product.url, product.published) == ("/products/blue%20mug", True)
    assert product.image_url == "https://cdn.example.com/mug.png"
    assert [variant.available for variant in product.variants] == [False, True, True]
    assert [variant.stock for variant in product.variants] == [0, 0, 4]


@pytest.mark.parametrize(
    ("state", "granted"),
    [("subscribed", True), ("SUBSCRIBED", True), ("pending", False), ("unsubscribed", False)],
)
def test_a_consent_counts_from_its_confirmation(state: str, *, granted: bool) -> None:
    consent = {"state": state, "consent_updated_at": "2026-11-20T09:00:00Z"}
    change = read(
        "customers_marketing_consent/update",
        {"id": 4, "phone": "+972501234567", "sms_marketing_consent": consent},
    )
    assert change == ConsentChange(
        channel="sms",
        granted=granted,
        customer_external_id="4",
        phone="+972501234567",
        changed_at=NINE,
    )


def test_a_customer_of_an_older_payload_tells_her_consent() -> None:
    ann = {"id": 4, "email": "ann@example.com", "updated_at": "2026-11-20T09:00:00Z"}
    silent = read("customers/update", ann)
    granted = read("customers/update", ann | {"email_marketing_consent": {"state": "subscribed"}})
    oldest = read("customers/update", ann | {"accepts_marketing": False})
    told = [getattr(each, "accepts_marketing", "") for each in (silent, granted, oldest)]
    assert told == [None, True, False]


@pytest.mark.parametrize("kind", ["order", "product", "customer"])
def test_what_the_store_dropped_is_named(kind: str) -> None:
    gone = read(f"{kind}s/delete", {"id": 820982911946154508})
    assert gone == Deleted(kind=kind, external_id="820982911946154508")


def test_an_uninstall_counts_whatever_its_body_says() -> None:
    assert read("app/uninstalled", []) == Uninstalled()


@pytest.mark.parametrize(
    "topic", ["carts/create", "shop/redact", "customers/redact", "orders/edited", "shop/update"]
)
def test_what_is_no_use_is_set_aside_unread(topic: str) -> None:
    (record,) = records.read(topic, b"\xff not even JSON")
    assert isinstance(record, SetAside)
    assert "unknown" not in record.reason


def test_a_topic_of_tomorrow_is_no_error() -> None:
    assert read("moons/eclipse", {}) == SetAside(
        reason="an unknown topic of Shopify: moons/eclipse"
    )
