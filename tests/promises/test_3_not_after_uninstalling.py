"""Once the merchant has taken the access back, nobody hears from us in her name."""

from __future__ import annotations

import pytest

from connector.inbox.models import Delivery
from connector.messages.models import Message
from connector.ports.platform import Access
from connector.stores import actions
from connector.stores.models import Store
from tests.fakes import MUG, PracticeStore, faults
from tests.road import Road

ANN, BEN = "ann@example.com", "ben@example.com"
TEN_PERCENT = {"kind": "percent", "percent": 10, "valid_days": 7, "cooldown_days": 180}


@pytest.mark.parametrize("platform", ["shopify", "woocommerce"])
def test_an_uninstall_during_a_send_lets_nothing_leave(any_road: Road, platform: str) -> None:
    road = any_road
    store = road.opens(platform)
    store.leaves_checkout(ANN, MUG)
    store.leaves_checkout(BEN, MUG)
    store.faults.next("orders", faults.UninstalledMeanwhile())
    road.runs_for(minutes=61)
    store.deliver()
    for _ in range(6):
        road.clock.advance(hours=12)
        road.settles()
    assert store.faults.waiting == 0
    assert road.mailbox.to(ANN) == road.mailbox.to(BEN) == []
    messages = road.rows(Message)
    assert len(messages) == 2
    assert {one.state for one in messages} <= {"not_sent", "failed"}
    assert all(one.reasons for one in messages)


@pytest.mark.parametrize("platform", ["shopify", "woocommerce"])
def test_an_uninstall_while_a_coupon_is_made_lets_no_answer_leave(
    road: Road, platform: str
) -> None:
    store = road.opens(platform, benefit=TEN_PERCENT)
    store.leaves_checkout(ANN, MUG)
    road.runs_for(hours=2)
    store.faults.next("coupons", faults.UninstalledMeanwhile())
    road.answers(ANN, "price")
    store.deliver()
    for _ in range(6):
        road.clock.advance(hours=12)
        road.settles()
    assert len(road.mailbox.to(ANN)) == 1
    assert road.rows(Message)[1].reasons != []
    assert store.coupons == {}


def test_an_uninstalled_shop_is_disconnected_and_its_later_webhooks_unknown(road: Road) -> None:
    store = road.opens("shopify")
    store.uninstalls()
    road.settles()
    (kept,) = road.rows(Store)
    assert (kept.state, kept.state_reason) == ("disconnected", "the app was removed in the store")


def test_a_removal_that_is_told_after_the_app_is_back_removes_nothing(any_road: Road) -> None:
    """Shopify retries for hours, and every retry says when the app was removed."""
    road = any_road
    store = road.opens("shopify")
    with store.holding() as pending:
        store.uninstalls()
        told = list(pending)
        pending.clear()
    road.clock.advance(minutes=30)
    store.has_access = True
    connects_again(road, store)
    road.clock.advance(minutes=30)
    store.deliver(*told)
    road.settles()
    (late,) = road.rows(Delivery)
    assert (late.state, late.reason) == (
        "set_aside", "it happened before the store was connected again"
    )  # fmt: skip
    assert [one.state for one in road.rows(Store)] == ["connected"]
    # Removed once more, it is.
    store.uninstalls()
    road.settles()
    assert [one.state for one in road.rows(Store)] == ["disconnected"]


def connects_again(road: Road, store: PracticeStore) -> None:
    access = Access(base_url=store.base_url, credentials=store.credentials, shop=store.shop)
    with road.machine.database.transaction() as session:
        actions.connect(
            session, road.machine, actions.the_account(session, road.clock.now()),
            road.clock.now(), platform="shopify", access=access,
            facts=road.machine.platforms["shopify"].describe(access),
        )  # fmt: skip


def test_a_store_that_the_host_disconnects_says_nothing_more(road: Road) -> None:
    store = road.opens("shopify")
    store.leaves_checkout(ANN, MUG)
    road.runs_for(hours=2)
    link = road.mailbox.link(ANN, "q").partition("?")[0]
    assert road.browser.post(link, data={"reason": "price"}, timeout=10).status_code == 200
    with road.machine.database.transaction() as session:
        connected = session.get_one(Store, road.store_of(store).id)
        actions.disconnect(connected, because="disconnected by the host")
    road.runs_for(days=3)
    assert len(road.mailbox.to(ANN)) == 1
    assert road.rows(Message)[1].reasons == ["the store is disconnected"]
