"""Shopify's own mail to shoppers who left is seen by what it has sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import requests

from connector.ports.notices import Code, Notice
from connector.ports.platform import CheckoutFacts
from tests.adapters.platforms.shopify.practice import Asking
from tests.contracts import shopify_material as material
from tests.fakes import MUG, PracticeStore
from tests.fakes.ledger import Checkout


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


def test_when_it_wrote_is_found_by_the_checkouts_token(shop: PracticeStore) -> None:
    asking = Asking(shop)
    ann, ben = (shop.leaves_checkout(f"{name}@example.com", MUG) for name in ("ann", "ben"))
    shop.clock.advance(hours=10)
    shop.reminds(ben)

    def written_at(left: Checkout) -> dt.datetime | None:
        facts = CheckoutFacts(
            external_id=shop.external_id(left), cart_token=left.cart_token, recovery_url="",
            email=left.email, lines=(), created_at=left.created_at,
        )  # fmt: skip
        return asking.shopify.own_mail_at(asking.access, facts)

    assert (written_at(ann), written_at(ben)) == (None, shop.clock.now())
    shop.app.ignored_filters.add("email_state")
    assert (written_at(ann), written_at(ben)) == (None, shop.clock.now())
