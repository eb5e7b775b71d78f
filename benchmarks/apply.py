"""Deliveries applied by one worker, against empty jobs of RQ's SimpleWorker in the same run."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from itertools import islice
from statistics import median

from redis import Redis
from rq import Queue, SimpleWorker
from sqlalchemy import func, insert, select

from benchmarks import payloads
from benchmarks.ground import BACKENDS, Ground, ground
from benchmarks.results import Row
from connector import garbage
from connector.commerce.models import OrderLine
from connector.inbox import actions
from connector.inbox.intake import pack
from connector.inbox.models import Delivery, DeliveryState
from connector.ports.platform import Envelope
from tests.fakes import post

TURNS = 3
DELIVERIES = 1_000
"""Per platform and turn."""

JOBS = 500
GOALS = {"sqlite": 4.0, "postgresql": 3.0}


def measure() -> Iterator[Row]:
    """One row per database: deliveries per second, as a multiple of empty jobs per second."""
    for backend in BACKENDS:
        with ground(backend) as place:
            yield _measure(place, backend)


def _measure(place: Ground, backend: str) -> Row:
    applied: list[float] = []
    jobs: list[float] = []
    sources = {name: payloads.orders(name, TURNS * DELIVERIES) for name in place.store_ids}
    garbage.settle()  # as a worker does; the empty jobs have it too
    for _ in range(TURNS):
        for platform, source in sources.items():
            deliver(place, platform, islice(source, DELIVERIES))
        jobs.append(_empty_jobs(place))
        applied.append(_apply(place))
    expected = TURNS * len(place.store_ids) * DELIVERIES
    with place.machine.database.reading() as session:
        done = session.scalar(select(func.count()).where(Delivery.state == DeliveryState.APPLIED))
        lines = session.scalar(select(func.count()).select_from(OrderLine))
    assert (done, lines) == (expected, expected * 7), (done, lines)
    ratios = sorted(a / b for a, b in zip(applied, jobs, strict=True))
    return Row(
        name="apply",
        backend=backend,
        value=round(median(ratios), 2),
        unit="ratio",
        goal=GOALS[backend],
        details={
            "per_second": round(median(applied)),
            "empty_jobs_per_second": round(median(jobs)),
            "lowest": round(ratios[0], 2),
            "highest": round(ratios[-1], 2),
            "applied": done,
        },
    )


def deliver(place: Ground, platform: str, deliveries: Iterable[post.Delivery]) -> None:
    """Orders of seven lines into the inbox, as the intake writes them."""
    adapter = place.machine.platforms[platform]
    now = place.machine.now()
    rows = []
    for one in deliveries:
        headers = {name.lower(): text for name, text in one.headers.items()}
        label = adapter.label(Envelope(headers=headers, body=one.body))
        rows.append(
            {
                "store_id": place.store_ids[platform],
                "topic": label.topic,
                "dedupe_key": label.dedupe_key,
                "delivery_id": label.delivery_id,
                "body": pack(one.body),
                "received_at": now,
                "due_at": now,
            }
        )
    with place.machine.database.transaction() as session:
        session.execute(insert(Delivery), rows)


def _apply(place: Ground) -> float:
    """Deliveries per second."""
    begun = time.perf_counter()
    done = 0
    for store_id in place.store_ids.values():
        while count := actions.apply(place.machine, store_id, place.machine.now()):
            done += count
    return done / (time.perf_counter() - begun)


def _empty_jobs(place: Ground) -> float:
    """Jobs per second."""
    with Redis.from_url(place.environ["REDIS_URL"]) as redis:
        queue = Queue("empty", connection=redis)
        for _ in range(JOBS):
            queue.enqueue(nothing)
        worker = SimpleWorker([queue], connection=redis)
        begun = time.perf_counter()
        worker.work(burst=True, logging_level="WARNING")
        return JOBS / (time.perf_counter() - begun)


def nothing() -> None:
    """The emptiest job."""
