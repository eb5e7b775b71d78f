"""What no webhook tells: what the store dropped, and what it only hid from its lists."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from werkzeug.wrappers import Request, Response

from connector.commerce.models import Checkout, Customer, Order
from connector.sync.models import Cursor
from tests.companion import Companion
from tests.fakes import MUG, PracticeStore, faults
from tests.road import Road

ANN, BEN = "ann@example.com", "ben@example.com"


def opened(road: Road) -> PracticeStore:
    return road.opens("woocommerce", syncs=True)


def night(road: Road) -> None:
    road.clock.advance(hours=26)
    road.settles()


def gone(road: Road, model: type[Any]) -> dict[str, datetime | None]:
    return {one.external_id: one.deleted_at for one in road.rows(model) if one.external_id}


def test_an_account_that_was_deleted_untold_is_found_at_night(road: Road) -> None:
    store = opened(road)
    ann, ben = store.registers(ANN), store.registers(BEN)
    store.buys("guest@example.com", MUG)
    road.settles()
    store.force_deletes(ann)
    night(road)
    found = gone(road, Customer)
    assert found[str(ann.id)] is not None
    assert found[str(ben.id)] is None
    assert [one.deleted_at for one in road.rows(Customer, email_key="guest@example.com")] == [None]


def test_an_order_in_a_plugins_own_status_is_asked_for_before_it_is_believed_gone(
    road: Road,
) -> None:
    store = opened(road)
    packed, dropped = store.buys(ANN, MUG), store.buys(BEN, MUG)
    road.settles()
    with store.lock:
        packed.plugin_status = "wc-packed"
        store.memory.touch(packed)
    store.force_deletes(dropped)
    night(road)
    found = gone(road, Order)
    assert found[str(packed.id)] is None
    assert found[str(dropped.id)] is not None
    (known,) = road.rows(Order, external_id=str(packed.id))
    assert (known.status, known.state) == ("wc-packed", "placed")


def test_what_came_and_went_within_the_day_is_found_that_very_night(road: Road) -> None:
    """What the night's own last page tells of says how far the list reaches."""
    store = opened(road)
    road.settles()
    road.clock.advance(hours=12)
    dropped = store.buys(ANN, MUG)
    road.clock.advance(minutes=5)
    store.buys(BEN, MUG)
    road.settles()
    store.force_deletes(dropped)
    road.clock.advance(hours=6)
    road.settles()
    assert len(road.rows(Cursor, purpose="nightly", resource="orders")) == 1
    assert gone(road, Order)[str(dropped.id)] is not None


def plugins_404() -> Response:
    body = {"code": "rest_no_route", "message": "No route was found.", "data": {"status": 404}}
    return Response(json.dumps(body), 404, content_type="application/json")


@pytest.mark.parametrize("answers", [lambda: Response("", 503), plugins_404])
def test_a_store_that_cannot_be_asked_about_one_thing_loses_nothing_that_night(
    road: Road, answers: Callable[[], Response]
) -> None:
    store = opened(road)
    dropped = store.buys(ANN, MUG)
    road.settles()
    store.force_deletes(dropped)

    class WhenAskedByName(faults.Fault):
        def answer(self, _: PracticeStore, request: Request, proceed: faults.Proceed) -> Response:
            by_name = request.path.endswith(f"/{dropped.id}")
            return answers() if by_name else proceed()

    store.faults.next("orders", *[WhenAskedByName()] * 400)
    night(road)
    assert set(gone(road, Order).values()) == {None}
    store.faults = faults.Faults()
    night(road)
    assert gone(road, Order)[str(dropped.id)] is not None


def test_a_cart_that_the_companion_told_of_is_on_no_list_and_stays(road: Road) -> None:
    store = opened(road)
    companion = Companion(road, store)
    road.settles()
    road.clock.advance(hours=14)
    companion.captures(ANN, MUG)
    road.settles()
    road.clock.advance(hours=1)
    store.buys(BEN, MUG)
    night(road)
    (captured,) = [one for one in road.rows(Checkout) if one.external_id.startswith("cart:")]
    assert captured.deleted_at is None
    nights = road.rows(Cursor, purpose="nightly", resource="orders")
    assert [one.unreadable for one in nights] == [0]
