"""A real Shopify store keeps the contract; SHOPIFY_SHOP and SHOPIFY_TOKEN name it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from adapters.http import Http
from adapters.platforms.shopify import Shopify
from tests.live import variables
from tests.store_contract.about_coupons import *  # noqa: F403 # the contract, unchanged
from tests.store_contract.about_reading import *  # noqa: F403 # the contract, unchanged
from tests.store_contract.about_the_store import *  # noqa: F403 # the contract, unchanged
from tests.store_contract.about_the_way_back import *  # noqa: F403 # the contract, unchanged
from tests.store_contract.about_webhooks import *  # noqa: F403 # the contract, unchanged
from tests.store_contract.about_writing import *  # noqa: F403 # the contract, unchanged
from tests.store_contract.hand_shopify import ShopifyHand
from tests.store_contract.shop import Shop

ACCESS = variables.shopify()


@pytest.fixture
def shop() -> Iterator[Shop]:
    origin = variables.admin_origin()
    http = Http(allow_private=variables.allow_private())
    hand = ShopifyHand(ACCESS, origin=origin)
    adapter = Shopify(http, admin_origin=origin)
    yield Shop(adapter, hand, now=lambda: datetime.now(UTC), waits=time.sleep)
    hand.cleans_up()
