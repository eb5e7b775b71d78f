"""How fast a store may be asked: its bucket of points, remembered from its own answers."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from adapters.http import Http
from connector.errors import Retryable

MOST_STORES = 1000
"""Whoever was not asked for longest is forgotten: memory does not grow with the stores."""


class Throttled(Retryable):
    """The bucket of points is empty; nothing was carried out."""


@dataclass(slots=True)
class _Bucket:
    """What was left at a moment; points come back by themselves."""

    available: float
    maximum: float
    rate: float
    moment: float

    def level(self, moment: float) -> float:
        return min(self.maximum, self.available + (moment - self.moment) * self.rate)


class Pace:
    """The buckets of the stores that this process asks. One store never waits for another.

    A store's first call does not wait, nor does a document of which no cost is known: Shopify
    throttles what it must, and `api.call` takes that in good part. `now` counts seconds.
    https://shopify.dev/docs/api/usage/limits#the-leaky-bucket-algorithm
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self.now = now
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._costs: dict[str, float] = {}
        self._lock = threading.Lock()

    def wait(self, http: Http, store: str, document: str, *, longest: float) -> None:
        """Wait until the bucket holds what the document costs, and take it out.

        Raises Throttled with `after_seconds` where that is too long to hold the caller up.
        """
        seconds = self._missing(store, document, longest=longest)
        if seconds > longest:
            raise Throttled("this store's points are used up", after_seconds=seconds)
        if seconds > 0:
            http.sleep(seconds * (1 + http.jitter() / 4))

    def _missing(self, store: str, document: str, *, longest: float) -> float:
        with self._lock:
            bucket, cost = self._buckets.get(store), self._costs.get(document, 0.0)
            if bucket is None:
                return 0.0
            moment = self.now()
            level = bucket.level(moment)
            seconds = (min(cost, bucket.maximum) - level) / bucket.rate
            if seconds <= longest:
                # Below nought, too: the next thread queues behind this one.
                bucket.available, bucket.moment = level - cost, moment
            return seconds

    def learn(self, store: str, document: str, cost: object) -> None:
        """What an answer's `extensions.cost` says; anything else is passed over."""
        if not isinstance(cost, Mapping):
            return
        status, asked = cost.get("throttleStatus"), _number(cost.get("requestedQueryCost"))
        if not isinstance(status, Mapping):
            return
        names = ("currentlyAvailable", "maximumAvailable", "restoreRate")
        left, maximum, rate = (_number(status.get(name)) for name in names)
        with self._lock:
            if asked is not None:
                self._costs[document] = asked
            if left is not None and maximum and rate:
                self._buckets[store] = _Bucket(left, maximum, max(rate, 1.0), self.now())
                self._buckets.move_to_end(store)
                while len(self._buckets) > MOST_STORES:
                    self._buckets.popitem(last=False)


def _number(value: object) -> float | None:
    """A JSON number that a bucket can hold; None for anything else, endless ones included."""
    fits = isinstance(value, int | Decimal) and not isinstance(value, bool)
    return float(value) if fits and 0 <= value < 10**9 else None  # type: ignore[arg-type, operator] # fits says so
