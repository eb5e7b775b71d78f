"""A practice store for each test, and WooCommerce to speak to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from adapters.platforms.woocommerce import WooCommerce
from tests.adapters.platforms.woocommerce.practice import PracticeStore, practising


@pytest.fixture
def store() -> Iterator[PracticeStore]:
    with practising() as practice:
        yield practice


@pytest.fixture
def woocommerce(store: PracticeStore) -> WooCommerce:
    return store.platform()
