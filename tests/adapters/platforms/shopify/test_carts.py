"""The way back to the cart: with the coupon, and never to another host."""

from __future__ import annotations

import dataclasses

import pytest

from adapters.http import Http
from adapters.platforms.shopify import Shopify
from connector.ports.platform import CheckoutFacts

HOME = "https://practice.myshopify.com"
SHOPIFY = Shopify(Http())


def recovery(checkout: CheckoutFacts, url: str) -> CheckoutFacts:
    return dataclasses.replace(checkout, recovery_url=url)


def test_the_recovery_link_carries_the_coupon(two_mugs: CheckoutFacts) -> None:
    left = recovery(two_mugs, f"{HOME}/548/checkouts/c0ffee/recover?key=a%20b&discount=OLD#pay")
    assert SHOPIFY.cart_url(HOME, left, coupon_code="COME BACK&X") == (
        f"{HOME}/548/checkouts/c0ffee/recover?key=a%20b&discount=COME%20BACK%26X#pay"
    )


def test_without_a_coupon_the_recovery_link_stays_as_it_is(two_mugs: CheckoutFacts) -> None:
    url = f"{HOME}/548/checkouts/c0ffee/recover?key=a%20b&discount=OWN"
    assert SHOPIFY.cart_url(HOME, recovery(two_mugs, url)) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://checkout.shopify.com/c/c0ffee/recover?key=x",
        "https://www.example.com/recover",
        "http://practice.myshopify.com/recover",
        "https://practice.myshopify.com@example.com/recover",
        "https://practice.myshopify.com\\@example.com/recover",
        "https://practice.myshopify.com.example.com/recover",
        "//example.com/recover",
        "javascript:alert(1)",
        "https://[practice",
    ],
)
def test_any_other_host_is_left_for_the_stores_own_cart(two_mugs: CheckoutFacts, url: str) -> None:
    back = SHOPIFY.cart_url(HOME, recovery(two_mugs, url), coupon_code="BACK")
    assert back == f"{HOME}/cart/808:2?discount=BACK"


def test_a_practice_store_has_a_port(two_mugs: CheckoutFacts) -> None:
    home = "http://127.0.0.1:8123"
    left = recovery(two_mugs, f"{home}/recover?key=1")
    assert SHOPIFY.cart_url(home, left, coupon_code="B") == f"{home}/recover?key=1&discount=B"
    elsewhere = recovery(two_mugs, "http://127.0.0.1:8124/recover")
    assert SHOPIFY.cart_url(home, elsewhere) == f"{home}/cart/808:2"


def test_only_what_can_be_bought_is_put_into_the_cart(two_mugs: CheckoutFacts) -> None:
    (mug,) = two_mugs.lines
    lines = (
        mug,
        dataclasses.replace(mug, variant_external_id="909", quantity=1),
        dataclasses.replace(mug, quantity=3),
        dataclasses.replace(mug, variant_external_id="", quantity=1),
        dataclasses.replace(mug, variant_external_id="7", quantity=0),
    )
    full = dataclasses.replace(two_mugs, lines=lines)
    assert SHOPIFY.cart_url(HOME, full) == f"{HOME}/cart/808:5,909:1"
    empty = dataclasses.replace(two_mugs, lines=lines[3:])
    assert SHOPIFY.cart_url(HOME, empty, coupon_code="BACK") == f"{HOME}/cart?discount=BACK"
