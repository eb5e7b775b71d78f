"""What the merchant finds in her own store after an order came back through us."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from connector.coupons.models import Coupon
from connector.coupons.rules import person_key
from connector.journeys import rules
from connector.stores.models import Store, StoreState
from connector.writeback.models import StoreWrite
from tests.fakes import MUG, PracticeStore, faults
from tests.fakes.ledger import Order
from tests.road import Road

ANN = "ann@example.com"
PLATFORMS = pytest.mark.parametrize("platform", ["shopify", "woocommerce"])
TEN_PERCENT = {"kind": "percent", "percent": 10, "valid_days": 7, "cooldown_days": 180}
WORDS = "cheaper at <b>my sister's</b>"


def comes_back(road: Road, platform: str, **decided: Any) -> tuple[PracticeStore, Order]:
    """Ann is asked, says that the price is high, and buys."""
    store = road.opens(platform, **decided)
    store.leaves_checkout(ANN, (MUG, 2))
    road.runs_for(minutes=61)
    road.answers(ANN, "price", text=WORDS)
    road.clock.advance(minutes=5)
    return store, store.buys(ANN)


def noted(order: Order) -> str:
    """What the merchant reads beside the order, on either platform."""
    return "\n".join([order.checkout.note, *(note.text for note in order.notes)])


def writes(road: Road, kind: str) -> list[StoreWrite]:
    return road.rows(StoreWrite, kind=kind)


@PLATFORMS
def test_an_order_that_came_back_says_what_was_asked_and_answered(
    any_road: Road, platform: str
) -> None:
    road = any_road
    store, order = comes_back(road, platform)
    road.settles()
    assert "The price is high" in noted(order)
    assert "‹b›my sister's‹/b›" in noted(order)
    if platform == "shopify":
        assert order.tags == ["askback", "askback:price"]
        assert store.memory.accounts[ANN].tags == ["askback", "askback:price"]
    else:
        assert order.meta["_askback_reason"] == "price"
        assert [note.for_customer for note in order.notes] == [False]
    assert {one.state for one in road.rows(StoreWrite)} == {"done"}


def test_a_shoppers_own_note_stays_above_ours(road: Road) -> None:
    store = road.opens("shopify")
    store.leaves_checkout(ANN, (MUG, 2), note="Please ring twice")
    road.runs_for(minutes=61)
    road.answers(ANN, "price")
    road.clock.advance(minutes=5)
    order = store.buys(ANN)
    road.settles()
    assert order.checkout.note.startswith("Please ring twice\n\nAskback asked")


@PLATFORMS
def test_nothing_is_written_where_the_merchant_switched_it_off(road: Road, platform: str) -> None:
    _, order = comes_back(road, platform, write_tags=False, write_notes=False)
    road.settles()
    assert (noted(order), order.tags, order.meta) == ("", [], {})
    assert road.rows(StoreWrite) == []


@PLATFORMS
def test_what_is_switched_off_before_it_was_written_stays_here(road: Road, platform: str) -> None:
    store = road.opens(platform)
    store.leaves_checkout(ANN, (MUG, 2))
    road.runs_for(minutes=61)
    road.answers(ANN, "price")
    store.faults.next("orders", *[faults.ServerError(503)] * 12)
    road.clock.advance(minutes=5)
    order = store.buys(ANN)
    road.settles()
    road.decides(store, write_tags=False, write_notes=False)
    road.runs_for(hours=2)
    assert (noted(order), order.tags, order.meta) == ("", [], {})
    assert {one.state for one in road.rows(StoreWrite)} == {"dropped"}


@PLATFORMS
def test_an_order_of_the_holdout_bears_no_trace_of_us(road: Road, platform: str) -> None:
    store = road.opens(platform, holdout_percent=50)
    everybody = [f"shopper{number}@example.com" for number in range(100)]
    key = road.store_of(store).key
    silent = [one for one in everybody if rules.in_holdout(key, person_key(one), percent=50)][:2]
    for one in silent:
        store.leaves_checkout(one, (MUG, 1))
    road.runs_for(minutes=61)
    assert [road.mailbox.to(one) for one in silent] == [[], []]
    orders = [store.buys(one) for one in silent]
    road.settles()
    assert [(noted(one), one.tags, one.meta) for one in orders] == [("", [], {})] * len(orders)


def test_a_note_that_the_customer_sees_is_sent_once_and_only_if_the_merchant_wants_it(
    road: Road,
) -> None:
    store = road.opens("woocommerce", customer_notes=True)
    store.leaves_checkout(ANN, (MUG, 2), locale="en")
    road.runs_for(minutes=61)
    road.answers(ANN, "price")
    road.clock.advance(minutes=5)
    store.faults.next("orders", *[faults.TimeOutAfterDoing()] * 2)
    order = store.buys(ANN)
    road.runs_for(hours=1)
    assert sorted(note.for_customer for note in order.notes) == [False, True]


def test_no_note_is_sent_about_an_order_that_the_merchant_threw_away(road: Road) -> None:
    store = road.opens("woocommerce", customer_notes=True)
    store.leaves_checkout(ANN, (MUG, 2), locale="en")
    road.runs_for(minutes=61)
    road.answers(ANN, "price")
    road.clock.advance(minutes=5)
    order = store.buys(ANN)
    with store.lock:
        order.plugin_status = "trash"  # we have not heard of it yet
    road.settles()
    assert [note.for_customer for note in order.notes] == [False]
    (told,) = writes(road, "customer_note")
    assert (told.state, told.error) == ("dropped", "the order is in the store's trash")


def test_who_bought_without_a_word_is_not_thanked_for_her_words(road: Road) -> None:
    store = road.opens("woocommerce", customer_notes=True)
    store.leaves_checkout(ANN, (MUG, 2))
    road.runs_for(minutes=61)
    road.clock.advance(minutes=5)
    assert road.browser.get(road.mailbox.link(ANN, "c"), timeout=10).ok
    order = store.buys(ANN)
    road.runs_for(hours=1)
    assert [note.for_customer for note in order.notes] == [False]


def test_the_merchant_reads_that_shopify_shows_its_customers_no_notes(road: Road) -> None:
    _, order = comes_back(road, "shopify", customer_notes=True)
    road.settles()
    assert order.notes == []
    (told,) = writes(road, "customer_note")
    assert (told.state, told.error) == ("dropped", "this platform shows its customers no notes")


@PLATFORMS
def test_an_answer_lost_on_the_way_makes_no_second_note(road: Road, platform: str) -> None:
    store = road.opens(platform)
    store.leaves_checkout(ANN, (MUG, 2))
    road.runs_for(minutes=61)
    road.answers(ANN, "price")
    road.clock.advance(minutes=5)
    store.faults.next("orders", faults.TimeOutAfterDoing())
    order = store.buys(ANN)
    road.settles()
    assert "waiting" in {one.state for one in road.rows(StoreWrite)}
    road.runs_for(hours=1)
    assert noted(order).count("Askback asked") == 1
    assert {one.state for one in road.rows(StoreWrite)} == {"done"}


@PLATFORMS
def test_a_worker_that_dies_after_writing_leaves_one_note(
    road: Road, platform: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, order = comes_back(road, platform)
    spoken = road.machine.platforms[platform]
    writes_it = spoken.note_order

    def dies_afterwards(*told: Any) -> None:
        writes_it(*told)
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(spoken, "note_order", dies_afterwards)
        with pytest.raises(SystemExit):
            road.settles()
    assert [one.state for one in writes(road, "order_note")] == ["writing"]
    road.runs_for(minutes=6)
    assert noted(order).count("Askback asked") == 1
    assert {one.state for one in road.rows(StoreWrite)} == {"done"}


@PLATFORMS
def test_an_order_told_again_is_noted_once(road: Road, platform: str) -> None:
    store, order = comes_back(road, platform)
    road.settles()
    store.resends(3)
    road.settles()
    assert noted(order).count("Askback asked") == 1


@PLATFORMS
def test_writes_wait_while_the_store_is_lost_and_are_made_when_it_is_back(
    road: Road, platform: str
) -> None:
    store = road.opens(platform, syncs=True)
    store.leaves_checkout(ANN, (MUG, 2))
    road.runs_for(minutes=61)
    road.answers(ANN, "price")
    road.clock.advance(minutes=5)
    store.has_access = False
    order = store.buys(ANN)
    road.runs_for(hours=1)
    assert [one.state for one in road.rows(Store)] == ["access_lost"]
    assert {one.state for one in road.rows(StoreWrite)} == {"waiting"}
    assert {one.tries for one in road.rows(StoreWrite)} == {0}
    store.has_access = True
    road.runs_for(minutes=20)
    assert noted(order).count("Askback asked") == 1


def test_a_store_that_is_not_connected_is_left_alone(road: Road) -> None:
    store = road.opens("woocommerce")
    store.leaves_checkout(ANN, (MUG, 2))
    road.runs_for(minutes=61)
    road.answers(ANN, "price")
    with road.machine.database.transaction() as session:
        session.get_one(Store, road.store_of(store).id).state = StoreState.ACCESS_LOST
    road.clock.advance(minutes=5)
    before = len(store.requests)
    store.buys(ANN)
    road.runs_for(hours=2)
    assert len(store.requests) == before
    with road.machine.database.transaction() as session:
        session.get_one(Store, road.store_of(store).id).state = StoreState.CONNECTED
    road.settles()
    assert {one.state for one in road.rows(StoreWrite)} == {"done"}


def away(road: Road, store: PracticeStore, state: StoreState) -> None:
    with road.machine.database.transaction() as session:
        session.get_one(Store, road.store_of(store).id).state = state


@PLATFORMS
def test_a_store_that_comes_back_after_months_gets_no_notes_of_then_but_her_no(
    road: Road, platform: str
) -> None:
    store = road.opens(platform)
    store.registers(ANN, accepts_marketing=True)
    store.leaves_checkout(ANN, (MUG, 2))
    road.runs_for(minutes=61)
    road.answers(ANN, "price")
    road.clock.advance(minutes=5)
    away(road, store, StoreState.ACCESS_LOST)
    order = store.buys(ANN)
    road.browser.post(road.mailbox.link(ANN, "u"), timeout=10)
    road.runs_for(days=60)
    before = len(store.requests)
    away(road, store, StoreState.CONNECTED)
    road.runs_for(hours=1)
    assert (noted(order), order.tags) == ("", [])
    assert "_askback_reason" not in order.meta
    told = {one.kind: (one.state, one.error) for one in road.rows(StoreWrite)}
    too_old = ("dropped", "too old when the store could be reached again")
    assert told == {"order_note": too_old, "order_tags": too_old, "consent": ("done", "")}
    acts = [one.about.resource for one in store.requests[before:] if one.about.writes]
    assert acts == ["customers"]


@PLATFORMS
def test_a_refusal_is_kept_with_the_stores_reason_and_not_repeated(
    road: Road, platform: str
) -> None:
    store, order = comes_back(road, platform)
    with store.lock:
        store.memory.orders.pop(order.id)
        store.memory.checkouts.pop(order.id)
    road.settles()
    (note,) = writes(road, "order_note")
    assert note.state == "refused"
    assert note.error
    before = len(store.requests)
    road.runs_for(days=1)
    assert len(store.requests) == before


@PLATFORMS
def test_an_unused_coupon_leaves_the_store_a_day_after_its_end(road: Road, platform: str) -> None:
    store = road.opens(platform, benefit=TEN_PERCENT)
    store.leaves_checkout(ANN, (MUG, 2))
    road.runs_for(minutes=61)
    road.answers(ANN, "price")
    (coupon,) = road.rows(Coupon)
    road.runs_until(coupon.ends_at + timedelta(hours=23))
    assert list(store.coupons) == [coupon.code]
    store.faults.next("coupons", faults.TimeOutAfterDoing())
    road.runs_for(hours=2)
    road.runs_for(hours=2)
    assert store.coupons == {}
    (end,) = writes(road, "coupon_end")
    assert (end.state, end.outcome) == ("done", "removed")


@PLATFORMS
def test_a_coupon_whose_order_was_missed_is_known_as_used_and_stays(
    road: Road, platform: str
) -> None:
    store = road.opens(platform, benefit=TEN_PERCENT)
    store.leaves_checkout(ANN, (MUG, 2))
    road.runs_for(minutes=61)
    road.answers(ANN, "price")
    (coupon,) = road.rows(Coupon)
    road.clock.advance(minutes=5)
    with store.holding() as pending:
        store.buys(ANN, coupon=coupon.store_code)
        pending.clear()
    road.runs_for(days=9)
    assert list(store.coupons) == [coupon.code]
    (known,) = road.rows(Coupon)
    assert (known.state, known.order_id) == ("used", None)
    # Nobody knows when; but not in the day after its end that we waited before we asked.
    assert known.used_at == coupon.ends_at
