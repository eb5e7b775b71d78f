"""The next page is fetched while this one is written: a store's answer is most of the time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from weakref import WeakKeyDictionary

from connector.database import Database
from connector.sync.fetching import Claim, Outcome

FRESH_SECONDS = 60.0
"""A page that nobody came for in this time is asked for again."""

Place = tuple[str, datetime | None]
"""The cursor within its run: the next run may come by the same words."""


@dataclass(frozen=True, slots=True)
class _OnItsWay:
    place: Place
    since: float
    answer: Future[Outcome]

    def is_stale(self) -> bool:
        return self.answer.done() and time.monotonic() - self.since > FRESH_SECONDS


class Ahead:
    """The pages that this process has asked for and nobody has claimed yet.

    They are fetched without a claim, so losing one costs a call and nothing else: whoever
    claims the page finds it here, or fetches it. The threads end with the process.
    """

    def __init__(self) -> None:
        self._coming: dict[int, _OnItsWay] = {}
        self._lock = threading.Lock()

    def ask(self, claim: Claim, cursor: str, fetch: Callable[[], Outcome]) -> None:
        """Have the page at `cursor`, which comes after this claim's, fetched by a thread."""
        coming = _OnItsWay((cursor, claim.run), time.monotonic(), Future())
        with self._lock:
            fresh = {name: one for name, one in self._coming.items() if not one.is_stale()}
            self._coming = {**fresh, claim.id: coming}
        threading.Thread(
            target=_fill, args=(coming.answer, fetch), name="ahead", daemon=True
        ).start()

    def take(self, claim: Claim) -> Outcome | None:
        """The claimed page, waited for where it is on its way; None: nobody has asked for it."""
        with self._lock:
            coming = self._coming.pop(claim.id, None)
        if coming is None or coming.is_stale() or coming.place != (claim.cursor, claim.run):
            return None
        return coming.answer.result()


def _fill(answer: Future[Outcome], fetch: Callable[[], Outcome]) -> None:
    try:
        answer.set_result(fetch())
    except BaseException as problem:  # whoever waits for the answer must not wait for ever
        answer.set_exception(problem)
        raise


_AHEAD: WeakKeyDictionary[Database, Ahead] = WeakKeyDictionary()
_making = threading.Lock()


def of(database: Database) -> Ahead:
    """The pages on their way into this database."""
    with _making:
        return _AHEAD.setdefault(database, Ahead())
