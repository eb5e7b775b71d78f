"""Webhook subscriptions: made, kept, made again, moved; other people's are left alone."""

from __future__ import annotations

from tests.store_contract.shop import Shop

SECRET = "a-secret-of-the-contract"


def test_every_topic_is_subscribed_to_once_and_looking_again_changes_nothing(shop: Shop) -> None:
    home = shop.address()
    first = shop.feed.reconcile_webhooks(shop.access, home, SECRET)
    assert first.problems == ()
    assert set(first.made) <= set(shop.platform.topics)
    assert len(first.made) > 5
    assert shop.hand.webhooks(home) == dict.fromkeys(first.made, True)
    again = shop.feed.reconcile_webhooks(shop.access, home, SECRET)
    assert (sorted(again.right), again.made, again.removed) == (sorted(first.made), (), ())
    assert shop.hand.webhooks(home) == dict.fromkeys(first.made, True)


def test_what_the_store_switched_off_or_dropped_is_delivered_again(shop: Shop) -> None:
    home = shop.address()
    topic, *others = shop.feed.reconcile_webhooks(shop.access, home, SECRET).made
    shop.hand.breaks_webhook(topic, home)
    assert not shop.hand.webhooks(home).get(topic)
    report = shop.feed.reconcile_webhooks(shop.access, home, SECRET)
    assert (*report.revived, *report.made) == (topic,)
    assert sorted(report.right) == sorted(others)
    assert shop.hand.webhooks(home) == dict.fromkeys((topic, *others), True)


def test_when_we_move_ours_move_along_and_another_tools_stay(shop: Shop) -> None:
    before, after = shop.address("before"), shop.address("after")
    elsewhere = shop.address("elsewhere").replace("store-contract", "another-tool")
    shop.hand.hooks.append(elsewhere)
    topic = shop.feed.reconcile_webhooks(shop.access, before, SECRET).made[0]
    shop.hand.subscribes(topic, elsewhere)
    report = shop.feed.reconcile_webhooks(shop.access, after, SECRET, former=(before,))
    assert sorted(report.removed) == sorted(report.made)
    assert shop.hand.webhooks(before) == {}
    assert shop.hand.webhooks(after) == dict.fromkeys(report.made, True)
    assert shop.hand.webhooks(elsewhere) == {topic: True}


def test_who_is_let_go_is_left_without_ours_and_with_everybody_elses(shop: Shop) -> None:
    home = shop.address()
    elsewhere = shop.address("elsewhere").replace("store-contract", "another-tool")
    shop.hand.hooks.append(elsewhere)
    topic = shop.feed.reconcile_webhooks(shop.access, home, SECRET).made[0]
    shop.hand.subscribes(topic, elsewhere)
    for _ in range(2):
        shop.feed.withdraw_webhooks(shop.access, home)
        assert shop.hand.webhooks(home) == {}
    assert shop.hand.webhooks(elsewhere) == {topic: True}
