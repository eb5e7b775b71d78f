"""After an outage late work is judged again: what came too late stays, with its reason."""

from __future__ import annotations

import pytest

from connector.commerce.models import Checkout
from connector.detection.models import Case
from connector.journeys import actions as journeys
from connector.messages.models import Message
from jobs import detection
from tests.fakes import MUG
from tests.road import Road

ANN, BEN = "ann@example.com", "ben@example.com"
TOO_LATE = ["too late: it would be worthless now"]
BOTH = pytest.mark.parametrize("platform", ["shopify", "woocommerce"])


@BOTH
def test_a_cart_that_was_left_before_a_three_day_outage_is_passed_over(
    any_road: Road, platform: str
) -> None:
    road = any_road
    store = road.opens(platform)
    store.leaves_checkout(ANN, MUG)
    road.clock.advance(days=3)
    store.leaves_checkout(BEN, MUG)
    road.runs_for(hours=2)
    assert road.mailbox.to(ANN) == []
    assert len(road.mailbox.to(BEN)) == 1
    assert [one.passed_over for one in road.rows(Checkout)] == [
        "too long ago when we came to look", "",
    ]  # fmt: skip
    assert len(road.rows(Case)) == 1


def test_a_cart_left_just_before_a_short_outage_is_still_asked_about(road: Road) -> None:
    store = road.opens("shopify")
    store.leaves_checkout(ANN, MUG)
    road.clock.advance(hours=40)
    road.settles()
    assert len(road.mailbox.to(ANN)) == 1


def test_a_question_whose_outage_began_between_the_case_and_the_journey_is_not_sent(
    road: Road,
) -> None:
    store = road.opens("shopify")
    store.leaves_checkout(ANN, MUG)
    road.settles()
    road.clock.advance(minutes=60)
    assert detection.work(road.machine, 0, road.clock.now()) == 1
    road.clock.advance(days=3)
    road.runs_for(hours=4)
    assert road.mailbox.to(ANN) == []
    assert [(one.state, one.reasons) for one in road.rows(Message)] == [("not_sent", TOO_LATE)]


def test_a_question_that_waited_through_an_outage_is_not_sent(road: Road) -> None:
    store = road.opens("shopify")
    store.leaves_checkout(ANN, MUG)
    road.settles()
    road.clock.advance(minutes=60)
    detection.work(road.machine, 0, road.clock.now())
    with road.machine.database.transaction() as session:
        journeys.advance(session, road.clock.now())
    assert [one.state for one in road.rows(Message)] == ["queued"]
    road.clock.advance(days=3)
    road.settles()
    assert road.mailbox.to(ANN) == []
    assert [(one.state, one.reasons) for one in road.rows(Message)] == [("not_sent", TOO_LATE)]


def test_a_reminder_whose_day_passed_during_an_outage_is_not_sent(road: Road) -> None:
    store = road.opens("shopify")
    store.leaves_checkout(ANN, MUG)
    road.runs_for(hours=2)
    road.answers(ANN, "not_now", remind_on="2026-11-26")
    assert len(road.mailbox.to(ANN)) == 2
    road.clock.advance(days=8)
    road.settles()
    assert len(road.mailbox.to(ANN)) == 2
    last = road.rows(Message)[-1]
    assert (last.template, last.state, last.reasons) == ("reminder", "not_sent", TOO_LATE)


def test_a_message_waits_for_the_end_of_the_quiet_hours_and_is_judged_again_then(
    road: Road,
) -> None:
    store = road.opens("shopify", quiet_from="11:30", quiet_until="20:00")
    store.leaves_checkout(ANN, MUG)
    store.leaves_checkout(BEN, MUG)
    road.runs_for(hours=2)
    # It is 13:00 in the store's Jerusalem; 20:00 there is 18:00 UTC.
    assert road.mailbox.to(ANN) == road.mailbox.to(BEN) == []
    assert {one.state for one in road.rows(Message)} == {"queued"}
    store.buys(BEN)
    road.runs_until(road.clock.now().replace(hour=18, minute=0))
    assert len(road.mailbox.to(ANN)) == 1
    assert road.mailbox.to(BEN) == []
    assert sorted((one.state, *one.reasons) for one in road.rows(Message)) == [
        ("not_sent", "already bought"), ("sent",),
    ]  # fmt: skip
