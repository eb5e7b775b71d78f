"""The way back into the cart."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from adapters.http import Http
from adapters.platforms.woocommerce import WooCommerce
from connector.money import Money
from connector.ports.platform import CheckoutFacts
from connector.records import LineItem

BASE = "https://shop.example.com"
PAY = f"{BASE}/checkout/order-pay/2377/?pay_for_order=true&key=wc_order_x"
PRICE = Money(4780, "ILS")
MUGS = LineItem(
    title="Mug",
    quantity=2,
    unit_price=PRICE,
    total=PRICE,
    product_external_id="14",
    variant_external_id="14",
)
SHIRT = LineItem(
    title="Shirt",
    quantity=1,
    unit_price=PRICE,
    total=PRICE,
    product_external_id="38",
    variant_external_id="40",
)
GONE = LineItem(title="Gone", quantity=1, unit_price=PRICE, total=PRICE)
NONE = LineItem(title="None", quantity=0, unit_price=PRICE, total=PRICE, product_external_id="15")


def cart_url(*lines: LineItem, base: str = BASE, recovery: str = PAY, coupon: str = "") -> str:
    checkout = CheckoutFacts(
        external_id="2377",
        cart_token="wc_order_x",
        recovery_url=recovery,
        email="ann@example.com",
        lines=lines,
        created_at=datetime(2026, 11, 21, tzinfo=UTC),
    )
    return WooCommerce(Http()).cart_url(base, checkout, coupon_code=coupon)


def test_without_a_coupon_an_unpaid_order_is_paid() -> None:
    assert cart_url(MUGS, SHIRT) == PAY


def test_a_link_that_adds_what_a_filled_cart_could_not_hold_is_kept_with_a_coupon() -> None:
    adds = f"{BASE}/checkout/?add-to-cart=40&quantity=1&attribute_colour=Blue"
    assert cart_url(SHIRT, recovery=adds, coupon="TEN") == adds
    assert cart_url(SHIRT, recovery=adds.replace(BASE, "https://evil.example")) == (
        f"{BASE}/checkout-link/?products=40:1"
    )


def test_with_a_coupon_the_cart_is_filled_anew() -> None:
    assert cart_url(MUGS, SHIRT, coupon="BACK-X7K2") == (
        f"{BASE}/checkout-link/?products=14:2,40:1&coupon=BACK-X7K2"
    )


def test_a_link_of_the_companion_takes_the_coupon_along() -> None:
    own = f"{BASE}/checkout/?askback_cart=abc.def"
    assert cart_url(MUGS, recovery=own) == own
    assert cart_url(MUGS, recovery=own, coupon="BACK X7") == f"{own}&askback_coupon=BACK%20X7"
    foreign = own.replace("shop", "evil")
    assert cart_url(MUGS, recovery=foreign, coupon="BACK") == (
        f"{BASE}/checkout-link/?products=14:2&coupon=BACK"
    )


@pytest.mark.parametrize(
    "elsewhere",
    [
        "",
        "https://evil.example/checkout/order-pay/2377/?pay_for_order=true",
        "http://shop.example.com/checkout/order-pay/2377/?pay_for_order=true",
        "https://shop.example.com:8443/checkout/order-pay/2377/?pay_for_order=true",
        "https://shop.example.com@evil.example/?pay_for_order=true",
        "https://ann:pw@shop.example.com/?pay_for_order=true",
        "https://ann:pw@shop.example.com/?add-to-cart=40",
        "https://evil.example\\@shop.example.com/?pay_for_order=true",
        "https://shop.example.com/\\@evil.example?pay_for_order=true",
        "javascript:alert('pay_for_order=')",
        "https://[half",
    ],
)
def test_a_pay_link_to_any_other_host_is_never_followed(elsewhere: str) -> None:
    assert cart_url(MUGS, recovery=elsewhere) == f"{BASE}/checkout-link/?products=14:2"


def test_a_store_in_a_sub_folder_keeps_its_folder() -> None:
    assert cart_url(SHIRT, base=f"{BASE}/he", coupon="TEN") == (
        f"{BASE}/he/checkout-link/?products=40:1&coupon=TEN"
    )


def test_what_cannot_be_put_into_a_cart_is_left_out() -> None:
    assert cart_url(GONE, MUGS, NONE, recovery="") == f"{BASE}/checkout-link/?products=14:2"


def test_two_lines_of_one_mug_are_counted_together() -> None:
    assert cart_url(MUGS, SHIRT, MUGS, recovery="") == (f"{BASE}/checkout-link/?products=14:4,40:1")


def test_an_empty_cart_leads_to_the_store() -> None:
    assert cart_url(recovery="") == BASE
    assert cart_url(GONE, NONE, coupon="TEN") == BASE


def test_a_code_cannot_add_parameters() -> None:
    assert cart_url(MUGS, coupon="A&products=1:9").endswith("&coupon=A%26products%3D1%3A9")
