"""Was this checkout bought? What is asked of Shopify, and what its answer means."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest

from adapters.platforms.shopify import Shopify
from connector.errors import Retryable
from connector.ports.platform import Access, CheckoutFacts, OrderFound
from connector.records import OrderState
from tests.adapters.loopback import Answer, Loopback


def orders(*nodes: Any) -> Answer:
    return Answer.of({"data": {"orders": {"nodes": list(nodes)}}})


def order(number: int, payment: str = "PAID", **more: Any) -> dict[str, Any]:
    return {
        "id": f"gid://shopify/Order/{number}",
        "createdAt": f"2026-11-20T1{number}:00:00Z",
        "cancelledAt": None,
        "displayFinancialStatus": payment,
        "displayFulfillmentStatus": "UNFULFILLED",
        **more,
    }


def test_the_order_is_searched_by_checkout_cart_and_customer(
    shopify: Shopify, store: Loopback, access: Access, two_mugs: CheckoutFacts
) -> None:
    store.answers = [orders()]
    assert shopify.find_order(access, two_mugs) is None
    assert store.asked[0].json["variables"] == {
        "search": '(checkout_token:"c0ffee" OR cart_token:"ca57" OR email:"ann@example.com"'
        " OR customer_id:\"603851970716743426\") AND created_at:>='2026-11-20T09:30:00Z'"
    }


def test_an_address_cannot_widen_the_search(
    shopify: Shopify, store: Loopback, access: Access, two_mugs: CheckoutFacts
) -> None:
    store.answers = [orders()]
    hostile = dataclasses.replace(
        two_mugs,
        external_id="",
        cart_token="",
        customer_external_id="1 OR status:open",
        email='a\\"\n OR (status:open) @example.com',
    )
    shopify.find_order(access, hostile)
    assert store.asked[0].json["variables"] == {
        "search": '(email:"a\\\\\\" OR (status:open) @example.com")'
        " AND created_at:>='2026-11-20T09:30:00Z'"
    }


def test_the_newest_order_that_was_bought_is_found(
    shopify: Shopify, store: Loopback, access: Access, two_mugs: CheckoutFacts
) -> None:
    gone = order(4, cancelledAt="2026-11-20T15:00:00Z")
    store.answers = [orders(gone, order(3, "VOIDED"), order(1), order(2, "PENDING"))]
    assert shopify.find_order(access, two_mugs) == OrderFound(
        external_id="2",
        state=OrderState.ON_HOLD,
        created_at=dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC),
    )


def test_an_order_of_the_checkouts_own_second_is_hers(
    shopify: Shopify, store: Loopback, access: Access, two_mugs: CheckoutFacts
) -> None:
    began = dt.datetime(2026, 11, 20, 11, 0, 0, 700_000, tzinfo=dt.UTC)
    store.answers = [orders(order(1))]  # 11:00:00: Shopify tells whole seconds
    found = shopify.find_order(access, dataclasses.replace(two_mugs, created_at=began))
    assert found is not None
    assert found.external_id == "1"


def test_a_search_that_finds_too_much_buys_nothing(
    shopify: Shopify, store: Loopback, access: Access, two_mugs: CheckoutFacts
) -> None:
    """Shopify leaves a filter out that it does not know: a warning, and orders of all the world."""
    long_ago = order(1, email="ann@example.com", createdAt="2026-11-01T10:00:00Z")
    somebody = order(2, email="bob@example.com", customer={"id": "gid://shopify/Customer/1"})
    store.answers = [orders(somebody, long_ago)]
    assert shopify.find_order(access, two_mugs) is None


@pytest.mark.parametrize(
    "named",
    [
        {"email": "Ann@example.com"},
        {"email": "typo@example.com", "checkoutToken": "c0ffee"},
        {"email": None, "cartToken": "ca57"},
        {"customer": {"id": "gid://shopify/Customer/603851970716743426"}},
    ],
)
def test_one_name_in_common_is_enough(
    shopify: Shopify,
    store: Loopback,
    access: Access,
    two_mugs: CheckoutFacts,
    named: dict[str, Any],
) -> None:
    store.answers = [orders(order(1, createdAt="2026-11-20T09:30:00Z", **named))]
    found = shopify.find_order(access, two_mugs)
    assert found is not None
    assert found.external_id == "1"


@pytest.mark.parametrize(
    ("payment", "delivery", "state"),
    [
        ("PAID", "FULFILLED", OrderState.FULFILLED),
        ("PENDING", "FULFILLED", OrderState.FULFILLED),
        ("AUTHORIZED", "UNFULFILLED", OrderState.PLACED),
        ("PARTIALLY_PAID", "UNFULFILLED", OrderState.PLACED),
        ("PARTIALLY_REFUNDED", "PARTIALLY_FULFILLED", OrderState.PLACED),
        ("A_WORD_OF_TOMORROW", "", OrderState.PLACED),
    ],
)
def test_an_order_that_exists_is_bought(
    shopify: Shopify,
    store: Loopback,
    access: Access,
    two_mugs: CheckoutFacts,
    *,
    payment: str,
    delivery: str,
    state: OrderState,
) -> None:
    store.answers = [orders(order(1, payment, displayFulfillmentStatus=delivery))]
    found = shopify.find_order(access, two_mugs)
    assert found is not None
    assert found.state is state


@pytest.mark.parametrize("payment", ["REFUNDED", "VOIDED", "EXPIRED"])
def test_an_order_whose_money_went_back_is_not_bought(
    shopify: Shopify, store: Loopback, access: Access, two_mugs: CheckoutFacts, payment: str
) -> None:
    store.answers = [orders(order(1, payment))]
    assert shopify.find_order(access, two_mugs) is None


def test_orders_of_others_do_not_count_where_a_store_passes_over_our_filters(
    shopify: Shopify, store: Loopback, access: Access, two_mugs: CheckoutFacts
) -> None:
    theirs = {"checkoutToken": "0ther", "cartToken": None, "email": "ben@example.com"}
    store.answers = [orders(order(1, **theirs, customer={"id": "gid://shopify/Customer/7"}))] * 5
    assert shopify.find_order(access, two_mugs) is None


@pytest.mark.parametrize(
    "hers",
    [
        {"checkoutToken": "c0ffee"},
        {"checkoutToken": "another", "cartToken": "ca57"},
        {"checkoutToken": None, "email": "Ann@Example.com"},
        {"email": None, "customer": {"id": "gid://shopify/Customer/603851970716743426"}},
    ],
)
def test_an_order_is_hers_by_any_of_her_names(
    shopify: Shopify, store: Loopback, access: Access, two_mugs: CheckoutFacts, hers: Any
) -> None:
    store.answers = [orders(order(1, **hers))]
    found = shopify.find_order(access, two_mugs)
    assert found is not None
    assert found.external_id == "1"


def test_a_checkout_of_nobody_is_not_searched_for(
    shopify: Shopify, store: Loopback, access: Access, two_mugs: CheckoutFacts
) -> None:
    nobody = dataclasses.replace(
        two_mugs, external_id="", cart_token="", email=" ", customer_external_id=""
    )
    assert shopify.find_order(access, nobody) is None
    assert store.asked == []


@pytest.mark.parametrize(
    "answer", [Answer.of({"data": {"orders": None}}), orders({"id": "x"}), orders(None)]
)
def test_half_an_answer_is_not_taken_for_no_order(
    shopify: Shopify, store: Loopback, access: Access, two_mugs: CheckoutFacts, answer: Answer
) -> None:
    store.answers = [answer]
    with pytest.raises(Retryable):
        shopify.find_order(access, two_mugs)
