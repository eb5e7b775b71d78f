"""Stores are connected by their keys, in words when it fails, and let go on purpose."""

from __future__ import annotations

import re

import pytest

from connector.inbox.models import Delivery, DeliveryState
from connector.stores.actions import access, webhook_secrets
from connector.stores.models import Account, Store
from tests.fakes import MUG, PracticeStore, faults
from tests.merchant import Merchant
from tests.road import APP_SECRET, Road

PATH = "/app/stores/connect"


def keys_of(store: PracticeStore, **other: str) -> dict[str, str]:
    return {
        "platform": "woocommerce",
        "address": f"{store.base_url}/wp-admin/",
        "consumer_key": store.consumer_key,
        "consumer_secret": store.consumer_secret,
        "webhook_secret": "a-secret-of-the-webhooks",
    } | other


def test_a_store_is_connected_by_its_keys(road: Road, merchant: Merchant) -> None:
    with PracticeStore.open("woocommerce", clock=road.clock) as practice:
        merchant.opens(PATH)
        merchant.presses(PATH, keys_of(practice))
        assert "Connected: Practice Shop" in merchant.reads()
        (store,) = road.rows(Store)
        assert (store.state, store.base_url, store.currency) == (
            "connected",
            practice.base_url,
            "ILS",
        )
        assert access(road.machine, store).credentials == practice.credentials
        assert webhook_secrets(road.machine, store) == ("a-secret-of-the-webhooks",)
        assert f"/webhooks/woocommerce/{store.key}" in merchant.page.text
        assert practice.consumer_secret not in merchant.page.text


def test_who_leaves_the_webhooks_secret_to_askback_gets_webhooks_that_it_knows(
    road: Road, merchant: Merchant
) -> None:
    with PracticeStore.open("woocommerce", clock=road.clock) as practice:
        merchant.opens(PATH)
        assert "Leave it empty" in merchant.reads()
        merchant.presses(PATH, keys_of(practice, webhook_secret=""))
        (store,) = road.rows(Store)
        (chosen,) = webhook_secrets(road.machine, store)
        assert len(chosen) > 20
        road.settles()
        practice.buys("ann@example.com", MUG)
        assert {one.status for one in practice.deliveries} == {200}
        merchant.opens(PATH)
        merchant.presses(PATH, keys_of(practice, webhook_secret=""))
        (store,) = road.rows(Store)
        assert webhook_secrets(road.machine, store) == (chosen,)


def test_the_merchant_reads_since_when_her_store_is_in_step_and_what_the_last_look_told(
    road: Road, merchant: Merchant
) -> None:
    store = road.opens("woocommerce", syncs=True)
    road.settles()
    merchant.opens("/app/stores")
    assert "In step since" not in merchant.reads()
    with store.holding() as lost:
        store.buys("ann@example.com", MUG)
        lost.clear()
    road.clock.advance(minutes=6)
    road.settles()
    merchant.opens("/app/stores")
    said = merchant.reads()
    assert "In step since" in said
    told = said.partition("The last look told of:")[2]
    assert "Customers 0 · Orders 1 · Open checkouts 0" in told
    store.faults.next("orders", *[faults.ServerError(503)] * 40)
    road.machine.platforms["woocommerce"].http.sleep = lambda _: None
    road.clock.advance(minutes=6)
    road.settles()
    merchant.opens("/app/stores")
    assert "In step since" not in merchant.reads()


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"address": ""}, "address", "This is needed."),
        ({"address": "shop"}, "address", "This is not the address of a store of this kind."),
        ({"address": "x" * 401}, "address", "This is too long."),
        ({"consumer_secret": "cs_wrong"}, "consumer_key", "The store did not accept these keys."),
        ({"webhook_secret": "x" * 401}, "webhook_secret", "This is too long."),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    typed: dict[str, str], field: str, said: str, *, road: Road, merchant: Merchant
) -> None:
    with PracticeStore.open("woocommerce", clock=road.clock) as practice:
        merchant.opens(PATH)
        answer = merchant.presses(PATH, keys_of(practice, **typed))
        assert answer.status_code == 422
        error = re.findall(rf'id="woocommerce-{field}-error">(.*?)</p>', answer.text)
        assert [one.startswith(said) for one in error] == [True]
        assert practice.consumer_key not in answer.text
        assert road.rows(Store) == []


def test_a_store_that_does_not_answer_is_not_connected(road: Road, merchant: Merchant) -> None:
    practice = PracticeStore.open("woocommerce", clock=road.clock)
    practice.close()
    merchant.opens(PATH)
    merchant.presses(PATH, keys_of(practice))
    assert "The store could not be reached." in merchant.reads()
    assert road.rows(Store) == []


def test_a_shopify_address_is_checked_before_anything_is_called(
    road: Road, merchant: Merchant
) -> None:
    merchant.opens(PATH)
    answer = merchant.presses(
        PATH,
        {"platform": "shopify", "address": "https://evil.example.com", "access_token": APP_SECRET},
    )
    assert answer.status_code == 422
    assert "This is not the address of a store of this kind." in merchant.reads()
    assert APP_SECRET not in answer.text
    assert road.rows(Store) == []


def test_an_unknown_platform_is_no_error_of_ours(merchant: Merchant) -> None:
    merchant.opens(PATH)
    assert merchant.presses(PATH, {"platform": "magento"}).status_code == 422
    assert merchant.presses(PATH).status_code == 422


def test_a_store_of_another_account_cannot_be_taken_over(road: Road, merchant: Merchant) -> None:
    practice = road.opens("woocommerce")
    with road.machine.database.transaction() as session:
        other = Account(name="The neighbour", created_at=road.clock.now())
        session.add(other)
        session.flush()
        session.get_one(Store, 1).account_id = other.id
        sealed = session.get_one(Store, 1).credentials
    merchant.opens(PATH)
    merchant.presses(PATH, keys_of(practice))
    assert "This store belongs to another account." in merchant.reads()
    assert road.rows(Store)[0].credentials == sealed


def test_letting_a_store_go_asks_first_and_can_be_undone(road: Road, merchant: Merchant) -> None:
    practice = road.opens("woocommerce")
    page = merchant.opens("/app/stores").text
    assert "Yes, disconnect it" in page
    merchant.presses("/app/stores/disconnect", {"store": "1"})
    assert "Disconnected: Practice Shop" in merchant.reads()
    assert "you disconnected it" in merchant.reads()
    assert road.rows(Store)[0].state == "disconnected"
    merchant.opens(PATH)
    merchant.presses(PATH, keys_of(practice))
    assert [one.state for one in road.rows(Store)] == ["connected"]


def test_parked_deliveries_are_counted_on_the_stores_page(road: Road, merchant: Merchant) -> None:
    practice = road.opens("woocommerce")
    practice.leaves_checkout("ann@example.com")
    road.settles()
    with road.machine.database.transaction() as session:
        session.get_one(Delivery, 1).state = DeliveryState.PARKED
    merchant.opens("/app/stores")
    assert "Deliveries that could not be applied 1" in merchant.reads()
