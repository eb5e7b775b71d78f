"""Durable webhook intake, against an empty Flask route on the same server in the same run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from statistics import median

from sqlalchemy import func, select

from benchmarks import load
from benchmarks.ground import BACKENDS, Ground, ground, running
from benchmarks.results import Row
from connector.inbox.models import Delivery
from tests.road import free_port

TURNS = 5
REQUESTS = 10_000
WARM_UP = 1_000
GOALS = {"sqlite": 0.40, "postgresql": 0.30}
MOST_MILLISECONDS = 50.0


def measure() -> Iterator[Row]:
    """Two rows per database: how much of the empty route's rate is left, and the p99."""
    for backend in BACKENDS:
        with ground(backend) as place:
            yield from _measure(place, backend)


def _measure(place: Ground, backend: str) -> Iterator[Row]:
    port, empty_port = int(place.environ["PORT"]), free_port()
    durable: list[load.Load] = []
    empty: list[load.Load] = []
    environ = dict(os.environ) | {"ASKBACK_PARENT": str(os.getpid())}
    with (
        running(("connector", "web"), place.environ, port),
        running(("benchmarks.empty", str(empty_port)), environ, empty_port),
    ):
        load.run(empty_port, WARM_UP, people="warm-up")
        known = load.run(port, WARM_UP, people="warm-up").written
        for turn in range(TURNS):
            empty.append(load.run(empty_port, REQUESTS, people=f"turn{turn}"))
            durable.append(load.run(port, REQUESTS, people=f"turn{turn}"))
    written = known + sum(each.written for each in durable)
    in_inbox = _count(place)
    assert written == in_inbox == WARM_UP + TURNS * REQUESTS, (written, in_inbox)
    ratios = sorted(a.per_second / b.per_second for a, b in zip(durable, empty, strict=True))
    yield Row(
        name="intake",
        backend=backend,
        value=round(median(ratios), 3),
        unit="ratio",
        goal=GOALS[backend],
        details={
            "per_second": round(median(each.per_second for each in durable)),
            "empty_per_second": round(median(each.per_second for each in empty)),
            "lowest": round(ratios[0], 3),
            "highest": round(ratios[-1], 3),
            "answered_200": written,
            "in_inbox": in_inbox,
        },
    )
    yield Row(
        name="intake_p99",
        backend=backend,
        value=round(median(each.p99 for each in durable), 1),
        unit="ms",
        goal=MOST_MILLISECONDS,
        lower_is_better=True,
        details={
            "p50": round(median(each.p50 for each in durable), 1),
            "longest": round(max(each.longest for each in durable), 1),
            "empty_p99": round(median(each.p99 for each in empty), 1),
            "connections": load.CONNECTIONS,
        },
    )


def _count(place: Ground) -> int:
    with place.machine.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Delivery)) or 0
