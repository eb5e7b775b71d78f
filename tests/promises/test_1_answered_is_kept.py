"""A webhook answered 200 survives kill -9 of every process the next instant."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import text

from connector import clock
from connector.commerce.models import Order
from connector.inbox import actions
from connector.inbox.intake import unpack
from connector.inbox.models import Delivery
from tests.promises.processes import Installation, in_time, installed, order

pytestmark = [
    pytest.mark.crash,
    pytest.mark.timeout(240),
]
EVERYBODY = ("valkey", "scheduler", "worker", "web")


class Sender(threading.Thread):
    """A store under load: one order after the other, those answered 200 written down."""

    def __init__(self, to: Installation, first: int) -> None:
        super().__init__(daemon=True)
        self.answered: list[int] = []
        self._to, self._next = to, first
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.is_set():
            if self._to.delivers(order(self._next)) == 200:
                self.answered.append(self._next)
            self._next += 1

    def stop(self) -> None:
        self._over.set()
        self.join(30)


@contextmanager
def nobody_writes(askback: Installation) -> Iterator[None]:
    """The inbox cannot take anything inside."""
    with askback.database.transaction() as session:
        lock = "SELECT 1" if askback.database.is_sqlite else "LOCK TABLE deliveries IN SHARE MODE"
        session.execute(text(lock))  # SQLite's one writer is whoever has begun
        yield


def kept(askback: Installation) -> list[bytes]:
    return sorted(unpack(one.body) for one in askback.rows(Delivery))


def test_everything_answered_200_is_kept_once_and_applied_whoever_is_killed(
    database_url: str, tmp_path: Path
) -> None:
    with installed(tmp_path, database_url) as askback:
        askback.start(*EVERYBODY)
        senders = [Sender(askback, first) for first in (1_000_000, 2_000_000, 3_000_000)]
        for one in senders:
            one.start()
        for victim in random.sample(("worker", "scheduler", "valkey"), 3):
            enough = sum(len(one.answered) for one in senders) + 20
            assert in_time(lambda least=enough: sum(len(x.answered) for x in senders) >= least)
            askback.kill(victim)
        enough = sum(len(one.answered) for one in senders) + 20
        assert in_time(lambda: sum(len(one.answered) for one in senders) >= enough)
        with nobody_writes(askback):
            # Whoever answered before it was written would answer now, and lose it.
            time.sleep(0.3)
            askback.kill("web")
        for one in senders:
            one.stop()
        answered = {order(number) for one in senders for number in one.answered}
        assert len(answered) >= 80

        # What a killed worker held is free again when its lease is over, and when the database
        # has noticed: PostgreSQL may still be at the last words of the killed.
        later = clock.now() + actions.LEASE + timedelta(seconds=1)

        def are_applied() -> bool:
            askback.command("tick", "--at", later.isoformat())
            return {one.state for one in askback.rows(Delivery)} == {"applied"}

        assert in_time(are_applied), [(one.state, one.tries) for one in askback.rows(Delivery)]
        bodies = kept(askback)
        assert len(bodies) == len(set(bodies))
        assert answered <= set(bodies)
        assert len(askback.rows(Order)) == len(bodies)


def test_a_queue_that_is_wiped_and_then_killed_loses_and_doubles_nothing(
    sqlite_url: str, tmp_path: Path
) -> None:
    with (
        installed(tmp_path, sqlite_url) as askback,
        Redis.from_url(askback.valkey.url, socket_timeout=5) as redis,
    ):
        askback.start(*EVERYBODY)
        for number in range(1, 61):
            assert askback.delivers(order(number)) == 200
            if number % 5 == 0:
                redis.flushall()
        applied = in_time(lambda: askback.count(Order) == 60)
        assert applied, [(one.state, one.tries) for one in askback.rows(Delivery)]

        askback.kill("valkey")
        assert [askback.delivers(order(number)) for number in range(61, 71)] == [200] * 10
        assert in_time(lambda: askback.count(Order) == 70)

        askback.start("valkey")
        assert askback.delivers(order(71)) == 200
        assert in_time(lambda: askback.count(Order) == 71)
        assert [one.state for one in askback.rows(Delivery)] == ["applied"] * 71
