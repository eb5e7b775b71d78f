"""Parked deliveries wait with their error, and are tried again by a button."""

from __future__ import annotations

from connector.inbox.models import Delivery, DeliveryState
from tests.fakes import MUG
from tests.merchant import Merchant
from tests.road import Road


def parks_all(road: Road) -> int:
    """As after a reader's bug; returns how many."""
    road.opens("woocommerce").leaves_checkout("ann@example.com", (MUG, 1))
    road.settles()
    with road.machine.database.transaction() as session:
        deliveries = session.query(Delivery).all()
        for one in deliveries:
            one.state, one.reason = DeliveryState.PARKED, "the reader failed: KeyError('id')"
    return len(deliveries)


def test_deliveries_are_listed_by_state_with_their_error(road: Road, merchant: Merchant) -> None:
    parked = parks_all(road)
    merchant.opens("/app/inbox?state=parked")
    assert f"parked {parked}" in merchant.reads()
    assert merchant.reads().count("the reader failed: KeyError('id')") == parked
    merchant.opens("/app/inbox?state=applied")
    assert "KeyError" not in merchant.reads()
    assert "Nothing here." in merchant.reads()
    assert merchant.opens("/app/inbox?state=lost").status_code == 404


def test_one_parked_delivery_is_tried_again(road: Road, merchant: Merchant) -> None:
    parked = parks_all(road)
    merchant.opens("/app/inbox")
    merchant.presses("/app/inbox/replay?store=1", {"delivery": "1"})
    assert "Given back to be applied: 1" in merchant.reads()
    road.settles()
    states = [one.state for one in road.rows(Delivery)]
    assert states == ["applied"] + ["parked"] * (parked - 1)
    assert merchant.presses("/app/inbox/replay?store=1", {"delivery": "1"}).status_code == 404


def test_all_parked_deliveries_are_tried_again(road: Road, merchant: Merchant) -> None:
    parked = parks_all(road)
    merchant.opens("/app/inbox")
    merchant.presses("/app/inbox/replay?store=1")
    assert f"Given back to be applied: {parked}" in merchant.reads()
    road.settles()
    assert {one.state for one in road.rows(Delivery)} == {"applied"}
