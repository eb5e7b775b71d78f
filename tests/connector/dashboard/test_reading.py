"""The merchant sees how far her store has been read, what is wrong, and reads it again."""

from __future__ import annotations

import pytest

from connector.stores import actions as stores
from connector.stores.models import Store
from connector.sync import actions
from connector.sync.models import Cursor
from tests.fakes import MUG, PracticeStore
from tests.fakes.faults import ServerError
from tests.merchant import Merchant
from tests.road import Road

PATH = "/app/stores"


def with_orders(road: Road, count: int) -> PracticeStore:
    store = road.opens("woocommerce", syncs=True)
    with store.holding() as pending:
        for number in range(count):
            store.buys(f"buyer{number}@example.com", (MUG, 1))
        pending.clear()
    return store


def works(road: Road, pages: int) -> None:
    (store,) = road.rows(Store)
    for _ in range(pages):
        assert actions.work(road.machine, store.id, road.clock.now())


def test_the_first_look_is_shown_while_it_runs(road: Road, merchant: Merchant) -> None:
    with_orders(road, 130)
    works(road, 3)
    road.clock.advance(seconds=30)
    merchant.opens(PATH)
    said = merchant.reads()
    assert "Reading Practice Shop" in said
    assert "Products 6 read" in said
    assert "Orders 100 of 130 about 9 seconds left" in said
    assert "Open checkouts waits for its turn" in said
    assert 'id="living"' in merchant.page.text
    assert 'http-equiv="refresh"' in merchant.page.text
    road.settles()
    merchant.opens(PATH)
    said = merchant.reads()
    assert "Reading Practice Shop" not in said
    assert "Orders 130 read" in said
    assert 'http-equiv="refresh"' not in merchant.page.text


def test_how_far_back_orders_are_read_is_said_plainly(road: Road, merchant: Merchant) -> None:
    """Shopify keeps orders older than 60 days from apps: a merchant must not miss them in vain."""
    with_orders(road, 1)
    practice = road.opens("shopify", syncs=True)
    road.settles()
    merchant.opens(PATH)
    assert merchant.reads().count("Of orders the last 24 months are read.") == 2
    authorization = road.machine.platforms["shopify"].authorization
    assert authorization is not None
    grant = authorization.exchange(practice.app.session_token(), road.clock.now())
    with road.machine.database.transaction() as session:
        store = session.query(Store).filter_by(platform="shopify").one()
        store.credentials = stores.sealed(road.machine, grant.access)
    merchant.opens(PATH)
    said = merchant.reads()
    assert said.count("Of orders the last 24 months are read.") == 1
    assert "Of orders the last 60 days are read: the store shows us no older ones." in said


def test_a_store_that_was_just_connected_is_about_to_be_read(
    road: Road, merchant: Merchant
) -> None:
    with_orders(road, 1)
    merchant.opens(PATH)
    assert "Reading Practice Shop waits for its turn" in merchant.reads()
    assert 'http-equiv="refresh"' in merchant.page.text


def test_what_is_wrong_is_said_in_words(road: Road, merchant: Merchant) -> None:
    store = with_orders(road, 3)
    store.revokes_access()
    road.settles()
    merchant.opens(PATH)
    said = merchant.reads()
    assert "access lost" in said
    assert "paused until the store lets us in" in said
    assert "Next try:" in said


def test_a_store_that_is_away_is_said_to_be_away_once(road: Road, merchant: Merchant) -> None:
    store = with_orders(road, 1)
    road.settles()
    for kind in ("products", "customers", "orders"):
        store.faults.next(kind, *[ServerError(502)] * 3)
    road.clock.advance(minutes=6)
    road.settles()
    waiting = [one for one in road.rows(Cursor, purpose="standing") if one.error]
    assert len(waiting) > 1
    merchant.opens(PATH)
    assert merchant.reads().count(waiting[0].error) == 1


def test_disabled_webhooks_are_told_when_they_were_found(road: Road, merchant: Merchant) -> None:
    store = with_orders(road, 1)
    road.settles()
    store.disables_webhooks("order.updated")
    road.clock.advance(hours=1)
    road.settles()
    merchant.opens(PATH)
    said = merchant.reads()
    assert "11 in order, looked at" in said
    assert "they are on again: order.updated" in said


def test_a_sign_in_has_the_webhooks_looked_at(road: Road) -> None:
    store = with_orders(road, 1)
    road.settles()
    store.subscriptions.clear()
    Merchant(road).close()
    road.settles()
    assert len(store.subscriptions) == 11


@pytest.mark.parametrize(("what", "purpose"), [("changed", "standing"), ("all", "first")])
def test_a_button_reads_the_store_again(
    road: Road, merchant: Merchant, what: str, purpose: str
) -> None:
    with_orders(road, 2)
    road.settles()
    before = {one.id: one.started_at for one in road.rows(Cursor, purpose=purpose)}
    road.clock.advance(seconds=30)
    merchant.opens(PATH)
    for _ in range(2):
        merchant.presses("/app/stores/read", {"store": "1", "what": what})
    assert "Practice Shop is being read." in merchant.reads()
    road.settles()
    after = {one.id: one.started_at for one in road.rows(Cursor, purpose=purpose)}
    assert {after[one] for one in before} == {road.clock.now()}


@pytest.mark.parametrize("locale", ["he", "ar", "ru"])
def test_every_language_tells_it(road: Road, locale: str) -> None:
    with_orders(road, 130)
    works(road, 3)
    merchant = Merchant(road, locale=locale)
    assert merchant.opens(PATH).status_code == 200
    assert "130" in merchant.reads()
    merchant.close()
