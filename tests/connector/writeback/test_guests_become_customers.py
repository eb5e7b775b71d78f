"""What a guest said holds for the customer that the store makes of her."""

from __future__ import annotations

from connector.commerce.models import Customer
from connector.writeback.models import StoreWrite
from tests.connector.writeback.test_consent_both_ways import ANN, asked, word_in
from tests.fakes import MUG
from tests.road import Road


def test_a_guests_no_reaches_the_record_that_the_store_makes_of_her_later_once(
    any_road: Road,
) -> None:
    """The store takes her for somebody who wants its letters: she had ticked its box."""
    road = any_road
    stores = [road.opens("woocommerce"), road.opens("shopify")]
    for store in stores:
        store.leaves_checkout(ANN, (MUG, 1))
    road.runs_for(minutes=61)
    for last in (False, True):
        road.browser.post(road.mailbox.link(ANN, "u", last=last), timeout=10)
    road.settles()
    for store in stores:
        store.registers(ANN, accepts_marketing=True)
    road.settles()
    assert [word_in(store) for store in stores] == [False, False]
    before = [len(store.requests) for store in stores]
    for store in stores:
        store.resends()
        store.leaves_checkout(ANN, (MUG, 2))
    road.settles()
    assert [bool(one.external_id) for one in road.rows(Customer)] == [True, True]
    assert [len(store.requests) for store in stores] == before


def test_a_guest_who_said_nothing_is_left_as_the_store_knows_her(road: Road) -> None:
    store = asked(road, "woocommerce", registered=False)
    store.registers(ANN, accepts_marketing=True)
    road.settles()
    (ann,) = road.rows(Customer)
    assert ann.external_id
    assert road.rows(StoreWrite) == []
