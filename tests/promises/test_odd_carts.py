"""Carts, clocks and people as they really come: none is lost, none stops the others."""

from __future__ import annotations

from datetime import timedelta

import pytest
from marshmallow import ValidationError

from connector.commerce.models import Checkout, CheckoutLine
from connector.detection.models import Case
from connector.inbox.models import Delivery
from connector.messages.models import Message
from connector.stores import policy
from tests.fakes import ARABIC_BOOK, EMOJI_CARD, HEBREW_MUG, MUG, SHIRT
from tests.road import Road

ANN, BEN = "ann@example.com", "ben@example.com"
BOTH = pytest.mark.parametrize("platform", ["shopify", "woocommerce"])


def all_applied(road: Road) -> bool:
    return {one.state for one in road.rows(Delivery)} <= {"applied", "set_aside"}


@BOTH
def test_a_cart_of_three_weeks_ago_is_not_written_about_on_the_first_day(
    road: Road, platform: str
) -> None:
    store = road.opens(platform)
    store.leaves_checkout(ANN, MUG, ago=timedelta(weeks=3))
    road.runs_for(days=3)
    assert road.mailbox.to(ANN) == []
    assert road.rows(Case) == []
    assert [one.passed_over for one in road.rows(Checkout)] == [
        "left before Askback was switched on"
    ]


@BOTH
def test_a_cart_that_was_old_and_is_touched_today_is_asked_about(road: Road, platform: str) -> None:
    store = road.opens(platform)
    store.leaves_checkout(ANN, MUG, ago=timedelta(weeks=3))
    store.changes_cart(ANN, (MUG, 2))
    road.runs_for(hours=2)
    assert len(road.mailbox.to(ANN)) == 1


def test_silence_is_never_shorter_than_two_minutes() -> None:
    assert policy.load({"silence_minutes": 2}).silence_minutes == 2
    with pytest.raises(ValidationError, match="up to two minutes"):
        policy.load({"silence_minutes": 1})


@BOTH
def test_at_the_shortest_silence_nobody_is_asked_before_two_minutes(
    road: Road, platform: str
) -> None:
    store = road.opens(platform, silence_minutes=2)
    store.leaves_checkout(ANN, MUG)
    road.runs_for(seconds=119)
    assert road.mailbox.to(ANN) == []
    road.runs_for(seconds=2)
    assert len(road.mailbox.to(ANN)) == 1


@BOTH
def test_a_stores_clock_that_is_ten_minutes_fast_delays_nothing(road: Road, platform: str) -> None:
    store = road.opens(platform)
    store.clock_is_off(minutes=10)
    store.leaves_checkout(ANN, MUG)
    road.runs_for(minutes=59)
    assert road.mailbox.to(ANN) == []
    road.runs_for(minutes=2)
    assert len(road.mailbox.to(ANN)) == 1


@BOTH
def test_a_stores_clock_that_is_ten_minutes_slow_loses_nobody(road: Road, platform: str) -> None:
    store = road.opens(platform)
    road.clock.advance(minutes=30)
    store.clock_is_off(minutes=-10)
    store.leaves_checkout(ANN, MUG)
    road.runs_for(minutes=48)
    assert road.mailbox.to(ANN) == []
    road.runs_for(minutes=13)
    assert len(road.mailbox.to(ANN)) == 1
    store.buys(ANN)
    road.runs_for(days=20)
    assert [one.state for one in road.rows(Checkout)] == ["completed"]
    assert len(road.mailbox.to(ANN)) == 1


@BOTH
def test_an_address_that_was_changed_midway_gets_nothing_any_more(
    road: Road, platform: str
) -> None:
    store = road.opens(platform)
    store.leaves_checkout("typo@example.com", MUG)
    road.runs_for(minutes=30)
    store.changes_email("typo@example.com", ANN)
    road.runs_for(hours=3)
    assert road.mailbox.to("typo@example.com") == []
    assert len(road.mailbox.to(ANN)) == 1


@BOTH
def test_an_address_that_was_changed_after_the_question_gets_no_second_letter(
    road: Road, platform: str
) -> None:
    store = road.opens(platform)
    store.leaves_checkout("typo@example.com", MUG)
    road.runs_for(hours=2)
    store.changes_email("typo@example.com", ANN)
    road.settles()
    road.answers("typo@example.com", "price")
    road.runs_for(hours=3)
    assert len(road.mailbox.to("typo@example.com")) == 1
    assert len(road.mailbox.to(ANN)) == 1
    reasons = [one.reasons for one in road.rows(Message) if one.state == "not_sent"]
    assert reasons == [["the address of the checkout was changed"]]


@BOTH
def test_a_guest_without_an_address_is_kept_and_nobody_is_written_to(
    road: Road, platform: str
) -> None:
    store = road.opens(platform)
    store.leaves_checkout(ANN, MUG, stage="opened")
    road.runs_for(days=2)
    assert [one.passed_over for one in road.rows(Checkout)] == [
        "nobody to write to: no address, no telephone"
    ]
    assert road.rows(Message) == []


@BOTH
def test_a_cart_of_three_hundred_lines_and_one_of_quantity_nought_are_read(
    any_road: Road, platform: str
) -> None:
    road = any_road
    store = road.opens(platform)
    store.leaves_checkout(ANN, *[(MUG, number % 3 + 1) for number in range(300)])
    store.leaves_checkout(BEN, (MUG, 0), SHIRT["M"])
    road.runs_for(hours=2)
    lines = road.rows(CheckoutLine)
    assert len(lines) == 302
    assert sum(line.quantity for line in lines) == 601
    assert len(road.mailbox.to(ANN)) == len(road.mailbox.to(BEN)) == 1
    assert all_applied(road)


@BOTH
def test_yen_have_no_decimals(road: Road, platform: str) -> None:
    store = road.opens(platform)
    store.memory.till = type(store.memory.till)("JPY")
    store.leaves_checkout(ANN, (MUG, 2))
    road.runs_for(hours=2)
    (checkout,) = road.rows(Checkout)
    (line,) = road.rows(CheckoutLine)
    assert (checkout.currency, line.currency, line.total_minor) == ("JPY", "JPY", 48)
    assert "¥48" in road.mailbox.to(ANN)[0].text


@BOTH
def test_names_in_any_script_arrive_whole(road: Road, platform: str) -> None:
    store = road.opens(platform)
    store.leaves_checkout(ANN, HEBREW_MUG, ARABIC_BOOK, EMOJI_CARD, name="נועה כהן 🎂", note="שלום")
    road.runs_for(hours=2)
    text = road.mailbox.to(ANN)[0].text
    assert [one.title in text for one in (HEBREW_MUG, ARABIC_BOOK, EMOJI_CARD)] == [True] * 3
    assert [one.note for one in road.rows(Checkout)] == ["שלום"]


@BOTH
def test_a_variant_that_was_deleted_meanwhile_does_not_stop_the_letter_or_the_way_back(
    road: Road, platform: str
) -> None:
    store = road.opens(platform)
    store.leaves_checkout(ANN, SHIRT["L"])
    store.deletes_product(store.memory.shelf.products[SHIRT.id])
    road.runs_for(hours=2)
    assert len(road.mailbox.to(ANN)) == 1
    gone = road.browser.get(road.mailbox.link(ANN, "c"), allow_redirects=False, timeout=10)
    assert gone.status_code == 302
    assert gone.headers["Location"].startswith(store.base_url)
    assert all_applied(road)
