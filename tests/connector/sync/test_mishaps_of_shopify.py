"""What befalls a Shopify store while it is read; WooCommerce's mishaps are in test_mishaps."""

from __future__ import annotations

import pytest

from connector.commerce.models import Order, Product
from connector.stores.models import Store
from connector.sync.models import Cursor
from tests.fakes import MUG, PracticeStore, faults
from tests.road import Road

RESOURCES = ("orders", "products", "customers", "checkouts", "webhooks", "shop", "bulk")


def opened(road: Road) -> PracticeStore:
    shopify = road.machine.platforms["shopify"]
    shopify.http.sleep = lambda _: None
    shopify.pace.now = lambda: road.clock.now().timestamp()  # its points come back with time
    return road.opens("shopify", syncs=True)


def sells(store: PracticeStore, *buyers: str) -> None:
    """Orders of which no webhook tells."""
    with store.holding() as pending:
        for one in buyers:
            store.buys(f"{one}@example.com", (MUG, 1))
        pending.clear()


def goes_on(road: Road, *, minutes: int) -> None:
    """Shopify prepares its answers meanwhile."""
    for _ in range(minutes):
        road.clock.advance(minutes=1)
        road.settles()


def first(road: Road, resource: str) -> Cursor:
    (found,) = road.rows(Cursor, purpose="first", resource=resource)
    cursor: Cursor = found
    return cursor


def test_a_token_revoked_in_mid_sync_is_shown_probed_and_then_everything_goes_on(
    road: Road,
) -> None:
    store = opened(road)
    sells(store, *(f"buyer{number}" for number in range(9)))
    road.settles()
    assert {one.state for one in road.rows(Cursor, purpose="first")} != {"done"}
    store.revokes_access()
    goes_on(road, minutes=2)
    (known,) = road.rows(Store)
    assert known.state == "access_lost"
    assert "no longer lets us in" in known.state_reason
    before = len(store.requests)
    for _ in range(24):
        road.clock.advance(hours=1)
        road.settles()
    assert 2 <= len(store.requests) - before <= 24
    store.has_access = True
    road.clock.advance(hours=7)
    goes_on(road, minutes=3)
    (known,) = road.rows(Store)
    assert (known.state, known.state_reason) == ("connected", "")
    assert (first(road, "orders").state, len(road.rows(Order))) == ("done", 9)


@pytest.mark.parametrize("storm", [faults.RateLimited(after=90), faults.Throttled()])
def test_a_storm_of_429_and_of_throttling_loses_nothing(road: Road, storm: faults.Fault) -> None:
    store = opened(road)
    sells(store, "ann", "ben", "cam")
    for resource in RESOURCES:
        store.faults.next(resource, *[storm] * 3)
    for _ in range(60):
        road.clock.advance(minutes=2)
        road.settles()
        if {one.state for one in road.rows(Cursor, purpose="first")} == {"done"}:
            break
    assert {one.state for one in road.rows(Cursor, purpose="first")} == {"done"}
    assert len(road.rows(Order)) == 3


def test_a_store_gone_for_a_day_is_left_alone_more_and_more_and_catches_up(road: Road) -> None:
    store = opened(road)
    sells(store, "ann")
    goes_on(road, minutes=3)
    sells(store, "late")
    for resource in RESOURCES:
        store.faults.next(resource, *[faults.ServerError(503)] * 400)
    before = len(store.requests)
    for _ in range(4):
        road.clock.advance(hours=6)
        road.settles()
    assert len(store.requests) - before < 4 * 35
    (known,) = road.rows(Store)
    assert known.state == "connected"
    store.faults = faults.Faults()
    road.clock.advance(hours=1)
    goes_on(road, minutes=3)
    assert len(road.rows(Order)) == 2


def test_a_product_list_that_never_ends_is_left_with_a_reason(road: Road) -> None:
    store = opened(road)
    goes_on(road, minutes=3)
    known = len(road.rows(Product))
    road.clock.advance(minutes=5)
    store.faults.next("products", *[faults.NeverEnds()] * 50)
    goes_on(road, minutes=1)
    (cursor,) = road.rows(Cursor, purpose="standing", resource="products")
    assert "lead nowhere" in cursor.error
    assert cursor.due_at is not None
    assert cursor.due_at > road.clock.now()
    assert store.faults.waiting > 40
    assert len(road.rows(Product)) == known


def test_an_api_that_begins_to_redirect_is_not_followed(road: Road) -> None:
    store = opened(road)
    sells(store, "ann")
    for resource in RESOURCES:
        store.faults.next(resource, *[faults.RedirectsTo("http://127.0.0.1:9")] * 99)
    goes_on(road, minutes=1)
    cursors = road.rows(Cursor, purpose="first")
    assert {one.state for one in cursors} == {"failed"}
    assert all("redirect" in one.error for one in cursors)
    store.faults = faults.Faults()
    road.clock.advance(minutes=5)
    goes_on(road, minutes=3)
    assert len(road.rows(Order)) == 1


@pytest.mark.parametrize("minutes", [-50, 50])
def test_a_store_whose_clock_is_wrong_is_followed_all_the_same(road: Road, minutes: int) -> None:
    store = opened(road)
    store.clock_is_off(minutes)
    goes_on(road, minutes=3)
    for number in range(2):
        sells(store, f"buyer{number}")
        goes_on(road, minutes=7)
        assert len(road.rows(Order)) == number + 1
