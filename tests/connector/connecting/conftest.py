"""A merchant at her browser, and a practice store that she owns."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.connector.connecting.clicks import Clicks
from tests.fakes import PracticeStore
from tests.merchant import Merchant
from tests.road import Road


@pytest.fixture
def practice(road: Road) -> Iterator[PracticeStore]:
    http = road.machine.platforms["woocommerce"].http  # type: ignore[attr-defined] # not in the port
    http.sleep = lambda _: None
    with PracticeStore.open("woocommerce", clock=road.clock) as store:
        store.takes_http_callbacks = True
        yield store


@pytest.fixture
def ann(road: Road) -> Iterator[Clicks]:
    """The merchant."""
    merchant = Merchant(road)
    yield Clicks(merchant)
    merchant.close()
