"""A store is asked as fast as its points allow, and never makes another one wait."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from adapters.http import Http
from adapters.platforms.shopify.feed_documents import QUERIES
from adapters.platforms.shopify.pace import MOST_STORES, Pace, Throttled
from connector.ports.feed import Resource
from connector.records import Order
from tests.adapters.platforms.shopify.practice import LONG_AGO, Asking, shopifys
from tests.fakes import MUG, PracticeStore, faults
from tests.fakes.shopify.bucket import Bucket

QUERY = "query { orders }"


def cost(asked: object = 600, left: object = 100, rate: object = 100) -> dict[str, object]:
    status = {"maximumAvailable": 2000, "currentlyAvailable": left, "restoreRate": rate}
    return {"requestedQueryCost": asked, "throttleStatus": status}


class Time:
    """Seconds that pass only by waiting; `naps` are the waits."""

    def __init__(self) -> None:
        self.seconds, self.naps = 0.0, list[float]()
        self.http = Http(sleep=self.nap, jitter=lambda: 0.0)
        self.pace = Pace(now=lambda: self.seconds)

    def nap(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.seconds += seconds

    def asks(self, store: str = "a", query: str = QUERY) -> None:
        self.pace.wait(self.http, store, query, longest=5.0)


def test_a_call_that_would_surely_be_throttled_waits_for_its_points() -> None:
    time = Time()
    time.asks()
    time.pace.learn("a", QUERY, cost(asked=600, left=100))
    time.asks()
    assert time.naps == [5.0]


def test_calls_that_wait_at_once_queue_behind_each_other() -> None:
    time = Time()
    time.pace.learn("a", QUERY, cost(asked=200, left=300))
    time.asks()
    time.asks()
    assert time.naps == [1.0]
    time.asks()
    assert time.naps == [1.0, 2.0]


def test_another_store_and_an_unknown_document_do_not_wait() -> None:
    time = Time()
    time.pace.learn("a", QUERY, cost(asked=600, left=0))
    time.asks("b")
    time.asks("a", "query { shop }")
    assert time.naps == []


def test_a_wait_that_is_too_long_is_the_caller_s() -> None:
    time = Time()
    time.pace.learn("a", QUERY, cost(asked=900, left=0))
    with pytest.raises(Throttled) as late:
        time.asks()
    assert (time.naps, late.value.after_seconds) == ([], 9.0)


def test_a_document_that_costs_more_than_the_bucket_holds_is_shopify_s_to_refuse() -> None:
    time = Time()
    time.pace.learn("a", QUERY, cost(asked=5000, left=1900))
    time.asks()
    assert time.naps == [1.0]


@pytest.mark.parametrize(
    "said",
    [
        None,
        [],
        "cost",
        {},
        {"throttleStatus": None},
        cost(left=None),
        cost(left=True),
        cost(left=-5),
        cost(rate=0),
        cost(left="many"),
        cost(asked=None),
        cost(left=10**400),
    ],
)
def test_what_shopify_says_of_the_cost_may_be_anything(said: object) -> None:
    time = Time()
    time.pace.learn("a", QUERY, said)
    time.asks()
    assert time.naps == []


def test_memory_does_not_grow_with_the_number_of_stores() -> None:
    pace = Pace()
    for number in range(MOST_STORES + 50):
        pace.learn(f"store {number}", QUERY, cost())
    assert len(pace._buckets) == MOST_STORES


@pytest.fixture
def tight() -> Iterator[PracticeStore]:
    with PracticeStore.open("shopify") as store:
        for i in range(40):
            store.buys(f"buyer{i}@example.com", MUG)
        shopifys(store).bucket = Bucket()
        shopifys(store).bucket.is_tight = True
        yield store


def test_a_tight_bucket_is_waited_for_and_never_overdrawn(tight: PracticeStore) -> None:
    asking = Asking(tight)
    waits: list[float] = []
    for _ in range(3):
        fetched = asking.fetch(Resource.ORDERS, since=LONG_AGO)
        assert len({one.external_id for one in fetched.of(Order)}) == len(fetched.records) == 40
        waits += [page.wait_seconds for page in fetched.pages if page.wait_seconds]
    assert waits
    assert shopifys(tight).bucket.throttled <= 1  # at first nobody knows what a page costs


def test_a_store_without_points_holds_no_worker_up(tight: PracticeStore) -> None:
    naps: list[float] = []
    slow = Asking(tight, sleep=naps.append)
    with PracticeStore.open("shopify", shop="second.myshopify.com") as other:
        fast = Asking(other, sleep=naps.append)
        fast.shopify.pace = slow.shopify.pace
        document = QUERIES[Resource.ORDERS].page
        slow.shopify.pace.learn(tight.shop, document, cost(left=0, asked=400))
        waiting = slow.page(Resource.ORDERS, since=LONG_AGO)
        assert (waiting.records, waiting.wait_seconds) == ((), 4.0)
        assert fast.page(Resource.ORDERS, since=LONG_AGO).wait_seconds == 0
        assert naps == []
    tight.clock.advance(seconds=4)
    assert Asking(tight).fetch(Resource.ORDERS, waiting.cursor, LONG_AGO).records


@pytest.mark.parametrize(("since", "asked"), [(None, "bulk"), (LONG_AGO, "orders")])
def test_a_storm_of_throttling_is_waited_for_and_no_failure(
    tight: PracticeStore, since: object, asked: str
) -> None:
    storm = [faults.Throttled(cost=1500, available=0)] * 4
    tight.faults.next(asked, *storm)
    fetched = Asking(tight).fetch(Resource.ORDERS, since=since)
    assert len(fetched.of(Order)) == 40
    assert [page.wait_seconds for page in fetched.pages][:4] == [15.0] * 4
    assert tight.faults.waiting == 0
