"""What Shopify's orders and refunds say, in the words of the trade."""

from __future__ import annotations

from typing import Any

import pytest

from connector.money import Money
from connector.records import OrderState, Refund, SetAside
from tests.adapters.platforms.shopify.payloads import NINE, order, read


def both(shop: str, seen: str) -> dict[str, Any]:
    return {
        "shop_money": {"amount": shop, "currency_code": "USD"},
        "presentment_money": {"amount": seen, "currency_code": "ILS"},
    }


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
