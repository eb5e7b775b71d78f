"""A store is connected, and everything it has is here."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.platforms.woocommerce import feed
from connector.commerce.models import Checkout, Customer, Order, Product, Variant
from connector.sync.models import Cursor, CursorState
from tests.fakes import MUG, SHIRT
from tests.road import Road


def test_a_connected_store_is_read_by_itself_whole_and_once(any_road: Road) -> None:
    road = any_road
    store = road.opens("woocommerce", syncs=True)
    with store.holding() as pending:
        for number in range(120):
            store.buys(f"buyer{number}@example.com", (MUG, 1))
        for number in range(30):
            store.registers(f"reader{number}@example.com")
        store.leaves_checkout("ann@example.com", (SHIRT["L"], 2))
        pending.clear()
    road.settles()
    assert len(road.rows(Order)) == 120
    assert len(road.rows(Product)) == 6
    assert [one.external_id for one in road.rows(Variant, product_external_id="38")] == ["40", "41"]
    assert len(road.rows(Customer)) == 151
    assert [one.email_key for one in road.rows(Checkout)] == ["ann@example.com"]
    firsts = {one.resource: one for one in road.rows(Cursor, purpose="first")}
    assert {one.state for one in firsts.values()} == {CursorState.DONE}
    assert (firsts["orders"].fetched, firsts["orders"].total) == (121, 121)
    assert (firsts["customers"].fetched, firsts["customers"].total) == (30, 30)


def test_a_slow_store_is_read_in_short_pages_and_still_once(
    road: Road, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "_LONGEST_SECONDS", -1.0)
    store = road.opens("woocommerce", syncs=True)
    with store.holding() as pending:
        for number in range(4):
            store.buys(f"buyer{number}@example.com", (MUG, 1))
        pending.clear()
    road.settles()
    firsts = {one.resource: one.fetched for one in road.rows(Cursor, purpose="first")}
    assert (firsts["products"], firsts["orders"]) == (6, 4)
    assert len(road.rows(Order)) == 4


def test_a_size_that_is_no_longer_made_is_gone_after_the_night(road: Road) -> None:
    store = road.opens("woocommerce", syncs=True)
    road.settles()
    assert [one.external_id for one in road.rows(Variant, product_external_id="38")] == ["40", "41"]
    shelf = store.memory.shelf.products
    shelf[SHIRT.id] = replace(shelf[SHIRT.id], variants=shelf[SHIRT.id].variants[:1])
    road.clock.advance(hours=26)
    road.settles()
    assert [one.external_id for one in road.rows(Variant, product_external_id="38")] == ["40"]


@pytest.mark.parametrize("platform", ["woocommerce", "shopify"])
def test_prices_are_in_the_currency_of_the_store(road: Road, platform: str) -> None:
    store = road.opens(platform)
    store.sets_stock(MUG.variants[0], 3)
    road.settles()
    (mug,) = road.rows(Variant, product_external_id=store.external_id(MUG))
    assert (mug.price_minor, mug.currency) == (int(store.price(MUG) * 100), "ILS")
    assert mug.stock == 3
