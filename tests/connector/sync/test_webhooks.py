"""The store's webhook subscriptions are what they have to be, and stay it."""

from __future__ import annotations

from dataclasses import replace

from connector.commerce.models import Order
from connector.inbox.models import Delivery
from connector.stores import actions as stores
from connector.stores.models import Store
from connector.sync import webhooks
from connector.sync.models import WebhookCheck
from tests.fakes import MUG, PracticeStore, faults
from tests.merchant import Merchant
from tests.road import Road

ANN = "ann@example.com"
TOPICS = {
    f"{thing}.{event}"
    for thing in ("order", "product", "customer")
    for event in ("created", "updated", "deleted")
} | {"order.restored", "product.restored"}


def checked(road: Road) -> WebhookCheck:
    (found,) = road.rows(WebhookCheck)
    check: WebhookCheck = found
    return check


def unsubscribed(road: Road) -> PracticeStore:
    """A connected store that has not been told where to send anything."""
    store = road.opens("woocommerce", syncs=True)
    store.subscriptions.clear()
    return store


def test_missing_subscriptions_are_made_and_their_pings_answered(road: Road) -> None:
    store = unsubscribed(road)
    road.settles()
    assert {one.topic for one in store.subscriptions} == TOPICS
    pings = [one for one in store.deliveries if one.body.startswith(b"webhook_id=")]
    assert [one.status for one in pings] == [200] * len(TOPICS)
    assert set(checked(road).report["made"]) == TOPICS
    store.buys(ANN, MUG)
    assert {one.status for one in store.deliveries} == {200}
    assert {one.topic for one in road.rows(Delivery)} >= {"order.created", "order.updated"}


def test_looking_again_changes_nothing_more(road: Road) -> None:
    store = unsubscribed(road)
    road.settles()
    before = list(store.subscriptions)
    road.clock.advance(hours=1)
    road.settles()
    assert store.subscriptions == before
    report = checked(road).report
    assert set(report["right"]) == TOPICS
    assert (report["made"], report["removed"], report["revived"]) == ([], [], [])


def test_a_webhook_that_the_store_disabled_is_switched_on_again(road: Road) -> None:
    store = unsubscribed(road)
    road.settles()
    store.disables_webhooks("order.updated", "order.created")
    store.disables_webhooks("product.updated", status="paused")
    store.buys(ANN, MUG)
    assert road.rows(Delivery) == []
    road.clock.advance(hours=1)
    road.settles()
    assert {one.status for one in store.subscriptions} == {"active"}
    revived = {"order.updated", "order.created", "product.updated"}
    assert set(checked(road).report["revived"]) == revived
    assert len(road.rows(Order)) == 1
    store.buys("ben@example.com", MUG)
    assert len(road.rows(Delivery)) > 0


def test_copies_and_stale_ones_go_and_other_peoples_stay(road: Road) -> None:
    store = unsubscribed(road)
    road.settles()
    (ours,) = [one for one in store.subscriptions if one.topic == "order.updated"]
    path = ours.url.removeprefix(road.base_url)
    copy = store.subscribe("order.updated", ours.url)
    moved = store.subscribe("order.updated", f"https://old.example.com{path}")
    useless = store.subscribe("coupon.created", ours.url)
    others = store.subscribe("order.updated", "https://books.example.com/hook")
    road.clock.advance(hours=1)
    road.settles()
    left = store.subscriptions
    assert ours in left
    assert others in left
    assert not {copy.id, moved.id, useless.id} & {one.id for one in left}
    removed = ["coupon.created", "order.updated", "order.updated"]
    assert sorted(checked(road).report["removed"]) == removed


def test_a_new_secret_reaches_the_webhooks_that_are_ours(road: Road) -> None:
    store = unsubscribed(road)
    road.settles()
    with road.machine.database.transaction() as session:
        known = session.get_one(Store, road.store_of(store).id)
        known.webhook_secret = road.machine.vault.seal("another secret of this store")
    road.clock.advance(hours=1)
    road.settles()
    assert {one.secret for one in store.subscriptions} == {"another secret of this store"}
    assert len(store.subscriptions) == len(TOPICS)


def test_a_store_connected_without_a_secret_is_given_one(road: Road) -> None:
    store = unsubscribed(road)
    with road.machine.database.transaction() as session:
        known = session.get_one(Store, road.store_of(store).id)
        known.webhook_secret = road.machine.vault.seal("")
    road.settles()
    (secret,) = {one.secret for one in store.subscriptions}
    assert len(secret) >= 40
    store.buys(ANN, MUG)
    assert store.deliveries[-1].status == 200


def test_a_store_that_cannot_answer_is_asked_again_soon(road: Road) -> None:
    store = unsubscribed(road)
    store.faults.next("webhooks", faults.ServerError(503))
    road.settles()
    assert "503" in checked(road).error
    assert store.subscriptions == []
    road.clock.advance(minutes=2)
    road.settles()
    assert checked(road).error == ""
    assert {one.topic for one in store.subscriptions} == TOPICS


def addresses(store: PracticeStore) -> set[str]:
    return {one.url for one in store.subscriptions}


def without_webhooks(road: Road) -> PracticeStore:
    """A connected store of Shopify's whose subscriptions were looked at, and are gone since."""
    store = road.opens("shopify", syncs=True)
    webhooks.check(road.machine, 1, road.clock.now())
    store.subscriptions.clear()
    return store


