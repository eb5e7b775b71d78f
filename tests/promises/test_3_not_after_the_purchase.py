"""Nobody who has bought is written to, however the purchase comes to be known."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from werkzeug.wrappers import Request, Response

from connector.coupons.models import Coupon, LedgerEntry
from connector.inbox import actions as inbox
from connector.messages.models import Message
from tests.fakes import MUG, PracticeStore, faults
from tests.road import Road

ANN = "ann@example.com"
BOTH = pytest.mark.parametrize("platform", ["shopify", "woocommerce"])
TEN_PERCENT = {"kind": "percent", "percent": 10, "valid_days": 7, "cooldown_days": 180}


@dataclass(frozen=True, slots=True)
class OrderMeanwhile(faults.Fault):
    """While the call is on its way, its shopper buys, the webhook arrives and is applied.

    The answer is what the store would have said a moment before the purchase.
    """

    road: Road
    buys: str

    def answer(self, store: PracticeStore, request: Request, proceed: faults.Proceed) -> Response:
        answered = proceed()
        store.buys(self.buys)
        _apply(self.road)
        return answered


def _apply(road: Road) -> None:
    """The inbox's worker comes by; the message's worker is the one that waits for the answer."""
    with road.machine.database.reading() as session:
        stores = inbox.stores_with_work(session, road.clock.now())
    for store_id in stores:
        inbox.apply(road.machine, store_id, road.clock.now())


def _reasons(road: Road) -> list[tuple[str, list[str]]]:
    return [(one.state, one.reasons) for one in road.rows(Message)]


@BOTH
def test_an_order_between_the_claim_and_the_send_stops_the_question(
    any_road: Road, platform: str
) -> None:
    road = any_road
    store = road.opens(platform)
    store.leaves_checkout(ANN, MUG)
    store.faults.next("orders", OrderMeanwhile(road, ANN))
    road.runs_for(hours=3)
    assert road.mailbox.to(ANN) == []
    assert store.faults.waiting == 0
    assert _reasons(road) == [("not_sent", ["already bought"])]


@BOTH
def test_an_order_while_its_coupon_is_being_made_stops_the_answer_and_frees_the_benefit(
    any_road: Road, platform: str
) -> None:
    road = any_road
    store = road.opens(platform, benefit=TEN_PERCENT)
    store.leaves_checkout(ANN, MUG)
    road.runs_for(hours=2)
    store.faults.next("coupons", OrderMeanwhile(road, ANN))
    road.answers(ANN, "price")
    road.runs_for(hours=3)
    assert len(road.mailbox.to(ANN)) == 1
    assert store.faults.waiting == 0
    assert _reasons(road)[1] == ("not_sent", ["already bought"])
    assert road.rows(LedgerEntry) == []


@BOTH
def test_a_purchase_that_only_the_store_knows_of_stops_the_question(
    road: Road, platform: str
) -> None:
    store = road.opens(platform)
    store.leaves_checkout(ANN, MUG)
    with store.holding() as pending:
        order = store.buys(ANN)
        pending.clear()
    road.runs_for(hours=3)
    assert road.mailbox.to(ANN) == []
    assert _reasons(road) == [
        ("not_sent", [f"already bought (the store's order {store.external_id(order)})"])
    ]


@BOTH
def test_an_order_that_waits_for_its_transfer_counts_as_bought(road: Road, platform: str) -> None:
    store = road.opens(platform)
    store.leaves_checkout(ANN, MUG)
    store.buys(ANN, payment="transfer")
    road.runs_for(days=3)
    assert road.mailbox.to(ANN) == []
    assert road.rows(Message) == []


@BOTH
def test_a_purchase_on_another_device_ends_the_case_of_the_same_address(
    road: Road, platform: str
) -> None:
    store = road.opens(platform)
    store.leaves_checkout(ANN, MUG)
    road.runs_for(hours=2)
    store.buys("Ann@Example.com", (MUG, 2))
    road.answers(ANN, "price")
    road.runs_for(days=20)
    assert len(road.mailbox.to(ANN)) == 1


@BOTH
def test_a_benefit_that_was_planned_is_free_again_when_she_buys_before_it_was_made(
    road: Road, platform: str
) -> None:
    store = road.opens(platform, benefit=TEN_PERCENT)
    store.leaves_checkout(ANN, MUG)
    road.runs_for(hours=2)
    store.faults.next("coupons", *[faults.ServerError(503)] * 8)
    road.answers(ANN, "price")
    assert [one.state for one in road.rows(Coupon)] == ["planned"]
    store.buys(ANN)
    road.settles()
    assert _reasons(road)[1][0] == "not_sent"
    assert road.rows(LedgerEntry) == []
