"""A coupon is minted once, ends when it was promised to, and is ours."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.platforms.woocommerce import WooCommerce
from connector.errors import AccessLost, OutcomeUnknown, Permanent, Refused, Retryable
from connector.money import Money
from connector.ports.platform import CouponKind, CouponMade, CouponWish
from tests.adapters.loopback import HANGS_UP, Answer, Asked
from tests.adapters.platforms.woocommerce import recordings
from tests.adapters.platforms.woocommerce.practice import PracticeStore, recorded

recordings.needed()

TEN_PERCENT = CouponWish(
    code="RECOVER-X7K2",
    kind=CouponKind.PERCENT,
    percent=10,
    minimum=Money(5000, "ILS"),
    starts_at=datetime(2026, 11, 21, tzinfo=UTC),
    ends_at=datetime(2027, 6, 1, microsecond=7, tzinfo=UTC),
    description="for a shopper who came back",
)
OURS = [{"id": 1, "key": "_askback", "value": "RECOVER-X7K2"}]
MADE = recorded("coupon-create-percent", meta_data=OURS)
DUPLICATE = recorded("err-400-coupon-duplicate")
NOTHING = Answer.of([])


def listed(**changes: Any) -> Answer:
    """The answer to GET coupons?code=…: our coupon, or one that differs from it."""
    return Answer.of([{**recordings.pair("coupon-create-percent").json, **changes}])


def test_a_coupon_is_made_as_wished(store: PracticeStore, woocommerce: WooCommerce) -> None:
    store.answers("POST coupons", MADE)
    made = woocommerce.create_coupon(store.access, TEN_PERCENT)
    assert made == CouponMade(external_id="2368", code="recover-x7k2")
    assert store.calls == ["POST coupons"]
    assert store.loopback.asked[0].json == {
        "code": "RECOVER-X7K2",
        "discount_type": "percent",
        "amount": "10",
        "date_expires": "2027-06-01T00:00:00Z",
        "minimum_amount": "50.00",
        "usage_limit": 1,
        "usage_limit_per_user": 1,
        "individual_use": True,
        "description": "Askback for a shopper who came back",
        "meta_data": [{"key": "_askback", "value": "RECOVER-X7K2"}],
    }


@pytest.mark.parametrize(
    ("wish", "sent"),
    [
        (
            replace(TEN_PERCENT, kind=CouponKind.FIXED, amount=Money(2000, "ILS")),
            {"discount_type": "fixed_cart", "amount": "20.00"},
        ),
        (
            replace(TEN_PERCENT, kind=CouponKind.FREE_SHIPPING),
            {"discount_type": "fixed_cart", "amount": "0", "free_shipping": True},
        ),
    ],
)
def test_other_kinds_are_made_as_wished(
    store: PracticeStore, woocommerce: WooCommerce, wish: CouponWish, sent: dict[str, Any]
) -> None:
    store.answers("POST coupons", recorded("coupon-create-percent", **sent))
    woocommerce.create_coupon(store.access, wish)
    body = store.loopback.asked[0].json
    assert {name: body.get(name) for name in sent} == sent


def test_a_fixed_coupon_without_an_amount_is_never_asked_for(
    store: PracticeStore, woocommerce: WooCommerce
) -> None:
    with pytest.raises(Permanent):
        woocommerce.create_coupon(store.access, replace(TEN_PERCENT, kind=CouponKind.FIXED))
    assert store.calls == []


@pytest.mark.parametrize(
    ("stored", "what"),
    [
        ({"date_expires_gmt": None}, "its end"),
        ({"date_expires_gmt": "2027-05-31T00:00:00"}, "its end"),
        ({"amount": "0.00"}, "its worth"),
        ({"discount_type": "fixed_cart"}, "its kind"),
        ({"minimum_amount": "0.00"}, "its minimum"),
        ({"usage_limit": None}, "one use"),
        ({"free_shipping": True}, "free shipping"),
    ],
)
def test_a_coupon_that_the_store_made_otherwise_is_taken_back(
    store: PracticeStore, woocommerce: WooCommerce, stored: dict[str, Any], what: str
) -> None:
    store.answers("POST coupons", recorded("coupon-create-percent", **stored))
    store.answers("DELETE coupons/2368", recorded("coupon-trash"))
    with pytest.raises(Refused, match=f"another coupon than asked for: {what}$"):
        woocommerce.create_coupon(store.access, TEN_PERCENT)
    assert store.calls == ["POST coupons", "DELETE coupons/2368"]


def test_a_second_call_with_the_same_wish_finds_the_first_ones_coupon(
    store: PracticeStore, woocommerce: WooCommerce
) -> None:
    store.answers("POST coupons", MADE, DUPLICATE)
    store.answers("GET coupons", listed(meta_data=OURS))
    first = woocommerce.create_coupon(store.access, TEN_PERCENT)
    again = woocommerce.create_coupon(store.access, TEN_PERCENT)
    assert first == again
    assert store.calls == ["POST coupons", "POST coupons", "GET coupons"]
    assert store.query(2) == {"code": "RECOVER-X7K2"}


@pytest.mark.parametrize("broken_off", [HANGS_UP, Answer(502, b"<html>bad gateway")])
def test_a_coupon_made_before_the_line_broke_is_found(
    store: PracticeStore, woocommerce: WooCommerce, broken_off: Answer
) -> None:
    store.answers("POST coupons", broken_off)
    store.answers("GET coupons", listed(meta_data=OURS))
    made = woocommerce.create_coupon(store.access, TEN_PERCENT)
    assert made == CouponMade(external_id="2368", code="recover-x7k2")
    assert store.calls == ["POST coupons", "GET coupons"]


def test_a_php_notice_before_the_answer_does_not_hide_the_coupon(
    store: PracticeStore, woocommerce: WooCommerce
) -> None:
    store.answers("POST coupons", Answer(201, b"<br />\n<b>Deprecated</b>: x\n" + MADE.body))
    store.answers("GET coupons", listed(meta_data=OURS))
    assert woocommerce.create_coupon(store.access, TEN_PERCENT).external_id == "2368"


def test_a_coupon_made_while_we_stopped_waiting_is_found(store: PracticeStore) -> None:
    answered = threading.Event()
    store.answers("POST coupons", MADE)
    store.answers("GET coupons", listed(meta_data=OURS))

    def slow_to_post(asked: Asked) -> Answer:
        if asked.method == "POST":
            answered.wait(10)
        return store.reply(asked)

    store.loopback.reply = slow_to_post
    made = store.platform(read_seconds=0.2).create_coupon(store.access, TEN_PERCENT)
    answered.set()
    assert made == CouponMade(external_id="2368", code="recover-x7k2")
    assert store.calls == ["POST coupons", "GET coupons"]


def test_a_coupon_that_is_not_there_after_the_line_broke_may_still_come(
    store: PracticeStore, woocommerce: WooCommerce
) -> None:
    store.answers("POST coupons", HANGS_UP)
    store.answers("GET coupons", NOTHING)
    with pytest.raises(OutcomeUnknown):
        woocommerce.create_coupon(store.access, TEN_PERCENT)
    assert store.calls == ["POST coupons", "GET coupons"]


def test_when_nobody_can_look_the_outcome_stays_unknown(
    store: PracticeStore, woocommerce: WooCommerce
) -> None:
    store.answers("POST coupons", HANGS_UP)
    store.answers("GET coupons", Answer(503, b"", {"Retry-After": "900"}))
    with pytest.raises(OutcomeUnknown):
        woocommerce.create_coupon(store.access, TEN_PERCENT)


@pytest.mark.parametrize("busy", [Answer(429, b""), Answer(503, b"", {"Retry-After": "900"})])
def test_a_busy_store_made_nothing_and_may_be_asked_again(
    store: PracticeStore, woocommerce: WooCommerce, busy: Answer
) -> None:
    store.answers("POST coupons", busy)
    with pytest.raises(Retryable) as caught:
        woocommerce.create_coupon(store.access, TEN_PERCENT)
    assert not isinstance(caught.value, OutcomeUnknown)
    assert "GET coupons" not in store.calls


def test_a_merchants_own_coupon_of_the_same_code_is_not_ours(
    store: PracticeStore, woocommerce: WooCommerce
) -> None:
    store.answers("POST coupons", DUPLICATE)
    store.answers("GET coupons", recorded("coupons-list-by-code"))
    with pytest.raises(Refused, match="a coupon of its own") as caught:
        woocommerce.create_coupon(store.access, TEN_PERCENT)
    assert caught.value.code == "woocommerce_rest_coupon_code_already_exists"


def test_our_coupon_changed_by_the_merchant_is_not_promised(
    store: PracticeStore, woocommerce: WooCommerce
) -> None:
    store.answers("POST coupons", DUPLICATE)
    store.answers("GET coupons", listed(meta_data=OURS, date_expires_gmt=None))
    with pytest.raises(Refused, match="was changed in the store: its end"):
        woocommerce.create_coupon(store.access, TEN_PERCENT)


def test_a_refusal_carries_the_stores_code(store: PracticeStore, woocommerce: WooCommerce) -> None:
    store.answers("POST coupons", recorded("err-400-coupon-percent-150"))
    with pytest.raises(Refused, match="Invalid discount amount") as caught:
        woocommerce.create_coupon(store.access, TEN_PERCENT)
    assert caught.value.code == "coupon_invalid_amount"


def test_a_key_that_may_only_read_is_lost_access(
    store: PracticeStore, woocommerce: WooCommerce
) -> None:
    store.answers("POST coupons", recorded("err-401-read-only-key-writes"))
    with pytest.raises(AccessLost, match="does not have write permissions"):
        woocommerce.create_coupon(store.access, TEN_PERCENT)
