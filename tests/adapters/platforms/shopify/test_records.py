"""What Shopify's webhooks say, in the words of the trade."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.platforms.shopify import records
from connector.errors import Unreadable
from connector.money import Money
from connector.records import (
    ConsentChange,
    Customer,
    Deleted,
    Fulfillment,
    Product,
    SetAside,
    Uninstalled,
)
from tests.adapters.platforms.shopify.payloads import NINE, checkout, order, read


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


@pytest.mark.parametrize(
    ("told", "named"),
    [
        ({"title": "Mug", "variant_title": "Blue", "sku": "M1"}, ("Mug", "Blue")),
        ({"title": None, "variant_title": "Blue", "sku": "M1"}, ("Blue", "")),
        ({"title": None, "variant_title": None, "sku": "M1"}, ("M1", "")),
    ],
)
def test_a_line_that_lost_its_product_is_named_by_what_it_has(
    told: dict[str, Any], named: tuple[str, str]
) -> None:
    (line,) = checkout(line_items=[{"key": "k", "quantity": 1, "price": "1.00", **told}]).lines
    assert (line.title, line.variant_title) == named


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
        withdrawn=state == "unsubscribed",
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


@pytest.mark.parametrize("topic", ["carts/create", "orders/edited", "shop/update"])
def test_what_is_no_use_is_set_aside_unread(topic: str) -> None:
    (record,) = records.read(topic, b"\xff not even JSON")
    assert isinstance(record, SetAside)
    assert "unknown" not in record.reason


def test_a_topic_of_tomorrow_is_no_error() -> None:
    assert read("moons/eclipse", {}) == SetAside(
        reason="an unknown topic of Shopify: moons/eclipse"
    )
