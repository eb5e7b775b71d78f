"""A merchant gives new keys while the old ones are being refused: what is late undoes nothing."""

from __future__ import annotations

import pytest

from connector.commerce.models import Order
from connector.ports.platform import Access
from connector.stores import actions
from connector.stores.models import Store
from connector.sync import webhooks
from connector.sync.models import Cursor, WebhookCheck
from tests.connector.sync.patience import catches_up
from tests.fakes import MUG, PracticeStore, faults
from tests.road import Road

ANN = "ann@example.com"
LISTS = ("orders", "products", "customers", "checkouts", "bulk")
PLATFORMS = pytest.mark.parametrize("platform", ["shopify", "woocommerce"])


class Reconnects(faults.Fault):
    """The old keys are refused; her click is done before the refusal has arrived."""

    def __init__(self, road: Road) -> None:
        self.road = road
        self.done = False

    def answer(
        self, store: PracticeStore, request: object, proceed: faults.Proceed
    ) -> faults.Response:
        refused = proceed()
        if not self.done:
            self.done = True
            takes_new_keys(store)
            connects(self.road, store)
        return refused


def takes_new_keys(store: PracticeStore) -> None:
    store.has_access = True
    if store.platform == "shopify":
        store.access_token = "shpat_new"
    else:
        store.consumer_key, store.consumer_secret = f"ck_{'a' * 40}", f"cs_{'b' * 40}"
        store.keys = {store.consumer_key: store.consumer_secret}


def connects(road: Road, store: PracticeStore) -> None:
    """As the stores page does it."""
    shop = store.shop if store.platform == "shopify" else ""
    access = Access(base_url=store.base_url, credentials=store.credentials, shop=shop)
    facts = road.machine.platforms[store.platform].describe(access)
    with road.machine.database.transaction() as session:
        now = road.clock.now()
        kept = actions.connect(
            session, road.machine, actions.the_account(session, now), now,
            platform=store.platform, access=access, facts=facts,
        )  # fmt: skip
        webhooks.look_again(session, kept.id, now)


def state(road: Road) -> tuple[str, str]:
    (store,) = road.rows(Store)
    return store.state, store.state_reason


@PLATFORMS
def test_a_knock_with_the_old_keys_does_not_shut_the_new_ones_out(
    road: Road, platform: str
) -> None:
    store = road.opens(platform, syncs=True)
    store.revokes_access()
    with store.holding() as pending:
        store.buys(ANN, MUG)
        pending.clear()
    for _ in range(2):
        road.settles()
        road.clock.advance(hours=6)
    assert state(road)[0] == "access_lost"
    meanwhile = Reconnects(road)
    for what in LISTS:
        store.faults.next(what, meanwhile)
    road.settles()
    assert meanwhile.done
    assert state(road) == ("connected", "")
    road.clock.advance(minutes=1)
    catches_up(road.machine, road.clock)
    assert len(road.rows(Order)) == 1
    assert "paused" not in {one.state for one in road.rows(Cursor)}


@PLATFORMS
def test_a_refusal_that_comes_after_the_new_keys_is_followed_by_a_look_with_them(
    road: Road, platform: str
) -> None:
    """She renews the keys before we notice that the old ones are dead."""
    store = road.opens(platform, syncs=True)
    catches_up(road.machine, road.clock)
    store.revokes_access()
    meanwhile = Reconnects(road)
    store.faults.next("shop", meanwhile)
    road.clock.advance(minutes=6)
    catches_up(road.machine, road.clock)
    assert meanwhile.done
    assert state(road) == ("connected", "")
    assert {one.error for one in road.rows(Cursor)} == {""}


def test_webhooks_that_the_old_keys_could_not_see_are_looked_at_with_the_new(road: Road) -> None:
    store = road.opens("woocommerce")
    store.subscriptions.clear()
    store.revokes_access()
    with road.machine.database.transaction() as session:
        webhooks.look_again(session, 1, road.clock.now())
    store.faults.next("shop", Reconnects(road))
    road.settles()
    (check,) = road.rows(WebhookCheck)
    assert (check.error, state(road)) == ("", ("connected", ""))
    assert len(store.subscriptions) > 5
