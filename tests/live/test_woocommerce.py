"""A real WooCommerce store keeps the contract; WOO_URL, WOO_KEY and WOO_SECRET name it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from adapters.http import Http
from adapters.platforms.woocommerce import WooCommerce
from tests.live import variables
from tests.store_contract.about_coupons import *  # noqa: F403 # the contract, unchanged
from tests.store_contract.about_reading import *  # noqa: F403 # the contract, unchanged
from tests.store_contract.about_the_store import *  # noqa: F403 # the contract, unchanged
from tests.store_contract.about_the_way_back import *  # noqa: F403 # the contract, unchanged
from tests.store_contract.about_webhooks import *  # noqa: F403 # the contract, unchanged
from tests.store_contract.about_writing import *  # noqa: F403 # the contract, unchanged
from tests.store_contract.hand_woocommerce import WooCommerceHand
from tests.store_contract.shop import Shop

ACCESS = variables.woocommerce()


@pytest.fixture
def shop() -> Iterator[Shop]:
    http = Http(allow_private=variables.allow_private())
    hand = WooCommerceHand(ACCESS)
    yield Shop(WooCommerce(http), hand, now=lambda: datetime.now(UTC), waits=time.sleep)
    hand.cleans_up()
