"""A store is read through the very answers that a real one gave."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from adapters.http import Http
from adapters.platforms.woocommerce.feed import WooCommerceFeed
from connector.ports.feed import Resource
from connector.ports.platform import Access
from connector.records import Checkout, Customer, Order, Product
from tests.adapters.loopback import Answer, Asked, Loopback, serving
from tests.adapters.platforms.woocommerce import recordings

recordings.needed()

_LISTS = {
    "/orders": ("orders", "orders-list-page1"),
    "/products": ("products", "products-list"),
    "/products/38/variations": ("products", "product-variations-list"),
    "/customers": ("customers", "customers-list"),
    "/webhooks": ("webhooks", "webhooks-list"),
}


@pytest.fixture
def store() -> Iterator[Loopback]:
    """Answers every list with what was recorded of it, and says how many there were."""

    def reply(asked: Asked) -> Answer:
        path = urlsplit(asked.path).path.partition("/wp-json/wc/v3")[2]
        if path not in _LISTS:
            return Answer(200, b"[]")
        file, name = _LISTS[path]
        (pair,) = [one for one in recordings.pairs(file) if one.name == name]
        return Answer(200, pair.answer.encode(), {"X-WP-Total": "2031"})

    with serving() as loopback:
        loopback.reply = reply
        yield loopback


def access(store: Loopback) -> Access:
    keys = {"consumer_key": "ck_1", "consumer_secret": "cs_1"}
    return Access(base_url=store.origin, credentials=keys)


def feed() -> WooCommerceFeed:
    return WooCommerceFeed(Http(allow_private=True))


@pytest.mark.parametrize(
    ("resource", "kinds"),
    [
        (Resource.ORDERS, {Order, Checkout}),
        (Resource.CHECKOUTS, {Order, Checkout}),
        (Resource.PRODUCTS, {Product}),
        (Resource.CUSTOMERS, {Customer}),
    ],
)
def test_every_recorded_list_is_read_to_its_last_item(
    store: Loopback, resource: Resource, kinds: set[type]
) -> None:
    page = feed().page(access(store), resource, "", since=None)
    assert page.unreadable == ()
    assert page.records
    assert {type(one) for one in page.records} <= kinds
    assert (page.cursor, page.total) == ("", 2031)


def test_changes_are_asked_for_as_the_recorded_store_understood_it(store: Loopback) -> None:
    since = datetime(2026, 11, 21, 19, 49, 7, tzinfo=UTC)
    feed().page(access(store), Resource.ORDERS, "", since=since)
    query = parse_qs(urlsplit(store.asked[-1].path).query)
    assert query["modified_after"] == ["2026-11-21T19:49:06"]
    assert (query["dates_are_gmt"], query["orderby"], query["order"]) == (["true"], ["id"], ["asc"])
    assert query["per_page"] == ["100"]


def test_other_peoples_webhooks_are_left_alone(store: Loopback) -> None:
    report = feed().reconcile_webhooks(
        access(store), "https://ask.example.com/webhooks/woocommerce/k", "a secret"
    )
    assert (report.removed, report.revived, report.right) == ((), (), ())
    assert len(report.made) == 11
    assert {one.method for one in store.asked} == {"GET", "POST"}
