"""A store that left is forgotten in its time; one that came back is kept, and read anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session

from connector.commerce.models import Checkout, Order
from connector.inbox import actions as inbox
from connector.inbox.models import Delivery
from connector.privacy import leaving
from connector.privacy.models import PrivacyRequest
from connector.stores import actions as stores
from connector.stores.models import Store
from tests.connector.sync.patience import catches_up
from tests.fakes import MUG, PracticeStore, faults
from tests.merchant import Merchant
from tests.promises.test_3_not_after_uninstalling import connects_again
from tests.road import Road

ANN = "ann@example.com"


def removes(road: Road, store: PracticeStore) -> None:
    """She removes the app, and Shopify says so."""
    store.uninstalls()
    road.settles()


def comes_back(road: Road, store: PracticeStore) -> None:
    store.has_access = True
    connects_again(road, store)
    road.settles()


def state(road: Road) -> list[str]:
    return [one.state for one in road.rows(Store)]


def wishes(road: Road) -> list[tuple[str, str]]:
    return [(one.kind, one.state) for one in road.rows(PrivacyRequest)]


def test_a_second_removal_has_thirty_days_of_its_own(road: Road) -> None:
    store = road.opens("shopify")
    removes(road, store)
    road.clock.advance(days=10)
    comes_back(road, store)
    road.clock.advance(days=19)
    removes(road, store)
    merchant = Merchant(road)
    merchant.opens("/app/stores")
    assert "Everything of this store will be erased on" in merchant.reads()
    merchant.close()
    road.clock.advance(days=2)
    road.settles()
    assert state(road) == ["disconnected"]
    assert wishes(road) == [("erase_store", "void"), ("erase_store", "open")]
    road.clock.advance(days=28, minutes=1)
    road.settles()
    assert state(road) == []


def test_a_merchant_who_came_back_and_disconnects_here_keeps_what_she_has(road: Road) -> None:
    store = road.opens("shopify")
    store.leaves_checkout(ANN, MUG)
    removes(road, store)
    road.clock.advance(days=10)
    comes_back(road, store)
    road.clock.advance(days=19)
    with road.machine.database.transaction() as session:
        stores.disconnect(session.get_one(Store, 1), because="disconnected by the merchant")
    road.clock.advance(days=60)
    road.settles()
    assert (state(road), len(road.rows(Checkout))) == (["disconnected"], 1)


@contextmanager
def after_the_first_portion(act: Callable[[], None]) -> Iterator[None]:
    """`act` happens once, between two transactions of the erasure."""
    done: list[bool] = []

    def committed(session: Session) -> None:
        if session.info.pop("erased", False) and not done:
            done.append(True)
            act()

    def deletes(context: ORMExecuteState) -> None:
        if context.is_delete and not done:
            context.session.info["erased"] = True

    event.listen(Session, "after_commit", committed)
    event.listen(Session, "do_orm_execute", deletes)
    try:
        yield
    finally:
        event.remove(Session, "after_commit", committed)
        event.remove(Session, "do_orm_execute", deletes)
    assert done


def test_a_merchant_who_comes_back_while_her_store_is_erased_keeps_the_rest_and_gets_it_read_anew(
    road: Road, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leaving, "_PORTION", 2)
    store = road.opens("shopify")
    orders = [store.buys(f"buyer{number}@example.com", MUG) for number in range(3)]
    road.settles()
    assert len(road.rows(Order)) == 3
    removes(road, store)
    road.clock.advance(days=30, minutes=1)

    def back() -> None:
        store.has_access = True
        connects_again(road, store)

    with after_the_first_portion(back):
        road.settles()
    assert state(road) == ["connected"]
    (wish,) = road.rows(PrivacyRequest)
    assert (wish.state, wish.due_at, sum(wish.counts.values())) == ("void", None, 2)
    catches_up(road.machine, road.clock)
    assert len(road.rows(Order)) == len(orders)
    merchant = Merchant(road)
    merchant.opens("/app/stores")
    assert "its erasure had already begun" in merchant.reads()
    merchant.close()


def test_what_a_worker_erased_before_it_died_is_read_anew_when_she_is_back(
    road: Road, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leaving, "_PORTION", 100)
    store = road.opens("shopify")
    store.buys(ANN, MUG)
    road.settles()
    removes(road, store)
    road.clock.advance(days=30, minutes=1)

    def dies() -> None:
        raise SystemExit

    with pytest.raises(SystemExit), after_the_first_portion(dies):
        road.settles()
    assert road.rows(Delivery) == []
    comes_back(road, store)
    catches_up(road.machine, road.clock)
    assert (wishes(road), len(road.rows(Order))) == ([("erase_store", "void")], 1)


def test_a_merchant_who_connects_in_the_very_moment_of_the_end_has_a_new_store(
    any_road: Road,
) -> None:
    """She waits until the last row is gone: nothing of hers is written to a store that goes."""
    road = any_road
    store = road.opens("shopify")
    removes(road, store)
    road.clock.advance(days=30, minutes=1)
    store.has_access = True
    clicks: list[Future[None]] = []

    def ends(context: ORMExecuteState) -> None:
        if context.is_delete and "stores" in str(context.statement).split():
            clicks.append(browser.submit(connects_again, road, store))
            with pytest.raises(TimeoutError):
                clicks[0].result(0.2)

    with ThreadPoolExecutor(1) as browser:
        event.listen(Session, "do_orm_execute", ends)
        try:
            road.settles()
        finally:
            event.remove(Session, "do_orm_execute", ends)
        clicks[0].result(10)
    (new,) = road.rows(Store)
    assert (new.state, new.created_at) == ("connected", road.clock.now())
    assert wishes(road) == []


def lost(road: Road) -> PracticeStore:
    """A Shopify store that removed us; app/uninstalled never arrived."""
    store = road.opens("shopify", syncs=True)
    store.leaves_checkout(ANN, MUG)
    inbox.apply(road.machine, 1, road.clock.now())
    store.revokes_access()
    road.clock.advance(hours=48)
    return store


def says_forget_the_shop(road: Road, store: PracticeStore) -> None:
    """shop/redact is set in the app's own settings, and none of the store's subscriptions."""
    store.subscribe("shop/redact", stores.webhook_url(road.machine, road.rows(Store)[0]))
    store.asks_shop_erasure()
    assert store.deliveries[-1].status == 200


def test_a_store_that_shut_us_out_is_forgotten_when_shopify_says_so(road: Road) -> None:
    store = lost(road)
    road.settles()
    assert state(road) == ["access_lost"]
    says_forget_the_shop(road, store)
    road.settles()
    assert road.rows(Store) == road.rows(Checkout) == []


def test_a_store_that_left_while_we_slept_is_forgotten_when_shopify_says_so(road: Road) -> None:
    store = lost(road)
    assert state(road) == ["connected"]
    says_forget_the_shop(road, store)
    road.settles()
    assert road.rows(Store) == road.rows(Checkout) == []


def test_a_store_that_shuts_us_out_and_says_no_word_is_forgotten_in_the_end(road: Road) -> None:
    lost(road)
    road.settles()
    road.clock.advance(days=29)
    road.settles()
    assert (state(road), wishes(road)) == (["access_lost"], [])
    road.clock.advance(days=1, hours=6)
    road.settles()
    (left,) = road.rows(Store)
    assert (left.state, left.state_reason) == (
        "disconnected", "the store has not let us in for 30 days"
    )  # fmt: skip
    assert len(road.rows(Checkout)) == 1
    road.clock.advance(days=30)
    road.settles()
    assert state(road) == []


def test_days_of_being_shut_out_are_counted_anew_once_a_store_has_let_us_in(road: Road) -> None:
    store = lost(road)
    road.settles()
    road.clock.advance(days=20)
    store.has_access = True
    road.settles()
    assert state(road) == ["connected"]
    store.revokes_access()
    road.clock.advance(days=11)
    road.settles()
    road.clock.advance(days=1)
    road.settles()
    assert (state(road), wishes(road)) == (["access_lost"], [])


def test_a_woocommerce_store_is_knocked_at_for_ever(road: Road) -> None:
    """Nobody has us forget it: its merchant's keys may be renewed after a long winter."""
    store = road.opens("woocommerce", syncs=True)
    store.revokes_access()
    road.settles()
    for _ in range(3):
        road.clock.advance(days=40)
        road.settles()
    assert (state(road), wishes(road)) == (["access_lost"], [])
    store.has_access = True
    road.clock.advance(hours=7)
    road.settles()
    assert state(road) == ["connected"]


