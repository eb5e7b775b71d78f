"""The practice stores keep the contract that `tests/live` holds against real ones."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from adapters.http import Http
from adapters.platforms.shopify import Shopify
from adapters.platforms.woocommerce import WooCommerce
from connector.ports.platform import Access, Platform
from tests.fakes import PracticeStore
from tests.fakes.shopify import ids
from tests.store_contract.about_coupons import *  # noqa: F403 # the contract, unchanged
from tests.store_contract.about_reading import *  # noqa: F403 # the contract, unchanged
from tests.store_contract.about_the_store import *  # noqa: F403 # the contract, unchanged
from tests.store_contract.about_the_way_back import *  # noqa: F403 # the contract, unchanged
from tests.store_contract.about_webhooks import *  # noqa: F403 # the contract, unchanged
from tests.store_contract.about_writing import *  # noqa: F403 # the contract, unchanged
from tests.store_contract.hand import Goods, Hand
from tests.store_contract.hand_shopify import ShopifyHand
from tests.store_contract.hand_woocommerce import WooCommerceHand
from tests.store_contract.shop import Shop


def everything(store: PracticeStore) -> tuple[object, ...]:
    """All that a store holds, as far as a test could have left something there."""
    memory = store.memory
    things = (
        memory.orders,
        memory.checkouts,
        memory.accounts,
        memory.coupons,
        memory.shelf.products,
    )
    return (*(sorted(map(str, one)) for one in things), store.drafts, store.subscriptions)


def woocommerce(store: PracticeStore) -> tuple[Platform, Hand]:
    access = Access(base_url=store.base_url, credentials=store.credentials)
    return WooCommerce(Http(allow_private=True)), WooCommerceHand(access)


def shopify(store: PracticeStore) -> tuple[Platform, Hand]:
    access = Access(base_url=store.base_url, credentials=store.credentials, shop=store.shop)
    adapter = Shopify(Http(allow_private=True), admin_origin=store.base_url)
    hand = ShopifyHand(access, origin=store.base_url)

    def browser(email: str, goods: Goods) -> str:
        variant = store.memory.shelf.variant(ids.own_number(goods.sizes[0]) or 0)
        left = store.leaves_checkout(email, (variant, 2))
        hand.leftovers.append(lambda: store.deletes_checkout(left))
        return store.external_id(left)

    hand.browser = browser
    return adapter, hand


@pytest.fixture(params=[woocommerce, shopify], ids=lambda opens: opens.__name__)
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    """One whose `hand` has to leave it as it was."""
    with PracticeStore.open(request.param.__name__) as store:
        before = everything(store)
        platform, hand = request.param(store)
        yield Shop(
            platform,
            hand,
            now=store.clock.now,
            waits=lambda seconds: store.clock.advance(seconds=seconds),
        )
        hand.cleans_up()
        assert everything(store) == before
