"""What a guest said holds for the customer that the store makes of her."""

from __future__ import annotations

from connector.commerce.models import Customer
from connector.writeback.models import StoreWrite
from tests.connector.writeback.test_consent_both_ways import ANN, PLATFORMS, asked, says, word_in
from tests.fakes import MUG
from tests.road import Road


@PLATFORMS
def test_a_guests_no_reaches_the_record_that_the_store_makes_of_her_later_once(
    any_road: Road, platform: str
) -> None:
    """The store takes her for somebody who wants its letters: she had ticked its box."""
    road = any_road
    store = asked(road, platform, registered=False)
    says(road)
    road.runs_for(minutes=5)
    store.registers(ANN, accepts_marketing=True)
    road.settles()
    assert word_in(store) is False
    before = len(store.requests)
    store.resends()
    store.leaves_checkout(ANN, (MUG, 2))
    road.settles()
    assert [bool(one.external_id) for one in road.rows(Customer)] == [True]
    assert len(store.requests) == before


@PLATFORMS
def test_a_guest_who_said_nothing_is_left_as_the_store_knows_her(road: Road, platform: str) -> None:
    store = asked(road, platform, registered=False)
    store.registers(ANN, accepts_marketing=True)
    road.settles()
    (ann,) = road.rows(Customer)
    assert ann.external_id
    assert road.rows(StoreWrite) == []
