"""Deliveries shuffled, doubled, dropped and sent again come to the same state."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests import databases
from tests.fakes import MUG, SHIRT, Clock, Delivery, PracticeStore
from tests.promises import desk, state
from tests.road import environment, served

ANN, BEN, CAM, DAN = "ann@example.com", "ben@example.com", "cam@example.com", "dan@example.com"
EVE, FAY, GIL = "eve@example.com", "fay@example.com", "gil@example.com"

TEN_PERCENT = {"kind": "percent", "percent": 10, "valid_days": 7, "cooldown_days": 180}


@dataclass(frozen=True, slots=True)
class Story:
    """What one store told, and how to begin again from before it was told."""

    platform: str
    clock: Clock
    deliveries: list[Delivery]
    begin: Callable[[], AbstractContextManager[desk.Desk]]

    def ends(self, told: list[Delivery], applied_after: int, batch: int) -> state.Facts:
        """The state after `told`, applied once in between and at the end."""
        with self.begin() as one:
            assert set(one.posts(told[:applied_after])) <= {200}
            one.applies(limit=batch)
            assert set(one.posts(told[applied_after:])) <= {200}
            one.applies(limit=batch)
            return state.of(one.machine.database)


def _happens(store: PracticeStore, clock: Clock, coupon: str) -> None:
    """Six shoppers, most of them within the same seconds: what a store tells on a busy day."""
    store.registers(BEN, name="Ben Birch", accepts_marketing=True)
    store.leaves_checkout(BEN, (SHIRT["M"], 1), name="Ben Birch", phone="+972501234567")
    store.leaves_checkout(DAN, MUG, SHIRT["L"], stage="contact")
    store.changes_cart(DAN, (MUG, 3))
    store.leaves_checkout(EVE, (MUG, 1), name="נועה כהן")
    store.changes_email(EVE, "eve.other@example.com")
    ann = store.buys(ANN, coupon=coupon)
    store.cancels(store.buys(CAM))
    ben = store.buys(BEN, payment="transfer")
    store.pays(ben)
    clock.advance(seconds=1)
    store.fulfills(ann)
    store.refunds(ann, "10.00", "a scratch")
    store.delivers(ann)
    fay = store.buys(FAY, (SHIRT["L"], 2), payment="transfer", name="Fay Fir")
    store.fails_payment(DAN)
    clock.advance(minutes=3)
    store.cancels(fay)
    gil = store.buys(GIL, MUG)
    store.refunds(gil)
    store.sets_stock(SHIRT["M"], 0)
    store.deletes_product(store.memory.shelf.products[SHIRT.id])
    store.buys(DAN)


@contextmanager
def _told(
    platform: str, url: str, home: Path, begin_again: Callable[[str], str]
) -> Iterator[Story]:
    clock = Clock()
    with served(environment(home, url), clock) as road:
        store = road.opens(platform, benefit=TEN_PERCENT)
        store.leaves_checkout(ANN, (MUG, 2), name="Ann Ash")
        store.leaves_checkout(CAM, SHIRT["M"], name="Cam Cedar")
        road.runs_for(hours=2)
        road.answers(ANN, "price")
        (coupon,) = store.coupons.values()
        with store.holding() as pending:
            store.deliver()
            road.settles()
            _happens(store, clock, coupon.code)
            deliveries = list(pending)
            pending.clear()

    def begin() -> AbstractContextManager[desk.Desk]:
        return desk.opened(home, begin_again(url), clock)

    yield Story(platform, clock, deliveries, begin)


@pytest.fixture(scope="module", params=["shopify", "woocommerce"])
def on_sqlite(
    request: pytest.FixtureRequest, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Story]:
    home = tmp_path_factory.mktemp("story")
    shutil.copy(sqlite_template, home / "told.db")

    def begin_again(url: str) -> str:
        fresh = home / f"{uuid.uuid4().hex}.db"
        shutil.copy(url.removeprefix("sqlite:///"), fresh)
        return f"sqlite:///{fresh}"

    with _told(request.param, f"sqlite:///{home / 'told.db'}", home, begin_again) as story:
        yield story


@pytest.fixture(scope="module", params=["shopify", "woocommerce"])
def on_postgres(
    request: pytest.FixtureRequest, postgres_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Story]:
    url = databases.clone(postgres_server, "template")

    def begin_again(told: str) -> str:
        name = told.removeprefix(postgres_server.partition("%s")[0]).partition("?")[0]
        return databases.clone(postgres_server, name)

    with _told(request.param, url, tmp_path_factory.mktemp("story"), begin_again) as story:
        yield story


@dataclass(frozen=True, slots=True)
class Mishaps:
    """What happened on the way: an order of arrival, copies, losses made good at the end."""

    arrival: list[int]
    copies: list[int]
    sent_again: list[int]
    applied_after: int
    batch: int

    def befall(self, deliveries: list[Delivery]) -> list[Delivery]:
        lost = set(self.sent_again)
        first = [deliveries[one] for one in self.arrival if one not in lost]
        for one in self.copies:
            first.insert(one * 7 % (len(first) + 1), deliveries[one])
        return [*first, *(deliveries[one] for one in self.sent_again)]


def _mishaps(count: int) -> st.SearchStrategy[Mishaps]:
    some = st.lists(st.integers(0, count - 1), max_size=6, unique=True)
    return st.builds(
        Mishaps,
        arrival=st.permutations(range(count)),
        copies=some,
        sent_again=some,
        applied_after=st.integers(0, count),
        batch=st.sampled_from([5, 200]),
    )


def _check(story: Story, examples: int) -> None:
    count = len(story.deliveries)
    expected = story.ends(story.deliveries, count, 200)
    # A story that tells nothing would pass every comparison.
    assert [one["state"] for one in expected["coupons"]] == ["used"]
    assert sorted(one["refunded_minor"] for one in expected["credits"]) == [1000, 9500]
    assert len(expected["orders"]) == 6
    assert {one["state"] for one in expected["checkouts"]} == {"completed", "open"}

    # An example takes a second: shrinking a failure would take minutes, its order is printed.
    @settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        phases=[Phase.generate],
    )
    @given(_mishaps(count))
    def any_order(mishaps: Mishaps) -> None:
        told = mishaps.befall(story.deliveries)
        assert story.ends(told, mishaps.applied_after, mishaps.batch) == expected

    any_order()


def test_whatever_befalls_the_deliveries_the_state_is_the_same(on_sqlite: Story) -> None:
    _check(on_sqlite, examples=5)


@pytest.mark.postgres
def test_whatever_befalls_the_deliveries_the_state_is_the_same_on_postgresql(
    on_postgres: Story,
) -> None:
    _check(on_postgres, examples=3)


def test_the_deliveries_told_backwards_come_to_the_same_state(on_sqlite: Story) -> None:
    count = len(on_sqlite.deliveries)
    forwards = on_sqlite.ends(on_sqlite.deliveries, count, 200)
    assert on_sqlite.ends(on_sqlite.deliveries[::-1], 0, 1) == forwards
