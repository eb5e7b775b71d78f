"""A store is asked as fast as its points allow, and never makes another one wait."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from adapters.http import Http
from adapters.platforms.shopify.feed_documents import QUERIES
from adapters.platforms.shopify.pace import MOST_STORES, Pace
from connector.errors import Retryable
from connector.ports.feed import Resource
from connector.records import Order
from tests.adapters.platforms.shopify.practice import LONG_AGO, Asking, shopifys
from tests.fakes import MUG, PracticeStore
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
        self.pace.wait(self.http, store, query)


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
    with pytest.raises(Retryable) as late:
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
    naps: list[float] = []

    def nap(seconds: float) -> None:
        naps.append(seconds)
        tight.clock.advance(seconds=seconds)

    asking = Asking(tight, sleep=nap)
    for _ in range(3):
        fetched = asking.fetch(Resource.ORDERS, since=LONG_AGO)
        assert len({one.external_id for one in fetched.of(Order)}) == len(fetched.records) == 40
    assert naps
    assert shopifys(tight).bucket.throttled <= 1  # at first nobody knows what a page costs
    assert max(naps) <= asking.shopify.http.longest_wait


def test_while_one_store_is_waited_for_another_answers(tight: PracticeStore) -> None:
    waits, go_on = threading.Event(), threading.Event()

    def nap(_: float) -> None:
        waits.set()
        assert go_on.wait(5)
        tight.clock.advance(seconds=60)

    slow = Asking(tight, sleep=nap)
    with PracticeStore.open("shopify", shop="second.myshopify.com") as other:
        fast = Asking(other)
        fast.shopify.pace = slow.shopify.pace
        document = QUERIES[Resource.ORDERS].page
        slow.shopify.pace.learn(tight.shop, document, cost(left=0, asked=400))
        thread = threading.Thread(target=slow.fetch, args=(Resource.ORDERS, "", LONG_AGO))
        thread.start()
        assert waits.wait(5)
        assert fast.fetch(Resource.PRODUCTS, since=LONG_AGO).records
        go_on.set()
        thread.join(5)
    assert not thread.is_alive()
