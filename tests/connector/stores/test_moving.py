"""A store that changes its address stays the store that it was, and nobody is asked twice."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from connector.messages.models import Message
from connector.stores.actions import access
from connector.stores.models import Account, Store
from connector.sync import webhooks
from connector.sync.models import WebhookCheck
from tests.connector.connecting.clicks import Clicks
from tests.fakes import MUG, PracticeStore
from tests.merchant import Merchant
from tests.road import Road

ANN = "ann@example.com"
PATH = "/app/stores/connect"
RENAMED = "renamed.myshopify.com"


@pytest.fixture
def merchant(road: Road) -> Iterator[Merchant]:
    merchant = Merchant(road)
    yield merchant
    merchant.close()


def connects(merchant: Merchant, store: PracticeStore, **more: str) -> str:
    """She connects a WooCommerce store by its keys, under the address that it has now."""
    merchant.opens(PATH)
    merchant.presses(
        PATH,
        {
            "platform": "woocommerce",
            "address": store.base_url,
            "consumer_key": store.consumer_key,
            "consumer_secret": store.consumer_secret,
            "webhook_secret": store.webhook_secret,
            **more,
        },
    )
    return merchant.reads()


def addresses(road: Road) -> list[tuple[str, str]]:
    return [(one.external_id, one.base_url) for one in road.rows(Store)]


def looks(road: Road) -> None:
    """The hourly look at one store."""
    road.clock.advance(hours=1)
    for store in road.rows(Store):
        with road.machine.database.transaction() as session:
            webhooks.look_again(session, store.id, road.clock.now())
        webhooks.check(road.machine, store.id, road.clock.now())


def test_a_store_whose_old_address_leads_to_the_new_one_stays_one(
    road: Road, merchant: Merchant
) -> None:
    store = road.opens("woocommerce")
    looks(road)
    (before,) = road.rows(Store)
    store.leaves_checkout(ANN, (MUG, 1))
    moved = store.moves()
    assert "Connected: Practice Shop" in connects(merchant, store)
    assert addresses(road) == [(moved, moved)]
    (after,) = road.rows(Store)
    assert (after.key, after.created_at) == (before.key, before.created_at)
    road.runs_for(hours=3)
    assert len(road.mailbox.to(ANN)) == 1
    link = road.mailbox.link(ANN, "c", last=False)
    led = road.browser.get(link, timeout=10, allow_redirects=False)
    assert led.headers["Location"].startswith(moved)


def test_two_addresses_of_one_site_are_one_store(road: Road, merchant: Merchant) -> None:
    """With and without www: the second calls the first its home."""
    store = road.opens("woocommerce")
    alias = store.base_url.replace("127.0.0.1", "localhost")
    connects(merchant, store, address=alias)
    assert addresses(road) == [(alias, alias)]


def test_by_one_click_too(road: Road, merchant: Merchant) -> None:
    store = road.opens("woocommerce")
    store.takes_http_callbacks = True
    key = road.rows(Store)[0].key
    moved = store.moves()
    ann = Clicks(merchant)
    ann.goes_to_her_store(moved)
    ann.approves()
    road.settles()
    ann.reloads()
    assert "Connected: Practice Shop" in ann.reads()
    (known,) = road.rows(Store)
    assert (known.external_id, known.key) == (moved, key)


def test_a_copy_made_for_trials_is_a_store_of_its_own(road: Road, merchant: Merchant) -> None:
    """It has the id of the database that it was copied from, and an address of its own."""
    road.opens("woocommerce")
    with PracticeStore.open("woocommerce", clock=road.clock) as copy:
        page = connects(merchant, copy)
        assert "Connected: Practice Shop" in page
        assert len(road.rows(Store)) == 2


def test_a_copy_that_still_calls_the_shop_its_home_is_a_store_of_its_own(
    road: Road, merchant: Merchant
) -> None:
    """Its keys were made in the copy: they do not open the shop."""
    store = road.opens("woocommerce")
    with PracticeStore.open("woocommerce", clock=road.clock) as copy:
        copy.calls_home(store.base_url)
        connects(merchant, copy)
    assert len(road.rows(Store)) == 2


def test_a_shop_that_was_given_up_for_another_is_not_taken_for_it(
    road: Road, merchant: Merchant
) -> None:
    """Its old address leads there, but numbers of orders mean other orders."""
    store = road.opens("woocommerce")
    looks(road)
    store.moves()
    store.is_made_anew()
    connects(merchant, store)
    assert len(road.rows(Store)) == 2


def test_where_nothing_proves_it_the_merchant_says_so(road: Road, merchant: Merchant) -> None:
    store = road.opens("woocommerce")
    before = road.rows(Store)[0]
    moved = store.moves(leads_on=False)
    page = merchant.opens(PATH).text
    offered = re.search(r'<option value="(\d+)" dir="auto">Practice Shop · http://127', page)
    assert offered is not None
    connects(merchant, store, formerly=offered[1])
    (after,) = road.rows(Store)
    assert (after.id, after.key, after.external_id) == (before.id, before.key, moved)


def test_she_says_so_on_the_way_to_one_click(road: Road, merchant: Merchant) -> None:
    store = road.opens("woocommerce")
    store.takes_http_callbacks = True
    moved = store.moves(leads_on=False)
    ann = Clicks(merchant)
    ann.asks_for(moved)
    assert "Was this store connected under another address before?" in ann.reads()
    merchant.presses("/connect/woocommerce", {"url": moved, "formerly": "1"})
    ann.approves()
    road.settles()
    assert addresses(road) == [(moved, moved)]


def test_another_store_is_not_taken_for_it_though_she_says_so(
    road: Road, merchant: Merchant
) -> None:
    road.opens("woocommerce")
    looks(road)
    with PracticeStore.open("woocommerce", clock=road.clock) as other:
        other.is_made_anew()
        page = connects(merchant, other, formerly="1")
    assert "It is another store than the one you named." in page
    assert len(road.rows(Store)) == 1


def test_nobody_elses_store_can_be_named(road: Road, merchant: Merchant) -> None:
    road.opens("woocommerce")
    with road.machine.database.transaction() as session:
        other = Account(name="The neighbour", created_at=road.clock.now())
        session.add(other)
        session.flush()
        session.get_one(Store, 1).account_id = other.id
    with PracticeStore.open("woocommerce", clock=road.clock) as mine:
        page = merchant.opens(PATH).text
        assert "Practice Shop" not in page
        connects(merchant, mine, formerly="1")
    assert merchant.page.status_code == 404
    assert len(road.rows(Store)) == 1


def test_nobody_is_written_to_for_a_store_that_has_moved(road: Road, merchant: Merchant) -> None:
    store = road.opens("woocommerce")
    store.leaves_checkout(ANN, (MUG, 1))
    road.settles()
    moved = store.moves()
    road.runs_for(hours=2)
    assert road.mailbox.to(ANN) == []
    (message,) = road.rows(Message)
    assert (message.state, message.tries > 3) == ("queued", True)
    looks(road)
    merchant.opens("/app/stores")
    assert f"The store's address now leads to {moved}" in merchant.reads()
    connects(merchant, store)
    looks(road)
    merchant.opens("/app/stores")
    assert "now leads to" not in merchant.reads()
    assert len(road.rows(WebhookCheck)) == 1
    road.runs_for(hours=1)
    assert len(road.mailbox.to(ANN)) == 1


def shop_of(road: Road) -> tuple[str, str, str]:
    (store,) = road.rows(Store)
    return store.external_id, access(road.machine, store).shop, store.key


def renamed(road: Road) -> PracticeStore:
    """A store of Shopify's that was renamed while nobody looked."""
    store = road.opens("shopify")
    store.renames(RENAMED)
    return store