def test_shopify_s_subscriptions_are_looked_at_every_hour(road: Road) -> None:
    store = without_webhooks(road)
    road.clock.advance(minutes=59)
    assert webhooks.check(road.machine, 1, road.clock.now()) == 0
    road.clock.advance(minutes=1)
    assert webhooks.check(road.machine, 1, road.clock.now()) == 1
    assert addresses(store) == {f"{road.base_url}/webhooks/shopify"}
    assert set(checked(road).report["made"]) == {one.topic for one in store.subscriptions}
    store.buys(ANN, MUG)
    assert {one.status for one in store.deliveries} == {200}


def test_shopify_s_subscriptions_are_looked_at_when_the_merchant_signs_in(road: Road) -> None:
    store = without_webhooks(road)
    Merchant(road).close()
    assert webhooks.check(road.machine, 1, road.clock.now()) == 1
    assert addresses(store) == {f"{road.base_url}/webhooks/shopify"}


def test_askback_moves_and_takes_its_webhooks_along_and_nobody_elses(road: Road) -> None:
    store = road.opens("shopify", syncs=True)
    webhooks.check(road.machine, 1, road.clock.now())
    theirs = store.subscribe("orders/create", "https://b.example.com/webhooks/shopify").url
    before = f"{road.base_url}/webhooks/shopify"
    assert addresses(store) == {before, theirs}
    settings = replace(road.machine.settings, public_url="http://ask.example.com")
    moved = replace(road.machine, settings=settings)
    road.clock.advance(hours=1)
    webhooks.check(moved, 1, road.clock.now())
    # Shopify takes no plain http: the old address is better than none.
    assert addresses(store) == {before, theirs}
    settings = replace(settings, public_url="https://ask.example.com")
    road.clock.advance(hours=1)
    webhooks.check(replace(moved, settings=settings), 1, road.clock.now())
    assert addresses(store) == {"https://ask.example.com/webhooks/shopify", theirs}


def test_a_store_that_is_let_go_is_left_without_subscriptions_of_ours(road: Road) -> None:
    store = unsubscribed(road)
    road.settles()
    strangers = store.subscribe("order.updated", "https://books.example.com/hook")
    merchant = Merchant(road)
    merchant.opens("/app/stores")
    store.faults.next("webhooks", faults.ServerError(503))
    merchant.presses("/app/stores/disconnect", {"store": "1"})
    road.settles()
    road.clock.advance(hours=1)
    road.settles()
    looks = [
        one for one in store.requests if one.path.endswith("/webhooks") and one.method == "GET"
    ]
    assert len(looks) < 5
    assert store.subscriptions == [strangers]
    assert road.rows(WebhookCheck) == []
    with road.machine.database.transaction() as session:
        session.get_one(Store, 1).state = "connected"
    road.settles()
    assert {one.topic for one in store.subscriptions} == TOPICS
    merchant.close()


def test_a_store_of_shopifys_that_is_let_go_is_left_without_subscriptions_of_ours(
    road: Road,
) -> None:
    store = road.opens("shopify", syncs=True)
    road.settles()
    strangers = store.subscribe("orders/create", "https://books.example.com/hook")
    assert addresses(store) == {f"{road.base_url}/webhooks/shopify", strangers.url}
    merchant = Merchant(road)
    merchant.opens("/app/stores")
    store.faults.next("webhooks", faults.ServerError(503))
    merchant.presses("/app/stores/disconnect", {"store": "1"})
    assert [one.state for one in road.rows(Store)] == ["disconnected"]
    road.settles()
    road.clock.advance(hours=1)
    road.settles()
    assert store.subscriptions == [strangers]
    assert road.rows(WebhookCheck) == []
    merchant.close()


def test_a_store_that_removed_the_app_is_asked_nothing_more(road: Road) -> None:
    store = road.opens("shopify", syncs=True)
    road.settles()
    store.uninstalls()
    road.settles()
    store.requests.clear()
    road.clock.advance(hours=2)
    road.settles()
    assert store.requests == []
    assert road.rows(WebhookCheck) == []


def test_a_store_that_never_answers_our_farewell_is_left_in_the_end(road: Road) -> None:
    store = unsubscribed(road)
    road.settles()
    road.machine.platforms["woocommerce"].http.sleep = lambda _: None  # type: ignore[attr-defined] # not in the port
    with road.machine.database.transaction() as session:
        stores.disconnect(session.get_one(Store, 1), because="closed for good")
        webhooks.look_again(session, 1, road.clock.now())
    store.faults.next("webhooks", *[faults.ServerError(503)] * 99)
    tries = 0
    while road.rows(WebhookCheck) and tries < 20:
        tries += webhooks.check(road.machine, 1, road.clock.now())
        road.clock.advance(hours=1)
    assert tries == webhooks.MOST_FAREWELLS


def test_a_sign_in_while_we_look_does_not_make_us_look_twice_at_once(road: Road) -> None:
    store = unsubscribed(road)
    looked = []

    class SheSignsInMeanwhile(faults.Fault):
        def answer(self, _: PracticeStore, __: object, proceed: faults.Proceed) -> object:
            with road.machine.database.transaction() as session:
                webhooks.look_again(session, 1, road.clock.now())
            looked.append(webhooks.check(road.machine, 1, road.clock.now()))
            return proceed()

    store.faults.next("webhooks", SheSignsInMeanwhile())
    assert webhooks.check(road.machine, 1, road.clock.now()) == 1
    assert looked == [0]
    assert sorted(one.topic for one in store.subscriptions) == sorted(TOPICS)
