"""A machine with one connected store of each platform, on each database in turn."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connector import bootstrap, settings
from connector.inbox.intake import Arrival, Intake
from connector.machine import Machine
from connector.ports.platform import Access, StoreFacts
from connector.stores import actions as stores
from tests.fakes import Clock
from tests.road import environment

SHOP = "practice.myshopify.com"


@pytest.fixture
def machine(database_url: str, tmp_path: Path, clock: Clock) -> Iterator[Machine]:
    built = bootstrap.build(settings.read(environment(tmp_path, database_url)))
    facts = StoreFacts(
        name="Practice", currency="ILS", timezone="Asia/Jerusalem", locale="he", external_id="1"
    )
    access = Access(base_url="https://practice.example.com", credentials={}, shop=SHOP)
    with built.database.transaction() as session:
        account = stores.the_account(session, clock.now())
        stores.connect(
            session, built, account, clock.now(), platform="shopify", access=access, facts=facts
        )
    yield built
    built.database.close()


@pytest.fixture
def intake(machine: Machine) -> Iterator[Intake]:
    opened = Intake(machine.database)
    yield opened
    opened.close()


def arrival(clock: Clock, name: str, *, store_id: int = 1, body: bytes = b"{}") -> Arrival:
    return Arrival(
        store_id=store_id,
        topic="orders/create",
        dedupe_key=name,
        delivery_id=f"webhook-{name}",
        body=body,
        received_at=clock.now(),
    )
