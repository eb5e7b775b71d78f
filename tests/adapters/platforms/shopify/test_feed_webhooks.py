"""The subscriptions of a store are made what they have to be, and nothing else is touched."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from adapters.platforms.shopify import Shopify
from adapters.platforms.shopify.feed_webhooks import COMPLIANCE
from connector.errors import AccessLost
from connector.ports.feed import WebhookReport
from connector.ports.notices import Code
from tests.adapters.platforms.shopify.practice import Asking, shopifys
from tests.fakes import MUG, PracticeStore, faults

HOME = "http://127.0.0.1:9/webhooks/shopify"
TOPICS = tuple(topic for topic in Shopify.topics if topic not in COMPLIANCE)
ELSEWHERE = "https://other-tool.example.com/hook"
BEFORE = "https://before.example.com/webhooks/shopify"


@pytest.fixture
def shop() -> Iterator[PracticeStore]:
    with PracticeStore.open("shopify") as store:
        yield store


def reconcile(shop: PracticeStore, address: str = HOME, *former: str) -> WebhookReport:
    asking = Asking(shop)
    return asking.feed.reconcile_webhooks(asking.access, address, "unused", former=former)


def subscribed(shop: PracticeStore) -> set[tuple[str, str]]:
    return {(one.topic, one.url) for one in shop.subscriptions}


ALL = {(topic, HOME) for topic in TOPICS}


def test_a_new_store_is_subscribed_to_every_topic_that_is_read(shop: PracticeStore) -> None:
    report = reconcile(shop)
    assert report == WebhookReport(made=TOPICS)
    assert subscribed(shop) == ALL
    assert "orders/create" in report.made
    assert not {"customers/redact", "shop/redact"} & set(report.made)


def test_doing_it_again_changes_nothing(shop: PracticeStore) -> None:
    reconcile(shop)
    before = list(shop.subscriptions)
    shop.requests.clear()
    assert reconcile(shop) == WebhookReport(right=TOPICS)
    assert shop.subscriptions == before
    assert [one for one in shop.requests if one.about.writes] == []


def test_one_that_the_store_dropped_is_made_again(shop: PracticeStore) -> None:
    reconcile(shop)
    gone = shop.subscriptions.pop(3)
    report = reconcile(shop)
    assert report.made == (gone.topic,)
    assert len(report.right) == len(TOPICS) - 1
    assert subscribed(shop) == ALL


def test_an_earlier_address_of_ours_is_removed_and_another_tool_s_is_kept(
    shop: PracticeStore,
) -> None:
    shop.subscribe("orders/create", BEFORE)
    shop.subscribe("orders/create", ELSEWHERE)
    shop.subscribe("shop/update", HOME)
    report = reconcile(shop, HOME, BEFORE)
    assert sorted(report.removed) == ["SHOP_UPDATE", "orders/create"]
    assert subscribed(shop) == ALL | {("orders/create", ELSEWHERE)}


@pytest.mark.parametrize(
    "theirs", ["https://b.example.com/webhooks/shopify", "http://127.0.0.1:9/b/webhooks/shopify"]
)
def test_two_askbacks_that_share_an_app_leave_each_other_alone(
    shop: PracticeStore, theirs: str
) -> None:
    for _ in range(2):
        for address in (HOME, theirs):
            assert reconcile(shop, address).removed == ()
    assert subscribed(shop) == ALL | {(topic, theirs) for topic in TOPICS}
    assert len(shop.subscriptions) == 2 * len(ALL)


def test_one_that_is_filtered_gives_way_to_one_that_tells_all(shop: PracticeStore) -> None:
    reconcile(shop)
    filtered = shop.subscriptions[0]
    shopifys(shop).filters[filtered.id] = "total_price:>100"
    report = reconcile(shop)
    assert report.removed == report.made == (filtered.topic,)
    assert filtered not in shop.subscriptions
    assert subscribed(shop) == ALL


def test_more_than_one_page_of_subscriptions_is_looked_through(shop: PracticeStore) -> None:
    for number in range(150):
        shop.subscribe("orders/create", f"{ELSEWHERE}/{number}")
    reconcile(shop)
    assert reconcile(shop).right == TOPICS
    assert len(shop.subscriptions) == 150 + len(ALL)


def test_an_address_that_shopify_does_not_take_is_one_sentence_and_the_old_one_stays(
    shop: PracticeStore,
) -> None:
    shop.subscribe("orders/create", BEFORE)
    report = reconcile(shop, "http://askback.example.com/webhooks/shopify", BEFORE)
    (problem,) = report.problems
    assert problem.code is Code.WEBHOOK_ADDRESS
    assert problem.facts == {
        "address": "http://askback.example.com/webhooks/shopify",
        "said": "Address protocol http:// is not supported",
    }
    assert (report.made, report.removed) == ((), ())
    assert len([one for one in shop.requests if one.about.writes]) == 1
    assert len(shop.subscriptions) == 1


def test_a_topic_that_is_denied_is_named_and_the_others_are_made(shop: PracticeStore) -> None:
    shop.faults.next("webhooks", faults.Passes(), faults.Denied("webhookSubscriptionCreate"))
    report = reconcile(shop)
    assert len(report.made) == len(TOPICS) - 1
    (problem,) = report.problems
    assert (problem.code, problem.facts["topic"]) == (Code.WEBHOOK_REFUSED, "checkouts/create")
    assert not problem.facts["said"].startswith("Shopify denies access")


def test_a_topic_that_the_store_does_not_know_is_named_and_the_others_are_made(
    shop: PracticeStore,
) -> None:
    shop.faults.next("webhooks", faults.Passes(), faults.Misunderstood("topic"))
    report = reconcile(shop)
    assert len(report.made) == len(TOPICS) - 1
    assert [one.facts["topic"] for one in report.problems] == ["checkouts/create"]


def test_one_made_by_another_process_meanwhile_counts_as_right(shop: PracticeStore) -> None:
    # The answer of the first creation is lost: asked again, the store says that it is taken.
    shop.faults.next("webhooks", faults.Passes(), faults.TimeOutAfterDoing())
    report = reconcile(shop)
    assert report.problems == ()
    assert report.right == ("checkouts/create",)
    assert subscribed(shop) == ALL
    assert len(shop.subscriptions) == len(ALL)


def test_a_store_that_is_gone_says_so(shop: PracticeStore) -> None:
    shop.revokes_access()
    with pytest.raises(AccessLost):
        reconcile(shop)


def test_what_was_subscribed_is_delivered(shop: PracticeStore) -> None:
    reconcile(shop)
    with shop.holding() as pending:
        shop.buys("ann@example.com", MUG)
        assert [one.topic for one in pending if one.url == HOME][-3:] == [
            "orders/paid",
            "checkouts/update",
            "products/update",
        ]
