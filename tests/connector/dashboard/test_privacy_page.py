"""The merchant shows a shopper what is known of her, and forgets her when she asks."""

from __future__ import annotations

import pytest

from connector.commerce.models import Customer
from tests.busy_store import ANN
from tests.merchant import Merchant, neighbour
from tests.road import Road


@pytest.mark.busy
def test_everything_known_of_a_shopper_is_one_file(road: Road, merchant: Merchant) -> None:
    merchant.opens("/app/privacy")
    answer = merchant.presses("/app/privacy/export?store=1", {"email": " Ann@Example.com "})
    assert answer.headers["Content-Disposition"].startswith("attachment")
    document = answer.json()
    assert [one["email"] for one in document["customers"]] == [ANN]
    assert [one["reason"] for one in document["answers"]] == ["price"]
    assert document["checkouts"][0]["lines"][0]["quantity"] == 2


@pytest.mark.busy
def test_a_shopper_is_forgotten_only_when_her_address_is_typed_twice(
    road: Road, merchant: Merchant
) -> None:
    merchant.opens("/app/privacy")
    refused = merchant.presses(
        "/app/privacy/erase?store=1", {"email": ANN, "again": "anne@example.com"}
    )
    assert refused.status_code == 422
    assert "Nothing was erased" in merchant.reads()
    assert len(road.rows(Customer, email=ANN)) == 1
    merchant.presses("/app/privacy/erase?store=1", {"email": ANN, "again": ANN})
    assert "Forgotten:" in merchant.reads()
    assert road.rows(Customer, email=ANN) == []


def test_a_request_from_the_store_is_answered_and_then_names_nobody(
    road: Road, merchant: Merchant
) -> None:
    store = road.opens("shopify")
    store.registers(ANN, name="Ann Ash")
    store.asks_for_data(ANN)
    road.settles()
    merchant.opens("/app/privacy")
    assert "Show a shopper's data waiting" in merchant.reads()
    assert ANN in merchant.reads()
    answer = merchant.presses("/app/privacy/export?store=1", {"asked": "1"})
    assert [one["email"] for one in answer.json()["customers"]] == [ANN]
    merchant.opens("/app/privacy")
    merchant.presses("/app/privacy/done?store=1", {"asked": "1"})
    assert ANN not in merchant.reads()
    gone = merchant.presses("/app/privacy/export?store=1", {"asked": "1"})
    assert gone.status_code == 404


@pytest.mark.busy
def test_another_accounts_shoppers_are_neither_shown_nor_forgotten(
    road: Road, merchant: Merchant
) -> None:
    neighbour(road.machine, road.clock.now())
    nina = Merchant(road, "nina@example.com")
    nina.opens("/app/privacy")
    for deed in ("export", "erase", "done"):
        nina.opens("/app/privacy")
        typed = {"email": ANN, "again": ANN, "asked": "1"}
        assert nina.presses(f"/app/privacy/{deed}?store=1", typed).status_code == 404
    assert len(road.rows(Customer, email=ANN)) == 1
    nina.close()
