"""The practice stores keep the contract that `tests/live` holds against real ones."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from adapters.http import Http
from adapters.platforms.woocommerce import WooCommerce
from connector.ports.platform import Access
from tests.fakes import PracticeStore
from tests.store_contract.about_coupons import *  # noqa: F403 # the contract, unchanged
from tests.store_contract.about_reading import *  # noqa: F403 # the contract, unchanged
from tests.store_contract.about_the_store import *  # noqa: F403 # the contract, unchanged
from tests.store_contract.about_webhooks import *  # noqa: F403 # the contract, unchanged
from tests.store_contract.about_writing import *  # noqa: F403 # the contract, unchanged
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


@pytest.fixture(params=["woocommerce"])
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    """One whose `hand` has to leave it as it was."""
    http = Http(allow_private=True)
    with PracticeStore.open(request.param) as store:
        before = everything(store)
        access = Access(base_url=store.base_url, credentials=store.credentials)
        hand = WooCommerceHand(access)
        yield Shop(
            WooCommerce(http),
            hand,
            now=store.clock.now,
            waits=lambda seconds: store.clock.advance(seconds=seconds),
        )
        hand.cleans_up()
        assert everything(store) == before
