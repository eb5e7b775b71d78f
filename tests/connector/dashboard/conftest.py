"""A merchant who has signed in, on the whole road."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.merchant import Merchant
from tests.road import Road


@pytest.fixture
def merchant(road: Road) -> Iterator[Merchant]:
    browser = Merchant(road)
    yield browser
    browser.close()
