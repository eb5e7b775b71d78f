"""A store of Shopify's is read in bulk: whole, once, and whatever befalls it meanwhile."""

from __future__ import annotations

from connector.commerce.models import Checkout, Customer, Order, Product
from connector.stores.models import Store
from connector.sync import actions
from connector.sync.models import Cursor
from tests.adapters.platforms.shopify.practice import shopifys
from tests.connector.sync.patience import catches_up
from tests.fakes import MUG, SHIRT, PracticeStore
from tests.road import Road

ANN = "ann@example.com"


def with_orders(road: Road, count: int) -> PracticeStore:
    """A store that sold so many mugs before it was connected."""
    store = road.opens("shopify", syncs=True)
    road.machine.platforms["shopify"].http.sleep = lambda _: None
    with store.holding() as pending:
        for number in range(count):
            store.buys(f"buyer{number}@example.com", MUG)
        store.registers("reader@example.com", name="Rea Reader")
        store.leaves_checkout(ANN, (SHIRT["L"], 2))
        pending.clear()
    return store


def firsts(road: Road) -> dict[str, tuple[str, int]]:
    return {one.resource: (one.state, one.fetched) for one in road.rows(Cursor, purpose="first")}


ALL = {
    "products": ("done", 6),
    "customers": ("done", 21),
    "orders": ("done", 20),
    "checkouts": ("done", 1),
}


def test_a_connected_store_is_read_by_itself_whole_and_once(any_road: Road) -> None:
    road = any_road
    with_orders(road, 20)
    catches_up(road.machine, road.clock)
    assert firsts(road) == ALL
    assert len(road.rows(Order)) == 20
    assert len(road.rows(Product)) == 6
    # Who left a checkout as a guest is known by it.
    assert len(road.rows(Customer)) == 22
    assert [one.email_key for one in road.rows(Checkout, completed_at=None)] == [ANN]


def test_a_token_taken_back_in_mid_sync_is_shown_probed_and_then_everything_goes_on(
    road: Road,
) -> None:
    store = with_orders(road, 20)
    while not shopifys(store).bulk.operations:
        assert actions.work(road.machine, 1, road.clock.now())
    store.revokes_access()
    for _ in range(24):
        road.clock.advance(hours=1)
        road.settles()
    (known,) = road.rows(Store)
    assert known.state == "access_lost"
    assert "no longer lets us in" in known.state_reason
    assert len(store.requests) < 100
    store.has_access = True
    road.clock.advance(hours=7)
    catches_up(road.machine, road.clock)
    assert [one.state for one in road.rows(Store)] == ["connected"]
    assert {name: state for name, (state, _) in firsts(road).items()} == dict.fromkeys(ALL, "done")
    assert len(road.rows(Order)) == 20
