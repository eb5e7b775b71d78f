"""A guest of WooCommerce's has no account: her word is written on her orders."""

from __future__ import annotations

import pytest

from connector.commerce.models import Checkout, Order
from connector.detection.models import Case
from connector.timeline.models import TimelineEvent
from connector.writeback.models import StoreWrite
from tests.fakes import MUG, PracticeStore, faults, ledger
from tests.merchant import Merchant
from tests.road import Road

ANN = "ann@example.com"
ON = "askback_marketing"


def asked(
    road: Road, *, orders: int = 1, phone: str = "", **decided: object
) -> tuple[PracticeStore, list[ledger.Order]]:
    """Ann, a guest who had bought before, left a checkout and was written to."""
    store = road.opens("woocommerce", **decided)
    bought = []
    for _ in range(orders):
        bought.append(store.buys(ANN, MUG))
        road.runs_for(hours=1)
    store.leaves_checkout(ANN, (MUG, 1), phone=phone)
    road.runs_for(minutes=61)
    return store, bought


def says(road: Road, **form: str) -> None:
    link = road.mailbox.link(ANN, "u", last=False)
    assert road.browser.post(link, data=form, timeout=10).status_code == 200
    road.settles()


def notes(order: ledger.Order) -> list[str]:
    return [one.text for one in order.notes if "askback" in one.text]


def test_a_guests_unsubscription_is_on_her_newest_order_once_and_the_merchant_reads_why(
    road: Road,
) -> None:
    store, (older, newest) = asked(road, orders=2)
    store.faults.next("orders", faults.TimeOutAfterDoing(), faults.ServerError(503))
    says(road)
    road.runs_for(hours=1)
    assert newest.meta == {ON: "no"}
    assert older.meta == {}
    (note,) = notes(newest)
    assert note.startswith("The customer of this order, a guest, wants no more marketing mail")
    assert not any(one.for_customer for one in newest.notes)
    assert [one.state for one in road.rows(StoreWrite)] == ["done"]


def test_our_own_word_told_back_is_no_news(road: Road) -> None:
    store, (order,) = asked(road)
    says(road)
    kept = (len(road.rows(Case)), len(road.rows(Checkout)), len(road.rows(TimelineEvent)))
    (before,) = road.rows(Order)
    told = len(store.deliveries)
    store.deliver()
    road.runs_for(hours=3)
    assert [one.topic for one in store.deliveries[told:]] == ["order.updated"]
    assert (len(road.rows(Case)), len(road.rows(Checkout)), len(road.rows(TimelineEvent))) == kept
    (after,) = road.rows(Order)
    assert (after.state, after.status, after.total_minor) == (
        before.state,
        before.status,
        before.total_minor,
    )
    assert [one.state for one in road.rows(StoreWrite)] == ["done"]
    assert order.meta == {ON: "no"}


def test_a_yes_said_here_later_corrects_every_order_that_bears_her_no(road: Road) -> None:
    store, (older,) = asked(road)
    says(road)
    newer = store.buys(ANN, MUG)
    road.runs_for(hours=1)
    says(road, subscribed="yes")
    assert older.meta == {ON: "yes"}
    assert newer.meta[ON] == "yes"
    assert len(notes(older)) == 1
    assert [one.partition(" [")[0] for one in notes(newer) if "guest" in one][-1:] == [
        "The customer of this order, a guest, wants marketing mail again."
    ]


@pytest.mark.parametrize("minutes", [0, -90], ids=["in time", "slow clock"])
def test_a_guest_who_said_no_and_buys_later_is_no_reader_of_letters_there_either(
    road: Road, minutes: int
) -> None:
    store, (older,) = asked(road)
    says(road)
    store.clock_is_off(minutes)
    newer = store.buys(ANN, MUG)
    other = store.buys("ben@example.com", MUG)
    road.runs_for(hours=1)
    assert newer.meta[ON] == "no"
    assert older.meta == {ON: "no"}
    assert ON not in other.meta
    told = len([one for one in store.requests if one.method == "PUT"])
    store.deliver()
    road.runs_for(hours=3)
    assert len([one for one in store.requests if one.method == "PUT"]) == told


def test_who_has_an_account_by_now_is_believed_there_and_on_the_order_too(road: Road) -> None:
    store, (order,) = asked(road)
    says(road)
    account = store.registers(ANN)
    road.runs_for(hours=1)
    says(road, subscribed="yes")
    assert account.meta[ON] == "yes"
    assert order.meta == {ON: "yes"}


def test_an_order_that_the_store_dropped_without_a_word_leaves_it_to_the_one_before(
    road: Road,
) -> None:
    store, (older, newest) = asked(road, orders=2)
    store.force_deletes(newest)
    says(road)
    assert older.meta == {ON: "no"}
    assert [one.state for one in road.rows(StoreWrite)] == ["done"]


def test_a_guest_who_bought_nothing_is_nowhere_in_the_store_and_the_merchant_reads_it(
    road: Road,
) -> None:
    store, _ = asked(road, orders=0)
    before = len(store.requests)
    says(road)
    assert len(store.requests) == before
    (word,) = road.rows(StoreWrite)
    assert word.state == "dropped"
    (left,) = road.rows(Checkout)
    merchant = Merchant(road)
    merchant.opens(f"/app/orders-in-progress/{left.id}")
    assert "nothing on which her word could be written" in merchant.reads()
    merchant.close()


def test_a_merchant_who_wants_no_notes_gets_the_entry_alone(road: Road) -> None:
    _, (order,) = asked(road, write_notes=False)
    says(road)
    assert order.meta == {ON: "no"}
    assert notes(order) == []


def test_a_no_to_text_messages_says_nothing_of_mail_and_the_merchant_reads_her_own_language(
    road: Road,
) -> None:
    _, (order,) = asked(road, default_locale="ru", phone="+972501234567")
    says(road, channel="sms", subscribed="no")
    assert order.meta == {f"{ON}_sms": "no"}
    (note,) = notes(order)
    assert note.startswith("Покупатель этого заказа, гость, не хочет больше текстовых сообщений")
