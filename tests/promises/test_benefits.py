"""A benefit is minted once, booked once, and taken back when it was not given."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import text

from connector.coupons.models import Coupon, LedgerEntry
from connector.messages import delivery
from connector.messages.models import Message
from jobs import journeys
from tests.fakes import MUG, faults
from tests.fakes.till import Till
from tests.promises.processes import in_time
from tests.road import Road

ANN = "ann@example.com"
TEN_PERCENT = {"kind": "percent", "percent": 10, "valid_days": 7, "cooldown_days": 180}
BOTH = pytest.mark.parametrize("platform", ["shopify", "woocommerce"])


@BOTH
def test_a_time_out_after_the_coupon_was_made_makes_no_second_one(
    any_road: Road, platform: str
) -> None:
    road = any_road
    store = road.opens(platform, benefit=TEN_PERCENT)
    store.leaves_checkout(ANN, MUG)
    road.runs_for(hours=2)
    store.faults.next("coupons", faults.TimeOutAfterDoing())
    road.answers(ANN, "price")
    road.runs_for(hours=2)
    assert store.faults.waiting == 0
    (coupon,) = road.rows(Coupon)
    assert list(store.coupons) == [coupon.code]
    assert (coupon.state, len(road.rows(LedgerEntry))) == ("made", 1)
    assert len(road.mailbox.to(ANN)) == 2
    assert coupon.store_code in road.mailbox.to(ANN)[1].text


@BOTH
def test_a_store_that_cannot_be_reached_for_a_while_gets_its_coupon_once(
    road: Road, platform: str
) -> None:
    store = road.opens(platform, benefit=TEN_PERCENT)
    store.leaves_checkout(ANN, MUG)
    road.runs_for(hours=2)
    store.faults.next("coupons", *[faults.ServerError(503)] * 6)
    road.answers(ANN, "price")
    assert len(road.mailbox.to(ANN)) == 1
    road.runs_for(hours=6)
    assert len(store.coupons) == len(road.rows(Coupon)) == len(road.rows(LedgerEntry)) == 1
    assert len(road.mailbox.to(ANN)) == 2


def test_a_coupon_that_the_store_refuses_lets_the_answer_go_without_and_is_not_booked(
    any_road: Road,
) -> None:
    road = any_road
    store = road.opens("woocommerce", benefit=TEN_PERCENT, case_cooldown_days=0)
    store.leaves_checkout(ANN, MUG)
    road.runs_for(hours=2)
    store.faults.next("coupons", _Forbidden(), _Forbidden())
    road.answers(ANN, "price")
    road.runs_for(hours=2)
    assert store.coupons == {}
    assert [one.state for one in road.rows(Coupon)] == ["refused"]
    assert road.rows(LedgerEntry) == []
    assert len(road.mailbox.to(ANN)) == 2
    (reason,) = road.rows(Message)[1].reasons
    assert reason.startswith("without a benefit: the store refused it (")


class _Forbidden(faults.Fault):
    """The store's own no, as WooCommerce words it for a coupon."""

    def answer(
        self, store: object, request: faults.Request, proceed: faults.Proceed
    ) -> faults.Response:
        body = '{"code":"woocommerce_rest_coupon_invalid","message":"No.","data":{"status":400}}'
        return faults.Response(body, 400, content_type="application/json; charset=UTF-8")


@contextmanager
def both_are_about_to_book(road: Road) -> Iterator[None]:
    """On PostgreSQL nobody books before two have come as far; SQLite has one writer anyway."""
    if road.machine.database.is_sqlite:
        yield
        return
    waiting = text(
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND database = "
        "(SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    with road.machine.database.transaction() as session:
        session.execute(text("LOCK TABLE coupons IN SHARE MODE"))
        yield
        assert in_time(lambda: session.scalar(waiting) == 2)


def test_two_spellings_of_one_mailbox_get_one_benefit_from_two_workers_at_once(
    any_road: Road,
) -> None:
    road = any_road
    store = road.opens("woocommerce", benefit=TEN_PERCENT)
    spellings = ("a.nn@gmail.com", "ann+shop@gmail.com")
    for one in spellings:
        store.leaves_checkout(one, MUG)
    road.runs_for(hours=2)
    for one in spellings:
        link = road.mailbox.link(one, "q").partition("?")[0]
        assert road.browser.post(link, data={"reason": "price"}, timeout=10).status_code == 200
    journeys.work(road.machine, 0, road.clock.now())
    waiting = [one.id for one in road.rows(Message) if one.state == "queued"]
    assert len(waiting) == 2
    start = threading.Barrier(2)

    def work(message_id: int) -> None:
        start.wait(10)
        delivery.deliver(road.machine, message_id, road.clock.now())

    workers = [threading.Thread(target=work, args=(one,)) for one in waiting]
    with both_are_about_to_book(road):
        for one in workers:
            one.start()
    for one in workers:
        one.join(30)
    assert len(road.rows(Coupon)) == len(road.rows(LedgerEntry)) == len(store.coupons) == 1
    assert sorted(len(road.mailbox.to(one)) for one in spellings) == [2, 2]
    assert sorted(one.reasons for one in road.rows(Message) if one.id in waiting) == [
        [], ["without a benefit: had a benefit less than 180 days ago"],
    ]  # fmt: skip


@BOTH
def test_no_unanswered_letter_holds_a_benefit(road: Road, platform: str) -> None:
    store = road.opens(platform, benefit=TEN_PERCENT)
    store.leaves_checkout(ANN, MUG)
    road.runs_for(days=20)
    assert len(road.mailbox.to(ANN)) == 1
    assert (store.coupons, road.rows(Coupon), store.coupon_calls) == ({}, [], 0)


@BOTH
def test_a_benefit_is_in_the_stores_money_though_she_looked_at_the_store_in_another(
    road: Road, platform: str
) -> None:
    store = road.opens(platform, benefit={"kind": "fixed", "amount": "20", "minimum": "100"})
    store.memory.till = Till("USD")
    store.leaves_checkout(ANN, (MUG, 5), locale="en")
    road.runs_for(hours=2)
    road.answers(ANN, "price")
    (made,) = store.coupons.values()
    letter = road.mailbox.to(ANN)[1].text
    assert (made.amount, made.minimum) == (20, 100)
    assert "₪20.00 off" in letter
    assert "₪100.00" in letter
    assert "$20" not in letter
    assert "$119.50" in letter
    (kept,) = road.rows(Coupon)
    assert (kept.amount_minor, kept.minimum_minor, kept.currency) == (2000, 10000, "ILS")
