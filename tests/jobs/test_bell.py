"""Nudges: one is enough, none is lost for long, and a dead Redis slows nobody."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from redis import Redis
from rq import Queue
from structlog.testing import capture_logs

from connector.errors import Unsupported
from jobs import queues
from jobs.bell import AWAY_SECONDS, Bell, Knocker
from jobs.table import JOBS
from tests.valkeys import Valkey


def waiting(redis: Redis, queue: str) -> list[tuple[str, int]]:
    return [job.args for job in Queue(queue, connection=redis).jobs]


def test_a_hundred_nudges_for_one_store_are_one_job(bell: Bell, redis: Redis) -> None:
    for _ in range(100):
        assert bell.ring("inbox", 5) is True
    assert waiting(redis, queues.NOW) == [("inbox", 5)]


def test_each_store_and_each_kind_of_work_has_its_own_job(bell: Bell, redis: Redis) -> None:
    bell.ring("inbox", 5)
    bell.ring("inbox", 6)
    bell.ring("messages", 5)
    assert waiting(redis, queues.NOW) == [("inbox", 5), ("inbox", 6)]
    assert waiting(redis, queues.SOON) == [("messages", 5)]


def test_work_that_is_claimed_across_stores_is_one_job_for_all_of_them(
    bell: Bell, redis: Redis
) -> None:
    bell.ring("journeys", 5)
    bell.ring("journeys", 6)
    assert waiting(redis, queues.SOON) == [("journeys", 0)]


def test_a_nudge_while_the_work_is_being_done_asks_for_another_look(
    bell: Bell, redis: Redis
) -> None:
    bell.ring("inbox", 5)
    bell.heard("inbox", 5)
    bell.ring("inbox", 5)
    assert waiting(redis, queues.NOW) == [("inbox", 5), ("inbox", 5)]


def test_a_ring_whose_worker_died_keeps_later_ones_quiet_for_seconds_only(
    bell: Bell, redis: Redis
) -> None:
    bell.ring("inbox", 5)
    (mark,) = redis.keys("askback:*")
    assert 0 < redis.ttl(mark) <= 10


def test_an_unknown_kind_of_work_is_told_what_there_is(bell: Bell) -> None:
    with pytest.raises(Unsupported, match=f"there are: {', '.join(sorted(JOBS))}"):
        bell.ring("laundry", 5)


def test_a_dead_redis_costs_nothing_after_the_first_nudge(tmp_path: Path) -> None:
    bell = Bell(queues.connect(f"unix://{tmp_path}/nobody.sock"))
    assert bell.ring("inbox", 5) is False
    started = time.monotonic()
    for store_id in range(100):
        assert bell.ring("inbox", store_id) is False
    assert time.monotonic() - started < 0.05


def test_a_dead_redis_is_mentioned_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    now = [0.0]
    bell = Bell(queues.connect(f"unix://{tmp_path}/nobody.sock"), clock=lambda: now[0])
    with capture_logs() as lines:
        for _ in range(5):
            bell.ring("inbox", 5)
            now[0] += AWAY_SECONDS
    assert [line["event"] for line in lines] == ["redis is away, the sweeps take over"]


def test_a_redis_that_comes_back_is_rung_again(tmp_path: Path) -> None:
    now = [0.0]
    server = Valkey(tmp_path)
    bell = Bell(queues.connect(server.url), clock=lambda: now[0])
    assert bell.ring("inbox", 5) is False
    server.start()
    try:
        assert bell.ring("inbox", 5) is False
        now[0] += AWAY_SECONDS
        assert bell.ring("inbox", 5) is True
    finally:
        server.kill()


def test_a_request_does_not_wait_for_redis_but_its_nudge_arrives(bell: Bell, redis: Redis) -> None:
    knock = Knocker(bell)
    for _ in range(100):
        knock("inbox", 5)
        knock("messages", 5)
    knock.close()
    assert waiting(redis, queues.NOW) == [("inbox", 5)]
    assert waiting(redis, queues.SOON) == [("messages", 5)]


def test_a_knocker_can_be_used_again_after_it_was_closed(bell: Bell, redis: Redis) -> None:
    knock = Knocker(bell)
    knock("inbox", 5)
    knock.close()
    knock("inbox", 6)
    knock.close()
    assert waiting(redis, queues.NOW) == [("inbox", 5), ("inbox", 6)]
