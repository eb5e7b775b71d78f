"""An abandoned checkout is asked about, answered, and comes back; on both platforms."""

import pytest

from connector.attribution.models import Credit
from connector.commerce.models import Checkout
from connector.coupons.models import Coupon, LedgerEntry
from connector.detection.models import Case
from connector.journeys.models import Answer, Enrollment
from connector.messages.models import Message
from tests.fakes import HEBREW_MUG, MUG
from tests.road import Road

ANN = "ann@example.com"
TEN_PERCENT = {"kind": "percent", "percent": 10, "valid_days": 7, "cooldown_days": 180}


@pytest.mark.parametrize("platform", ["shopify", "woocommerce"])
def test_a_shopper_who_finds_the_price_high_gets_a_coupon_and_buys(
    any_road: Road, platform: str
) -> None:
    road = any_road
    store = road.opens(platform, benefit=TEN_PERCENT)
    store.leaves_checkout(ANN, (MUG, 2), name="Ann Ash")
    road.runs_for(minutes=59)
    assert road.mailbox.subjects(ANN) == []
    road.runs_for(minutes=2)
    assert len(road.mailbox.to(ANN)) == 1

    assert road.answers(ANN, "price").status_code == 200
    assert len(road.mailbox.to(ANN)) == 2
    (coupon,) = road.rows(Coupon)
    assert coupon.state == "made"
    assert list(store.coupons) == [coupon.code]
    assert coupon.store_code in road.mailbox.to(ANN)[-1].text

    cart = road.mailbox.link(ANN, "c")
    gone = road.browser.get(cart, allow_redirects=False, timeout=10)
    assert gone.status_code == 302
    assert gone.headers["Location"].startswith(store.base_url)
    assert coupon.store_code in gone.headers["Location"]

    road.clock.advance(minutes=5)
    store.buys(ANN, coupon=coupon.store_code)
    road.runs_for(days=20)
    assert len(road.mailbox.to(ANN)) == 2
    (credit,) = road.rows(Credit)
    assert (credit.grade, credit.arm) == ("strong", "treated")
    assert credit.evidence == {
        "same_checkout": True, "coupon": True, "clicked": True, "answered": True, "messaged": True,
    }  # fmt: skip
    (case,) = road.rows(Case)
    assert (case.state, case.closed_because) == ("closed", "bought")
    assert [one.state for one in road.rows(Checkout)] == ["completed"]
    assert [one.state for one in road.rows(Coupon)] == ["used"]


def test_an_hour_later_her_cart_is_there_without_signing_in_or_proving_an_address(
    road: Road,
) -> None:
    store = road.opens("woocommerce")
    store.leaves_checkout(ANN, (MUG, 2))
    store.registers("ben@example.com")
    store.leaves_checkout("ben@example.com", (MUG, 1))
    road.runs_for(hours=2)
    for address, line in ((ANN, "Blue mug × 2"), ("ben@example.com", "Blue mug × 1")):
        assert line in road.browser.get(road.mailbox.link(address, "c"), timeout=10).text


@pytest.mark.parametrize("platform", ["shopify", "woocommerce"])
def test_a_shopper_who_is_not_ready_is_reminded_on_her_day_and_not_before(
    road: Road, platform: str
) -> None:
    store = road.opens(platform)
    store.leaves_checkout(ANN, (MUG, 1))
    road.runs_for(hours=2)
    day = (road.clock.now()).date().isoformat()
    refused = road.answers(ANN, "not_now", remind_on=day)
    assert refused.status_code == 422
    assert road.rows(Answer) == []

    assert road.answers(ANN, "not_now", remind_on="2026-12-10").status_code == 200
    assert len(road.mailbox.to(ANN)) == 2
    road.runs_until(road.clock.now().replace(month=12, day=9, hour=21))
    assert len(road.mailbox.to(ANN)) == 2
    road.runs_for(hours=16)
    assert len(road.mailbox.to(ANN)) == 3
    assert road.rows(Coupon) == []


def test_a_shopper_who_needs_help_is_thanked_and_the_merchant_told_at_once(road: Road) -> None:
    store = road.opens("woocommerce")
    store.leaves_checkout(ANN, (HEBREW_MUG, 2), name="נועה כהן", phone="0501234567")
    road.runs_for(hours=2)
    road.answers(ANN, "help", text="מתי יגיע המשלוח?")
    assert len(road.mailbox.to(ANN)) == 2
    (alert,) = road.mailbox.to("merchant@example.com")
    assert "מתי יגיע המשלוח?" in alert.text
    assert ANN in alert.text
    assert [one.words for one in road.rows(Answer)] == ["מתי יגיע המשלוח?"]


def test_whoever_is_held_out_gets_no_mail_and_is_reported_beside(road: Road) -> None:
    store = road.opens("shopify", holdout_percent=50)
    people = [f"shopper{n}@example.com" for n in range(20)]
    for one in people:
        store.leaves_checkout(one, (MUG, 1))
    road.runs_for(hours=2)
    asked = {one for one in people if road.mailbox.to(one)}
    runs = road.rows(Enrollment)
    assert len(runs) == 20
    assert len(asked) == sum(1 for run in runs if run.arm == "treated")
    assert 2 <= len(asked) <= 18
    held_out = next(one for one in people if one not in asked)
    store.buys(held_out)
    road.settles()
    (credit,) = road.rows(Credit)
    assert (credit.arm, credit.grade) == ("holdout", "none")


def test_a_second_benefit_is_not_given_within_the_cooldown(road: Road) -> None:
    store = road.opens("woocommerce", benefit=TEN_PERCENT, case_cooldown_days=0)
    store.leaves_checkout("a.nn@gmail.com", (MUG, 1))
    road.runs_for(hours=2)
    road.answers("a.nn@gmail.com", "price")
    store.buys("a.nn@gmail.com")
    road.runs_for(days=10)
    store.leaves_checkout("ann+again@gmail.com", (MUG, 1))
    road.runs_for(hours=2)
    road.answers("ann+again@gmail.com", "price")
    assert len(road.rows(Coupon)) == 1
    assert len(road.rows(LedgerEntry)) == 1
    assert store.coupon_calls == 1
    assert [
        reason for one in road.rows(Message) for reason in one.reasons
    ] == ["without a benefit: had a benefit less than 180 days ago"]  # fmt: skip


@pytest.mark.parametrize("platform", ["shopify", "woocommerce"])
def test_a_coupon_is_good_at_once_in_a_store_whose_clock_is_behind(
    road: Road, platform: str
) -> None:
    store = road.opens(platform, benefit=TEN_PERCENT)
    road.runs_for(hours=1)
    store.clock_is_off(-10)
    store.leaves_checkout(ANN, (MUG, 2))
    road.runs_for(hours=2)
    road.answers(ANN, "price")
    (coupon,) = road.rows(Coupon)
    store.buys(ANN, coupon=coupon.store_code)
    road.settles()
    assert [one.grade for one in road.rows(Credit)] == ["strong"]
