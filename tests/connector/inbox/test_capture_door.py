"""The companion's door: signed, small and fresh snapshots get in, and nothing else."""

from __future__ import annotations

import json

import pytest
import requests

from connector.commerce.models import Checkout
from connector.inbox.door import LARGEST_CAPTURE
from connector.inbox.models import Delivery
from tests.companion import Companion, sealed
from tests.fakes import MUG, PracticeStore
from tests.road import APP_SECRET, Road

ANN = "ann@example.com"


@pytest.fixture
def companion(road: Road) -> Companion:
    return Companion(road, road.opens("woocommerce"))


def test_a_snapshot_is_written_once_however_often_it_comes(
    road: Road, companion: Companion
) -> None:
    snapshot = companion.snapshot(ANN, MUG)
    for _ in range(2):
        answer = companion.posts(snapshot)
        assert (answer.status_code, answer.json()) == (200, {"status": "written"})
    (kept,) = road.rows(Delivery)
    assert (kept.topic, kept.state) == ("cart.captured", "received")


def test_what_is_not_rightly_signed_is_refused_and_not_kept(
    road: Road, companion: Companion
) -> None:
    snapshot = companion.snapshot(ANN, MUG)
    body = json.dumps(snapshot).encode()
    right = sealed(body, companion.secret)
    for headers in (
        {},
        {"X-Askback-Signature": ""},
        {"X-Askback-Signature": "not base64"},
        {"X-WC-Webhook-Signature": right["X-Askback-Signature"]},
        sealed(body + b" ", companion.secret),
        sealed(body, APP_SECRET),
        sealed(body, ""),
    ):
        answer = requests.post(companion.door, data=body, headers=headers, timeout=10)
        assert (answer.status_code, list(answer.json())) == (401, ["error"]), headers
    other = companion.door.rpartition("/")[0]
    for key in ("nobody", "a%00b", "x/y"):
        answer = requests.post(f"{other}/{key}", data=body, headers=right, timeout=10)
        assert answer.status_code == 404
    assert requests.get(companion.door, timeout=10).status_code == 405
    assert road.rows(Delivery) == []


def test_a_snapshot_of_one_store_is_none_of_anothers(road: Road, companion: Companion) -> None:
    with PracticeStore.open("woocommerce", clock=road.clock) as stranger:
        answer = companion.posts(companion.snapshot(ANN, MUG), secret=stranger.consumer_secret)
    assert (answer.status_code, road.rows(Delivery)) == (401, [])


def test_what_says_nothing_of_a_cart_now_is_refused_in_words(
    road: Road, companion: Companion
) -> None:
    whole = companion.snapshot(ANN, MUG)
    hour = 3600
    for wrong in (
        None,
        [],
        {},
        "cart.captured",
        {**whole, "event": "order.created"},
        {**whole, "event": 7},
        {**whole, "at": whole["at"] - hour - 1},
        {**whole, "at": whole["at"] + hour + 1},
        {**whole, "at": str(whole["at"])},
        {**whole, "at": 10**30},
        {**whole, "at": True},
    ):
        answer = companion.posts(wrong)
        assert (answer.status_code, list(answer.json())) == (422, ["error"]), wrong
    assert road.rows(Delivery) == []


def test_a_store_whose_clock_is_off_by_minutes_is_heard(road: Road, companion: Companion) -> None:
    now = int(road.clock.now().timestamp())
    for minutes in (-30, 30):
        moment = now + minutes * 60
        assert companion.posts(companion.snapshot(ANN, MUG, at=moment)).status_code == 200
    road.settles()
    assert [one.email_key for one in road.rows(Checkout)] == [ANN]


def test_more_than_a_cart_can_be_is_refused_before_it_is_read(
    road: Road, companion: Companion
) -> None:
    answer = companion.posts(companion.snapshot(ANN, MUG, locale="x" * LARGEST_CAPTURE))
    assert (answer.status_code, answer.json()) == (413, {"error": "larger than 64 KiB"})
    assert road.rows(Delivery) == []


def test_a_snapshot_with_something_wrong_in_it_is_parked_and_stops_nobody(
    road: Road, companion: Companion
) -> None:
    for wrong in (
        {"cart": "../../etc"},
        {"currency": "shekel"},
        {"total": "NaN"},
        {"lines": [{"product_id": "<script>"}]},
        {"lines": 7},
        {"coupons": "SAVE"},
    ):
        assert companion.posts(companion.snapshot(ANN, MUG, **wrong)).status_code == 200
    companion.captures(ANN, MUG)
    road.settles()
    assert [one.state for one in road.rows(Delivery)] == ["parked"] * 6 + ["applied"]
    assert len(road.rows(Checkout)) == 1


def test_half_an_address_is_no_address_and_no_reason_to_lose_the_cart(
    road: Road, companion: Companion
) -> None:
    for typed in ("ann@", "ann@example", None, 7, "a b@example.com", "x" * 400 + "@example.com"):
        assert companion.posts(companion.snapshot(typed, MUG)).status_code == 200  # type: ignore[arg-type] # a stranger's
    road.settles()
    assert [one.customer_id for one in road.rows(Checkout)] == [None]