def test_a_renamed_shop_connected_again_keeps_its_row(road: Road, merchant: Merchant) -> None:
    store = renamed(road)
    key = road.rows(Store)[0].key
    merchant.opens(f"/connect/shopify?shop={RENAMED}")
    assert "Connected: Practice Shop" in merchant.reads()
    assert shop_of(road) == (RENAMED, RENAMED, key)
    store.leaves_checkout(ANN, (MUG, 1))
    assert {one.status for one in store.deliveries} == {200}


def test_a_renamed_shop_is_found_out_within_the_hour(road: Road) -> None:
    store = renamed(road)
    looks(road)
    assert shop_of(road)[:2] == (RENAMED, RENAMED)
    store.leaves_checkout(ANN, (MUG, 1))
    store.renames("practice.myshopify.com")  # what was sent before comes late
    store.leaves_checkout("ben@example.com", (MUG, 1))
    assert {one.status for one in store.deliveries} == {200}
    assert shop_of(road)[0] == RENAMED


def test_a_renamed_shop_stays_with_the_account_that_holds_it(
    road: Road, merchant: Merchant
) -> None:
    renamed(road)
    with road.machine.database.transaction() as session:
        other = Account(name="The neighbour", created_at=road.clock.now())
        session.add(other)
        session.flush()
        session.get_one(Store, 1).account_id = other.id
    answer = merchant.opens(f"/connect/shopify?shop={RENAMED}")
    assert answer.status_code == 409
    assert "This store belongs to another account." in merchant.page.text
    (store,) = road.rows(Store)
    assert store.external_id == "practice.myshopify.com"
