"""Shopify's own mail to shoppers who left is seen by what it has sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import requests

from connector.ports.notices import Code, Notice
from tests.adapters.platforms.shopify.practice import Asking
from tests.contracts import shopify_material as material
from tests.fakes import MUG, PracticeStore


@pytest.fixture
def shop() -> Iterator[PracticeStore]:
    with PracticeStore.open("shopify") as store:
        yield store


def seen(shop: PracticeStore) -> tuple[Notice, ...]:
    asking = Asking(shop)
    return asking.shopify.own_mails(asking.access, shop.clock.now())


def test_a_store_that_writes_to_nobody_is_told_nothing(shop: PracticeStore) -> None:
    shop.leaves_checkout("ann@example.com", MUG)
    assert seen(shop) == ()


@pytest.mark.parametrize("state", ["sent", "scheduled"])
def test_a_mail_is_told_with_the_newest_shopper_it_went_to(shop: PracticeStore, state: str) -> None:
    shop.reminds(shop.leaves_checkout("ann@example.com", MUG), "sent")
    shop.clock.advance(hours=30)
    newest = shop.leaves_checkout("ben@example.com", MUG)
    shop.reminds(newest, state)
    shop.leaves_checkout("dana@example.com", MUG)
    (notice,) = seen(shop)
    assert notice.code is Code.SHOPIFY_MAIL
    assert dt.datetime.fromisoformat(notice.facts["left_at"]) == newest.created_at


def test_a_week_after_the_last_one_it_counts_as_switched_off(shop: PracticeStore) -> None:
    shop.reminds(shop.leaves_checkout("ann@example.com", MUG))
    shop.clock.advance(days=6)
    assert len(seen(shop)) == 1
    shop.clock.advance(days=1, hours=1)
    assert seen(shop) == ()


def test_a_shopify_that_ignores_the_filter_accuses_nobody(shop: PracticeStore) -> None:
    shop.leaves_checkout("ann@example.com", MUG)
    shop.app.ignored_filters.add("email_state")
    assert seen(shop) == ()


@material.needs_material
def test_what_is_asked_is_what_shopify_understands(shop: PracticeStore) -> None:
    shop.reminds(shop.leaves_checkout("ann@example.com", MUG))
    seen(shop)
    (asked,) = shop.requests
    headers = {"X-Shopify-Access-Token": shop.access_token}
    again = requests.post(shop.base_url + asked.path, json=asked.json, headers=headers, timeout=5)
    said, answer = asked.json, again.json()["data"]
    assert len(answer["sent"]["nodes"]) == 1
    assert material.problems(said["query"], answer, said["variables"]) == []