def test_a_store_that_lets_us_in_is_not_forgotten_because_an_old_word_is_sent_again(
    road: Road,
) -> None:
    """The signature is on the body alone: topic and time are whatever the sender writes."""
    store = road.opens("shopify")
    store.leaves_checkout(ANN, MUG)
    road.clock.advance(days=1)
    says_forget_the_shop(road, store)
    road.settles()
    assert (state(road), wishes(road)) == (["connected"], [("erase_store", "void")])
    assert len(road.rows(Checkout)) == 1


def test_a_store_that_cannot_be_asked_whether_it_left_is_asked_for_a_day(road: Road) -> None:
    store = road.opens("shopify")
    road.machine.platforms["shopify"].http.sleep = lambda _: None
    store.faults.next("shop", *[faults.ServerError(503)] * 400)
    road.clock.advance(days=1)
    says_forget_the_shop(road, store)
    road.settles()
    (wish,) = road.rows(PrivacyRequest)
    assert (wish.state, wish.due_at - road.clock.now()) == ("open", timedelta(hours=1))
    assert state(road) == ["connected"]
    road.clock.advance(days=1)
    road.settles()
    assert state(road) == []


def test_a_wish_to_forget_the_shop_that_is_told_after_it_is_back_forgets_nothing(
    road: Road,
) -> None:
    """Shopify retries for hours, and every retry says when it was triggered."""
    store = road.opens("shopify")
    removes(road, store)
    road.clock.advance(hours=48)
    with store.holding() as pending:
        says = stores.webhook_url(road.machine, road.rows(Store)[0])
        store.subscribe("shop/redact", says)
        store.asks_shop_erasure()
        told = [one for one in pending if one.topic == "shop/redact"]
        pending.clear()
    road.clock.advance(minutes=30)
    comes_back(road, store)
    removes(road, store)
    road.clock.advance(minutes=30)
    store.deliver(*told)
    road.settles()
    assert state(road) == ["disconnected"]
    assert wishes(road) == [("erase_store", "open")] * 2
