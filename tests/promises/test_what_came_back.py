"""The trash and "Undo", and removals that are told late: what stands in the store stands here."""

from __future__ import annotations

import pytest

from connector.commerce.models import Checkout, Order, Product
from tests.connector.sync.patience import catches_up
from tests.fakes import MUG, SHIRT, PracticeStore
from tests.fakes.post import Delivery
from tests.road import Road

ANN = "ann@example.com"


def _trash_and_undo(road: Road, store: PracticeStore, what: str) -> dict[str, Delivery]:
    """Both told by WP-Cron half a minute later, when both are done, as recorded."""
    thing = store.buys(ANN, MUG) if what == "order" else MUG
    road.settles()
    road.clock.advance(minutes=10)
    store.memory.touch(thing) if what == "order" else store.memory.shelf.changed_at.update(
        {MUG.id: road.clock.now()}
    )
    road.clock.advance(seconds=30)
    with store.holding() as pending:
        store.sends(f"{what}.restored", store.dialect.payload(thing))
        store.sends(f"{what}.deleted", {"id": int(store.external_id(thing))})
        told = dict(zip(("restored", "deleted"), pending, strict=True))
        pending.clear()
    return told


@pytest.mark.parametrize(("model", "what"), [(Order, "order"), (Product, "product")])
@pytest.mark.parametrize("at_once", [True, False], ids=["in one batch", "one by one"])
def test_what_was_taken_out_of_the_trash_is_there_again(
    road: Road, model: type[Order] | type[Product], what: str, at_once: bool
) -> None:
    store = road.opens("woocommerce")
    told = _trash_and_undo(road, store, what)
    store.deliver(told["deleted"])
    if not at_once:
        road.settles()
        assert not [one for one in road.rows(model) if one.deleted_at is None]
    road.clock.advance(seconds=1)
    store.deliver(told["restored"])
    road.settles()
    assert [one.deleted_at for one in road.rows(model)] == [None]


@pytest.mark.parametrize("at_once", [True, False], ids=["in one batch", "one by one"])
def test_what_was_thrown_away_again_is_gone(road: Road, at_once: bool) -> None:
    store = road.opens("woocommerce")
    told = _trash_and_undo(road, store, "order")
    store.deliver(told["restored"])
    if not at_once:
        road.settles()
    road.clock.advance(seconds=1)
    store.deliver(told["deleted"])
    road.settles()
    (order,) = road.rows(Order)
    assert order.deleted_at == road.clock.now()


def test_an_undo_whose_webhook_was_lost_is_seen_by_the_next_look(road: Road) -> None:
    store = road.opens("woocommerce", syncs=True)
    told = _trash_and_undo(road, store, "order")
    store.deliver(told["deleted"])
    road.settles()
    road.clock.advance(minutes=5)
    catches_up(road.machine, road.clock)
    assert [one.deleted_at for one in road.rows(Order)] == [None]


def test_a_removal_that_is_told_late_leaves_what_the_shopper_began_since(road: Road) -> None:
    store = road.opens("shopify")
    first = store.leaves_checkout(ANN, (MUG, 1))
    road.settles()
    with store.holding() as pending:
        store.deletes_checkout(first)
        late = list(pending)
        pending.clear()
    road.clock.advance(minutes=10)
    second = store.memory.open_checkout([(SHIRT["M"], 1)], at=store.memory.now())
    second.cart_token, second.stage, second.email = first.cart_token, "payment", ANN
    store.memory.listener("checkout_changed", second)
    store.deliver()
    road.settles()
    road.clock.advance(minutes=20)
    store.deliver(*late)
    road.runs_for(hours=3)
    gone = {one.external_id: one.deleted_at is not None for one in road.rows(Checkout)}
    assert gone == {first.token: True, second.token: False}
    assert len(road.mailbox.to(ANN)) == 1
