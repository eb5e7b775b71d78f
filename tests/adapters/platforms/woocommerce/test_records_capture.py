"""The companion's cart snapshots in our words; damaged ones are refused in ours as well."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.platforms.woocommerce import records as readers
from connector import records
from connector.errors import AskbackError
from connector.money import Money

CART = "0123456789abcdef0123456789abcdef"
SNAPSHOT: dict[str, Any] = {
    "event": "cart.captured",
    "at": 1_795_312_800,
    "started_at": 1_795_312_000,
    "cart": CART,
    "currency": "ILS",
    "total": "139.80",
    "discount": "10.00",
    "customer_id": 7,
    "email": "ann@example.com",
    "consent": True,
    "locale": "he_IL",
    "coupons": ["ten", ""],
    "restore_url": "https://shop.example.com/checkout/?askback_cart=a.b",
    "lines": [
        {
            "product_id": 40,
            "variation_id": 41,
            "quantity": 2,
            "name": "Mugs &amp; Co",
            "variation": "Blue",
            "total": "139.80",
            "sku": "MUG-B",
            "image": "https://shop.example.com/mug.jpg",
        }
    ],
}
NASTY = [
    *(None, True, -1, 10**40, 0.5, [], [None], {}, {"0": 1}, "", "NaN", "1e999999", "&#0;"),
    *("javascript:alert(1)", "http://[", "\ud800", "XAU", "0" * 32, "a@b.cd", "x" * 5000),
]


def read(topic: str = "cart.captured", **other: Any) -> tuple[records.Record, ...]:
    return readers.read(topic, json.dumps(SNAPSHOT | other).encode())


def test_a_snapshot_is_a_checkout_with_the_consent_that_it_was_given() -> None:
    checkout, consent = read()
    moment = datetime.fromtimestamp(1_795_312_800, UTC)
    assert isinstance(checkout, records.Checkout)
    assert (checkout.external_id, checkout.cart_token) == (f"cart:{CART}", CART)
    assert (checkout.total, checkout.discount) == (Money(13980, "ILS"), Money(1000, "ILS"))
    assert (checkout.updated_at, checkout.completed_at) == (moment, None)
    assert (checkout.locale, checkout.coupon_codes) == ("he-IL", ("ten",))
    assert checkout.recovery_url == SNAPSHOT["restore_url"]
    assert checkout.customer == records.Customer(
        external_id="7", email="ann@example.com", locale="he-IL", accepts_marketing=True
    )
    (line,) = checkout.lines
    assert (line.title, line.variant_title, line.quantity) == ("Mugs & Co", "Blue", 2)
    assert (line.variant_external_id, line.unit_price) == ("41", Money(6990, "ILS"))
    assert consent == records.ConsentChange(
        channel="email", granted=True, email="ann@example.com", changed_at=moment
    )


@pytest.mark.parametrize("consent", [None, False, "yes", 1])
def test_only_a_plain_yes_gives_us_her_address(consent: object) -> None:
    checkout, *_ = read(consent=consent)
    assert isinstance(checkout, records.Checkout)
    assert checkout.customer is None


def test_a_paid_cart_is_complete_and_an_emptied_one_gone() -> None:
    (paid,) = read("cart.completed")
    assert isinstance(paid, records.Checkout)
    assert paid.completed_at == paid.updated_at
    assert paid.customer == records.Customer(external_id="7", email="ann@example.com")
    gone, refused = read("cart.cleared", consent=False)
    assert gone == records.Deleted(kind="checkout", external_id=f"cart:{CART}")
    assert isinstance(refused, records.ConsentChange)
    assert refused.granted is False


@pytest.mark.parametrize("topic", ["cart.captured", "cart.completed", "cart.cleared"])
def test_no_single_damage_raises_anything_but_our_own_errors(topic: str) -> None:
    line = SNAPSHOT["lines"][0]
    whole = [{name: value} for name in SNAPSHOT for value in NASTY]
    parts = [{"lines": [line | {name: value}]} for name in line for value in NASTY]
    for other in (*whole, *parts):
        try:
            assert read(topic, **other)
        except AskbackError:
            continue
