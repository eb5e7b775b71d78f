"""A practice store of each platform, connected to a receiver that writes everything down."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fakes import PLATFORMS, PracticeStore
from tests.fakes_test.receiver import Receiver, receiving


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture(params=PLATFORMS)
def store(request: pytest.FixtureRequest, receiver: Receiver) -> Iterator[PracticeStore]:
    with PracticeStore.open(request.param) as store:
        store.connect(receiver.url)
        yield store
