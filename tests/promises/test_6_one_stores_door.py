"""One store's webhooks, secrets and people are out of reach of another's."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from connector.commerce.models import Checkout
from connector.inbox.models import Delivery
from connector.stores import actions as stores
from connector.stores.models import Store
from tests.fakes import MUG, PracticeStore
from tests.fakes.faults import wrong_signature
from tests.road import Road

ANN = "ann@example.com"


def second(road: Road) -> tuple[PracticeStore, Store]:
    """Another WooCommerce store of the same Askback, with a secret of its own."""
    practice = road.opens("woocommerce")
    practice.webhook_secret = "the second store's own secret"
    with road.machine.database.transaction() as session:
        store = session.get_one(Store, road.store_of(practice).id)
        store.webhook_secret = road.machine.vault.seal(practice.webhook_secret)
    practice.subscriptions.clear()
    practice.connect(stores.webhook_url(road.machine, store))
    return practice, store


def test_another_stores_secret_does_not_open_this_stores_door(road: Road) -> None:
    first = road.opens("woocommerce")
    other, _ = second(road)
    with first.holding():
        first.leaves_checkout(ANN, MUG)
        posted = first.deliver(tampered=first.signed_with(other.webhook_secret))
    assert {one.status for one in posted} == {401}
    assert road.rows(Delivery) == []


def test_a_delivery_at_another_stores_door_is_refused(road: Road) -> None:
    first = road.opens("woocommerce")
    _, other_row = second(road)
    there = stores.webhook_url(road.machine, other_row)
    with first.holding() as pending:
        first.leaves_checkout(ANN, MUG)
        moved = [replace(one, url=there) for one in pending]
        pending.clear()
    assert {first._post.post(one).status for one in moved} == {401}
    assert road.rows(Delivery) == []


def test_a_shops_own_secret_does_not_sign_for_another_shop(road: Road) -> None:
    """A custom app signs with its own secret; the shop's name in the header is not signed."""
    shop = road.opens("shopify")
    with road.machine.database.transaction() as session:
        own = session.get_one(Store, road.store_of(shop).id)
        session.add(
            Store(
                account_id=own.account_id, key="custom", platform="shopify",
                external_id="custom.myshopify.com", base_url="https://custom.myshopify.com",
                name="Custom", policy=own.policy, active_since=own.active_since,
                created_at=own.created_at, credentials=own.credentials,
                webhook_secret=road.machine.vault.seal("custom-app-secret"),
            )
        )  # fmt: skip
    with shop.holding():
        shop.leaves_checkout(ANN, MUG)
        posted = shop.deliver(tampered=shop.signed_with("custom-app-secret"))
        assert {one.status for one in posted} == {401}
    assert road.rows(Delivery) == []


def test_a_disconnected_store_is_unknown_at_the_door(road: Road) -> None:
    first = road.opens("woocommerce")
    with road.machine.database.transaction() as session:
        stores.disconnect(session.get_one(Store, road.store_of(first).id), because="by the host")
    first.leaves_checkout(ANN, MUG)
    assert {one.status for one in first.deliveries} == {404}
    assert road.rows(Delivery) == []


def test_the_same_person_in_two_stores_is_two_people_with_two_stories(road: Road) -> None:
    first = road.opens("woocommerce")
    other, other_row = second(road)
    first.leaves_checkout(ANN, MUG)
    other.leaves_checkout(ANN, (MUG, 2))
    first.buys(ANN)
    road.runs_for(hours=2)
    (mail,) = road.mailbox.to(ANN)
    assert [(one.store_id == other_row.id, one.state) for one in road.rows(Checkout)] == [
        (False, "completed"), (True, "abandoned"),
    ]  # fmt: skip
    road.browser.post(f"{road.mailbox.link(ANN, 'u')}/one-click", timeout=10)
    road.clock.advance(days=10)
    first.leaves_checkout(ANN, MUG)
    road.runs_for(hours=2)
    assert len(road.mailbox.to(ANN)) == 2
    cart = road.mailbox.link(ANN, "c")
    gone = road.browser.get(cart, allow_redirects=False, timeout=10).headers["Location"]
    assert urlsplit(gone).netloc == urlsplit(first.base_url).netloc
    assert mail.key != road.mailbox.to(ANN)[1].key


def test_a_forged_delivery_leaves_no_trace(road: Road) -> None:
    first = road.opens("shopify")
    with first.holding():
        first.leaves_checkout(ANN, MUG)
        posted = first.deliver(tampered=wrong_signature)
    assert {one.status for one in posted} == {401}
    assert road.rows(Delivery) == []
