"""A no that passes is no end: what is to stand in the store gets there, however long it takes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import update

from connector.ports.access import Access
from connector.stores import actions as stores
from connector.sync.models import Cursor
from connector.writeback.models import StoreWrite
from tests.connector.sync.patience import catches_up
from tests.connector.writeback.test_consent_both_ways import ANN, PLATFORMS, asked, says, word_in
from tests.connector.writeback.test_telling_the_store import comes_back, noted
from tests.fakes import MUG, PracticeStore, faults
from tests.merchant import Merchant
from tests.road import Road

NO_ROUTE = faults.Refuses(
    404,
    {
        "code": "rest_no_route",
        "message": "No route was found matching the URL and request method.",
        "data": {"status": 404},
    },
)
"""What WordPress says while WooCommerce is switched off: in the minute in which it is updated."""

PASSING = {
    "shopify": (
        faults.Refuses(402, {"errors": "Unavailable Shop"}),  # the plan is not paid
        faults.Refuses(423, {"errors": "Locked"}),
        faults.Denied("customerEmailMarketingConsentUpdate"),  # a scope that is not granted yet
    ),
    "woocommerce": (
        NO_ROUTE,
        faults.Refuses(400, {"code": "x", "message": "No."}),  # a plugin in the way
        faults.RedirectsTo("https://www.shop.example.com"),
        faults.RateLimited(999_999),
    ),
}
"""What a store says for a while, and what has nothing to do with her word."""

FAR = "Fri, 31 Dec 9999 23:59:59 GMT"


@pytest.fixture
def merchant(road: Road) -> Iterator[Merchant]:
    someone = Merchant(road)
    yield someone
    someone.close()


def connected_again(road: Road, store: PracticeStore) -> None:
    """The merchant goes through the connection once more, with keys that are good."""
    shop = store.shop if store.platform == "shopify" else ""
    access = Access(base_url=store.base_url, credentials=store.credentials, shop=shop)
    facts = road.machine.platforms[store.platform].describe(access)
    with road.machine.database.transaction() as session:
        now = road.clock.now()
        account = stores.the_account(session, now)
        stores.connect(
            session, road.machine, account, now,
            platform=store.platform, access=access, facts=facts,
        )  # fmt: skip


@PLATFORMS
def test_her_no_outlives_every_refusal_that_passes(road: Road, platform: str) -> None:
    store = asked(road, platform)
    for fault in PASSING[platform]:
        store.faults.next("customers", fault)
    says(road)
    while store.faults.waiting:
        road.settles()
        (word,) = road.rows(StoreWrite)
        assert (word.state, bool(word.error)) == ("waiting", True)
        assert word_in(store) is not False
        assert word.due_at <= road.clock.now() + timedelta(days=1)
        road.clock.advance(seconds=(word.due_at - road.clock.now()).total_seconds())
    road.settles()
    assert word_in(store) is False
    assert [one.state for one in road.rows(StoreWrite)] == ["done"]


def test_her_no_outlives_a_store_that_was_away_for_a_month(road: Road) -> None:
    store = asked(road, "woocommerce")
    store.faults.next("customers", *[faults.RateLimited(60)] * 2)
    says(road)
    road.settles()
    with road.machine.database.transaction() as session:
        session.execute(update(StoreWrite).values(tries=120))
    road.runs_for(minutes=5)
    (word,) = road.rows(StoreWrite)
    assert store.faults.waiting == 0
    assert word.state == "waiting"
    assert word.due_at < road.clock.now() + timedelta(days=1)
    road.runs_for(days=1)
    assert word_in(store) is False


def test_what_waits_is_shown_with_its_reason_until_it_is_written(
    road: Road, merchant: Merchant
) -> None:
    store = asked(road, "woocommerce")
    store.faults.next("customers", NO_ROUTE)
    says(road)
    road.settles()
    merchant.opens("/app/stores")
    assert "No route was found" in merchant.reads()
    assert "Not yet written into the store" in merchant.reads()
    road.runs_for(minutes=5)
    merchant.opens("/app/stores")
    assert "Not yet written into the store" not in merchant.reads()


def test_better_keys_are_tried_at_once(road: Road) -> None:
    """The first key was made by somebody who may not edit customers."""
    store = asked(road, "woocommerce")
    store.faults.next("customers", *[faults.MayNotList()] * 9)
    says(road)
    road.runs_for(hours=2)
    (word,) = road.rows(StoreWrite)
    assert word.state == "waiting"
    assert word.due_at > road.clock.now()
    assert "cannot_view" in word.error
    store.faults.clear()
    connected_again(road, store)
    road.settles()
    assert word_in(store) is False


def test_being_connected_again_takes_out_no_coupon_before_its_day(road: Road) -> None:
    store = given_ten_percent(road, "woocommerce")
    connected_again(road, store)
    road.settles()
    assert len(store.coupons) == 1


def given_ten_percent(road: Road, platform: str) -> PracticeStore:
    """Ann said that the price is high, and has a coupon for a week."""
    store = road.opens(platform, benefit={"kind": "percent", "percent": 10, "valid_days": 7})
    store.leaves_checkout(ANN, (MUG, 2))
    road.runs_for(minutes=61)
    road.answers(ANN, "price")
    assert len(store.coupons) == 1
    return store


@pytest.mark.parametrize(
    ("platform", "fault"),
    [("shopify", faults.Refuses(402, {"errors": "Unavailable Shop"})), ("woocommerce", NO_ROUTE)],
)
def test_a_coupon_is_taken_out_though_the_store_refused_at_first(
    road: Road, platform: str, fault: faults.Fault
) -> None:
    store = given_ten_percent(road, platform)
    store.faults.next("coupons", fault)
    road.runs_for(days=8, minutes=5)
    assert store.faults.waiting == 0
    assert store.coupons == {}


@PLATFORMS
def test_a_customer_who_is_gone_is_told_nothing_more(road: Road, platform: str) -> None:
    store = asked(road, platform)
    with store.lock:
        store.memory.accounts.pop(ANN)
        store.memory.checkouts.clear()
    says(road)
    road.settles()
    (word,) = road.rows(StoreWrite)
    assert word.state == "refused"
    assert word.error
    before = len(store.requests)
    road.runs_for(days=2)
    assert len(store.requests) == before


def test_a_letter_waits_a_day_at_most_for_a_store_that_is_busy_for_ever(road: Road) -> None:
    store = road.opens("woocommerce", benefit={"kind": "percent", "percent": 10, "valid_days": 7})
    store.leaves_checkout(ANN, (MUG, 1))
    road.runs_for(minutes=61)
    store.faults.next("coupons", faults.BusyUntil(FAR))
    road.answers(ANN, "price")
    assert store.faults.waiting == 0
    assert len(road.mailbox.to(ANN)) == 1
    road.runs_for(days=1)
    assert len(road.mailbox.to(ANN)) == 2


def test_a_list_waits_a_day_at_most_for_a_store_that_is_busy_for_ever(road: Road) -> None:
    store = road.opens("woocommerce", syncs=True)
    store.faults.next("orders", faults.BusyUntil(FAR))
    catches_up(road.machine, road.clock)
    later = [one.due_at for one in road.rows(Cursor) if one.error]
    assert later
    assert all(moment < road.clock.now() + timedelta(hours=30) for moment in later)


def test_a_note_is_written_once_woocommerce_is_switched_on_again(road: Road) -> None:
    store, order = comes_back(road, "woocommerce")
    store.faults.next("orders", *[NO_ROUTE] * 2)
    road.settles()
    assert noted(order) == ""
    road.runs_for(hours=1)
    assert store.faults.waiting == 0
    assert "The price is high" in noted(order)
    assert {one.state for one in road.rows(StoreWrite)} == {"done"}
