"""A delivery that makes its keeper fail is parked after its tries; the others are applied."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from adapters.http import Http
from adapters.platforms.woocommerce import WooCommerce
from connector import cli, clock, records
from connector.commerce.models import Order
from connector.inbox import actions
from connector.inbox.models import Delivery
from tests.fakes import MUG, Clock, PracticeStore
from tests.promises import desk
from tests.promises.desk import Desk
from tests.road import environment

SECRET = "practice-webhook-secret"


class Misreading(WooCommerce):
    """A platform whose next release has a bug: one order's lines count more than there is room."""

    poison = ""

    def read(self, topic: str, body: bytes) -> tuple[records.Record, ...]:
        return tuple(map(self._misread, super().read(topic, body)))

    def _misread(self, record: records.Record) -> records.Record:
        if isinstance(record, records.Order) and record.external_id == self.poison:
            return replace(record, lines=tuple(replace(x, quantity=10**30) for x in record.lines))
        return record


@pytest.fixture
def platform() -> Misreading:
    return Misreading(Http(allow_private=True))


@pytest.fixture
def store() -> Iterator[PracticeStore]:
    # The command line replays as of the real time.
    with PracticeStore.open("woocommerce", clock=Clock(clock.now())) as store:
        yield store


@pytest.fixture
def askback(
    database_url: str, tmp_path: Path, store: PracticeStore, platform: Misreading
) -> Iterator[Desk]:
    with desk.opened(
        tmp_path, database_url, store.clock, platforms={"woocommerce": platform}
    ) as one:
        yield one


def connected(store: PracticeStore, home: Path, url: str) -> str:
    """Connect the store through the command line; returns where its webhooks go."""
    added = CliRunner().invoke(
        cli.main,
        ["store", "add", "woocommerce", "--url", store.base_url, "--key", store.consumer_key,
         "--secret", store.consumer_secret, "--webhook-secret", SECRET],
        env=environment(home, url),
        catch_exceptions=False,
    )  # fmt: skip
    assert added.exit_code == 0, added.output
    return added.output.split()[-1]


def states(askback: Desk) -> list[tuple[str, int, bool]]:
    with askback.machine.database.reading() as session:
        rows = session.query(Delivery).order_by(Delivery.id).all()
    return [(one.state, one.tries, bool(one.reason)) for one in rows]


def orders(askback: Desk) -> list[str]:
    with askback.machine.database.reading() as session:
        return sorted(one.external_id for one in session.query(Order))


def test_poison_is_parked_after_its_tries_and_applied_by_a_replay_once_mended(
    askback: Desk,
    store: PracticeStore,
    platform: Misreading,
    database_url: str,
    tmp_path: Path,
) -> None:
    door = connected(store, tmp_path, database_url)
    with store.holding() as pending:
        store.connect(door, SECRET, topics=("order.created",))
        first, second, third = (store.buys(f"{name}@example.com", MUG) for name in "abc")
        platform.poison = str(second.id)
        assert askback.posts(pending) == [200, 200, 200]
        pending.clear()
    askback.applies()
    assert orders(askback) == [str(first.id), str(third.id)]
    assert states(askback) == [("applied", 1, False), ("received", 1, True), ("applied", 1, False)]

    for _ in range(actions.MOST_TRIES):
        store.clock.advance(hours=1)
        askback.applies()
    assert states(askback)[1] == ("parked", actions.MOST_TRIES, True)
    assert orders(askback) == [str(first.id), str(third.id)]

    platform.poison = ""
    replayed = CliRunner().invoke(
        cli.main, ["inbox", "replay", "--json"], env=environment(tmp_path, database_url),
        catch_exceptions=False,
    )  # fmt: skip
    assert replayed.output.split() == ["{", '"replayed":', "1", "}"]
    askback.applies()
    assert [one[0] for one in states(askback)] == ["applied"] * 3
    assert orders(askback) == sorted(str(one.id) for one in (first, second, third))
