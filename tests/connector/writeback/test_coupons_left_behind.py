"""No coupon stays in a store because nobody heard that it was made there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

import pytest
from werkzeug.wrappers import Request, Response

from connector.coupons.models import Coupon
from connector.messages.models import Message
from connector.writeback.models import StoreWrite
from tests.fakes import MUG, PracticeStore, faults
from tests.road import Road

ANN = "ann@example.com"
PLATFORMS = pytest.mark.parametrize("platform", ["shopify", "woocommerce"])
TEN_PERCENT = {"kind": "percent", "percent": 10, "valid_days": 7}


def left(road: Road, platform: str) -> PracticeStore:
    """Ann left a mug and was asked why."""
    store = road.opens(platform, benefit=TEN_PERCENT)
    store.leaves_checkout(ANN, MUG)
    road.runs_for(minutes=61)
    return store


def its_day(road: Road) -> None:
    """The coupon has ended, and a day has passed."""
    (coupon,) = road.rows(Coupon)
    road.runs_until(coupon.ends_at + timedelta(hours=25))


@dataclass(slots=True)
class Looks(faults.Fault):
    """While the store makes it: what is written down here? All that a kill now would leave."""

    road: Road
    kinds: list[str] = field(default_factory=list)

    def answer(self, _: PracticeStore, request: Request, proceed: faults.Proceed) -> Response:
        self.kinds += [one.kind for one in self.road.rows(StoreWrite)]
        return proceed()


def test_a_coupons_removal_is_written_down_before_the_store_is_asked_to_make_it(
    road: Road,
) -> None:
    store = left(road, "woocommerce")
    store.faults.next("coupons", looks := Looks(road))
    road.answers(ANN, "price")
    assert looks.kinds == ["coupon_end"]
    its_day(road)
    assert store.coupons == {}
    assert [(one.kind, one.state) for one in road.rows(StoreWrite)] == [("coupon_end", "done")]


@PLATFORMS
def test_a_coupon_whose_making_was_never_heard_of_is_taken_out_though_she_bought_without_it(
    road: Road, platform: str
) -> None:
    store = left(road, platform)
    store.faults.next("coupons", faults.TimeOutAfterDoing(), faults.RateLimited(3600))
    road.answers(ANN, "price")
    assert store.faults.waiting == 0
    assert len(store.coupons) == 1
    store.buys(ANN)
    its_day(road)
    assert [one.state for one in road.rows(Message)].count("sent") == 1
    assert [one.state for one in road.rows(Coupon)] == ["planned"]
    assert store.coupons == {}
    (end,) = road.rows(StoreWrite, kind="coupon_end")
    assert (end.state, end.outcome) == ("done", "removed")


@PLATFORMS
def test_a_coupon_that_was_never_made_leaves_nothing_to_do_and_nothing_of_others_is_touched(
    road: Road, platform: str
) -> None:
    store = left(road, platform)
    store.faults.next("coupons", faults.RateLimited(3600))
    road.answers(ANN, "price")
    store.buys(ANN)
    (planned,) = road.rows(Coupon)
    with store.lock:
        store.memory.makes_coupon(planned.code, kind="percent", amount=Decimal(5), usage_limit=None)
    its_day(road)
    assert list(store.coupons) == [planned.code]
    (end,) = road.rows(StoreWrite, kind="coupon_end")
    assert (end.state, end.error) == ("dropped", "the coupon was never made")
