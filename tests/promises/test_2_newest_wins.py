"""Single cases of disorder, each with what a merchant would say of it."""

from __future__ import annotations

import pytest

from connector.commerce.models import Checkout, CheckoutLine, Order, Product
from connector.detection.models import Case
from connector.inbox.models import Delivery
from tests.fakes import MUG, SHIRT
from tests.road import Road

ANN = "ann@example.com"
BOTH = pytest.mark.parametrize("platform", ["shopify", "woocommerce"])


@BOTH
def test_an_older_telling_that_comes_late_changes_nothing(road: Road, platform: str) -> None:
    store = road.opens(platform)
    with store.holding() as pending:
        store.leaves_checkout(ANN, (MUG, 2))
        before = list(pending)
        pending.clear()
        store.changes_cart(ANN, (MUG, 5))
    store.deliver()
    road.settles()
    for late in before:
        store.deliver(late)
    road.settles()
    assert [line.quantity for line in road.rows(CheckoutLine)] == [5]
    assert {one.state for one in road.rows(Delivery)} == {"applied"}


@BOTH
def test_a_late_checkout_does_not_revive_a_bought_cart(road: Road, platform: str) -> None:
    store = road.opens(platform)
    with store.holding() as pending:
        store.leaves_checkout(ANN, (MUG, 1))
        checkout = list(pending)
        pending.clear()
        store.buys(ANN)
        store.deliver()
        road.settles()
        for late in checkout:
            store.deliver(late)
    road.runs_for(hours=60)
    assert [one.state for one in road.rows(Checkout)] == ["completed"]
    assert road.rows(Case) == []
    assert road.mailbox.to(ANN) == []


@BOTH
def test_a_final_order_does_not_move_back(road: Road, platform: str) -> None:
    store = road.opens(platform)
    with store.holding() as pending:
        order = store.buys(ANN, MUG)
        bought = list(pending)
        store.refunds(order)
    store.deliver()
    road.settles()
    for again in bought:
        store.deliver(again)
    road.settles()
    assert [one.state for one in road.rows(Order)] == ["refunded"]


@BOTH
def test_a_refunded_order_stays_refunded_whatever_is_said_of_it_later(
    road: Road, platform: str
) -> None:
    store = road.opens(platform)
    order = store.buys(ANN, MUG)
    store.refunds(order)
    road.settles()
    order.refunds.clear()
    road.clock.advance(minutes=5)
    store.fulfills(order)
    road.settles()
    (kept,) = road.rows(Order)
    assert (kept.state, kept.is_final) == ("refunded", True)
    assert kept.updated_at == order.updated_at


@BOTH
def test_changes_within_one_second_end_with_the_last_one(road: Road, platform: str) -> None:
    store = road.opens(platform)
    with store.holding() as pending:
        order = store.buys(ANN, MUG, payment="transfer")
        store.pays(order)
        order.updated_at = order.created_at
        store.cancels(order)
        pending.reverse()
    store.deliver()
    road.settles()
    assert [one.state for one in road.rows(Order)] == ["cancelled"]


@BOTH
def test_a_product_that_was_deleted_stays_deleted(road: Road, platform: str) -> None:
    store = road.opens(platform)
    with store.holding() as pending:
        store.sets_stock(SHIRT["M"], 3)
        late = list(pending)
        pending.clear()
        store.deletes_product(store.memory.shelf.products[SHIRT.id])
    store.deliver()
    road.settles()
    for one in late:
        store.deliver(one)
    road.settles()
    assert [one for one in road.rows(Product) if one.deleted_at is None] == []


@BOTH
def test_a_delivery_that_comes_again_is_kept_and_applied_once(road: Road, platform: str) -> None:
    store = road.opens(platform)
    store.buys(ANN, MUG)
    road.settles()
    kept = road.rows(Delivery)
    assert [one.status for one in store.resends(len(store.deliveries))] == [200] * len(kept)
    road.settles()
    assert [one.id for one in road.rows(Delivery)] == [one.id for one in kept]
    assert len(road.rows(Order)) == 1
