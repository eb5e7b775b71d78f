"""Was it bought? The store is asked right before a shopper is written to."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.platforms.woocommerce import WooCommerce
from connector.errors import AccessLost, Refused, Retryable
from connector.ports.platform import CheckoutFacts, OrderFound
from connector.records import OrderState
from tests.adapters.loopback import Answer
from tests.adapters.platforms.woocommerce import recordings
from tests.adapters.platforms.woocommerce.practice import PracticeStore, recorded

recordings.needed()

STARTED = datetime(2026, 11, 21, 19, 47, 34, tzinfo=UTC)
NONE = recorded("orders-list-past-the-end")
GONE = recorded("order-get-expired-draft")


def checkout(**changes: Any) -> CheckoutFacts:
    facts: dict[str, Any] = {
        "external_id": "2377",
        "cart_token": "wc_order_khQpA89Q8SYdv",
        "recovery_url": "",
        "email": "guest.block@example.com",
        "lines": (),
        "created_at": STARTED,
    }
    return CheckoutFacts(**{**facts, **changes})


def row(number: int, **changes: Any) -> dict[str, Any]:
    """A row of the list as asked for with _fields."""
    return {
        "id": number,
        "status": "processing",
        "date_created_gmt": "2026-11-21T20:00:00",
        "date_paid_gmt": None,
        "customer_id": 0,
        "billing": {"email": "guest.block@example.com"},
        **changes,
    }


def test_a_draft_that_became_an_order_was_bought(
    store: PracticeStore, woocommerce: WooCommerce
) -> None:
    placed = recorded("order-get-checkout-draft-email", status="on-hold")
    store.answers("GET orders/2377", placed)
    assert woocommerce.find_order(store.access, checkout()) == OrderFound(
        external_id="2377", state=OrderState.ON_HOLD, created_at=STARTED
    )
    assert store.calls == ["GET orders/2377"]


@pytest.mark.parametrize("status", ["checkout-draft", "pending", "failed", "cancelled", "trash"])
def test_what_is_not_paid_for_was_not_bought(
    store: PracticeStore, woocommerce: WooCommerce, status: str
) -> None:
    open_still = recorded("order-get-checkout-draft-email", status=status)
    store.answers("GET orders/2377", open_still)
    store.answers("GET orders", NONE)
    assert woocommerce.find_order(store.access, checkout()) is None
    assert store.calls == ["GET orders/2377", "GET orders"]


def test_a_paid_order_in_the_trash_is_no_purchase(
    store: PracticeStore, woocommerce: WooCommerce
) -> None:
    thrown_away = recorded(
        "order-get-checkout-draft-email", status="trash", date_paid_gmt="2026-11-21T20:00:00"
    )
    store.answers("GET orders/2377", thrown_away)
    store.answers("GET orders", NONE)
    assert woocommerce.find_order(store.access, checkout()) is None


def test_a_draft_that_the_store_dropped_says_nothing(
    store: PracticeStore, woocommerce: WooCommerce
) -> None:
    store.answers("GET orders/2377", GONE)
    store.answers("GET orders", NONE)
    assert woocommerce.find_order(store.access, checkout()) is None


def test_the_same_person_may_have_bought_by_another_checkout(
    store: PracticeStore, woocommerce: WooCommerce
) -> None:
    store.answers("GET orders/2377", GONE)
    rows = [
        row(2401, billing={"email": "another@example.com"}),
        row(2400, status="checkout-draft"),
        row(2399, billing={"email": "Guest.Block@Example.com"}),
    ]
    store.answers("GET orders", Answer.of(rows))
    assert woocommerce.find_order(store.access, checkout()) == OrderFound(
        external_id="2399",
        state=OrderState.PLACED,
        created_at=datetime(2026, 11, 21, 20, tzinfo=UTC),
    )
    assert store.query(1) == {
        "per_page": "100",
        "page": "1",
        "orderby": "id",
        "order": "desc",
        "modified_after": "2026-11-21T19:47:33",
        "dates_are_gmt": "true",
        "_fields": "id,status,date_created_gmt,customer_id,billing.email",
    }


def test_an_account_is_known_whatever_address_it_orders_with(
    store: PracticeStore, woocommerce: WooCommerce
) -> None:
    store.answers("GET orders/2377", GONE)
    bought = row(2399, customer_id=2, billing={"email": "work@example.com"})
    store.answers("GET orders", Answer.of([bought]))
    facts = checkout(email="", customer_external_id="2")
    found = woocommerce.find_order(store.access, facts)
    assert found is not None
    assert found.external_id == "2399"


def test_an_older_order_changed_since_is_not_this_purchase(
    store: PracticeStore, woocommerce: WooCommerce
) -> None:
    store.answers("GET orders/2377", GONE)
    older = row(2300, status="completed", date_created_gmt="2026-11-20T09:00:00")
    store.answers("GET orders", Answer.of([older]))
    assert woocommerce.find_order(store.access, checkout()) is None


def test_a_busy_stores_orders_are_read_page_by_page(
    store: PracticeStore, woocommerce: WooCommerce
) -> None:
    others = [row(number, billing={"email": "x@example.com"}) for number in range(2600, 2500, -1)]
    store.answers("GET orders/2377", GONE)
    store.answers("GET orders", Answer.of(others), Answer.of([row(2499)]))
    found = woocommerce.find_order(store.access, checkout())
    assert found is not None
    assert found.external_id == "2499"
    assert store.query(2)["page"] == "2"


def test_a_flood_of_orders_does_not_hold_the_sender_up_for_ever(
    store: PracticeStore, woocommerce: WooCommerce
) -> None:
    others = [row(number, billing={"email": "x@example.com"}) for number in range(2600, 2500, -1)]
    store.answers("GET orders/2377", GONE)
    store.answers("GET orders", Answer.of(others))
    assert woocommerce.find_order(store.access, checkout()) is None
    assert store.calls == ["GET orders/2377", *["GET orders"] * 10]


def test_a_companions_cart_has_no_number_to_ask_by(
    store: PracticeStore, woocommerce: WooCommerce
) -> None:
    store.answers("GET orders", NONE)
    assert woocommerce.find_order(store.access, checkout(external_id="t_795a25c2")) is None
    assert store.calls == ["GET orders"]


def test_nobody_is_looked_for_without_an_address(
    store: PracticeStore, woocommerce: WooCommerce
) -> None:
    store.answers("GET orders/2377", GONE)
    assert woocommerce.find_order(store.access, checkout(email="")) is None
    assert store.calls == ["GET orders/2377"]


def test_a_revoked_key_is_lost_access(store: PracticeStore, woocommerce: WooCommerce) -> None:
    store.answers("GET orders/2377", recorded("err-401-unknown-key"))
    with pytest.raises(AccessLost, match="woocommerce_rest_cannot_view"):
        woocommerce.find_order(store.access, checkout())


def test_a_store_without_woocommerce_is_not_taken_for_a_missing_order(
    store: PracticeStore, woocommerce: WooCommerce
) -> None:
    store.answers("GET orders/2377", recorded("err-404-route"))
    with pytest.raises(Refused) as caught:
        woocommerce.find_order(store.access, checkout())
    assert caught.value.code == "rest_no_route"


@pytest.mark.parametrize("status", [200, 403, 503])
def test_a_page_in_the_stores_place_is_no_answer(
    store: PracticeStore, woocommerce: WooCommerce, status: int
) -> None:
    store.answers("GET orders/2377", Answer(status, b"<!doctype html><h1>Maintenance"))
    with pytest.raises(Retryable):
        woocommerce.find_order(store.access, checkout())
