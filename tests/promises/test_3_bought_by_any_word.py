"""Whatever word a store has for an order, its buyer is not asked why she left."""

from __future__ import annotations

from connector.commerce.models import Checkout, Order
from tests.fakes import MUG, PracticeStore
from tests.road import Road

ANN = "ann@example.com"


def pays_on_delivery(store: PracticeStore, status: str) -> None:
    """She orders, and a plugin gives the order a status of its own before any webhook leaves."""
    with store.holding() as pending:
        order = store.buys(ANN, payment="later")
        pending.clear()
        store.marks(order, status)


def test_who_pays_on_delivery_is_not_asked_why_she_left(road: Road) -> None:
    """The plugin's "awaiting-shipment" is no word of WooCommerce's, and no money has come yet."""
    store = road.opens("woocommerce")
    store.leaves_checkout(ANN, MUG)
    road.clock.advance(minutes=5)
    pays_on_delivery(store, "awaiting-shipment")
    store.deliver()
    road.runs_for(hours=3)
    assert road.mailbox.to(ANN) == []
    (checkout,) = road.rows(Checkout)
    assert checkout.state == "completed"


def test_nor_when_only_the_store_knows_of_it(road: Road) -> None:
    store = road.opens("woocommerce")
    store.leaves_checkout(ANN, MUG)
    road.clock.advance(minutes=5)
    pays_on_delivery(store, "awaiting-shipment")
    store.pending.clear()
    road.runs_for(hours=3)
    assert road.mailbox.to(ANN) == []


def test_an_order_once_placed_stays_placed_under_a_plugins_word(road: Road) -> None:
    """Her transfer has not come when the merchant already packs."""
    store = road.opens("woocommerce")
    order = store.buys(ANN, MUG, payment="transfer")
    road.settles()
    (placed,) = road.rows(Order)
    road.clock.advance(minutes=5)
    store.marks(order, "packed")
    road.settles()
    (packed,) = road.rows(Order)
    assert (placed.state, packed.state, packed.status) == ("on_hold", "placed", "packed")
    assert packed.bought_at == placed.bought_at
