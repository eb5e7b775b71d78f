"""What web, workers and scheduler hold in memory, idle and after thousands of deliveries."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import func, select

from benchmarks import load
from benchmarks.ground import Ground, ground, running
from benchmarks.results import Row
from connector.inbox.models import Delivery

DELIVERIES = 5_000
SETTLING_SECONDS = 3.0
LONGEST_SECONDS = 120.0
PARTS = ("web", "worker now", "worker soon bulk", "scheduler")


def measure() -> Iterator[Row]:
    """One row: resident memory of `askback up` without Valkey; shared pages count each time."""
    with ground("sqlite") as place:
        port = int(place.environ["PORT"])
        with running(("connector", "up"), place.environ, port) as process:
            time.sleep(SETTLING_SECONDS)
            idle = _resident(process)
            stages = [_after(place, port, process, people) for people in ("first", "second")]
    yield Row(
        name="memory",
        backend="sqlite",
        value=round(sum(stages[-1].values())),
        unit="MiB",
        details={
            "idle": round(sum(idle.values())),
            f"after_{DELIVERIES}_deliveries": round(sum(stages[0].values())),
            f"after_{2 * DELIVERIES}_deliveries": round(sum(stages[1].values())),
            **{name.replace(" ", "_"): round(size) for name, size in stages[-1].items()},
        },
    )


def _after(place: Ground, port: int, process: int, people: str) -> dict[str, float]:
    """Post deliveries, wait until all are applied, look."""
    posted = load.run(port, DELIVERIES, people=people)
    assert posted.written == DELIVERIES, posted
    until = time.monotonic() + LONGEST_SECONDS
    while _waiting(place):
        assert time.monotonic() < until, "the deliveries were not applied in time"
        time.sleep(0.2)
    time.sleep(SETTLING_SECONDS)
    return _resident(process)


def _waiting(place: Ground) -> int:
    with place.machine.database.reading() as session:
        return session.scalar(select(func.count()).where(Delivery.due_at.is_not(None))) or 0


def _resident(process: int) -> dict[str, float]:
    """MiB by part: each child of `askback up`, with its own children."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue  # ended while we looked
        children.setdefault(parent, []).append(int(folder.name))
    found = {}
    for child in children[process]:
        words = Path(f"/proc/{child}/cmdline").read_text().split("\0")
        part = " ".join(words[words.index("connector") + 1 :]).strip()
        assert part in PARTS, part
        found[part] = sum(_mib(one) for one in _family(child, children))
    return found


def _family(process: int, children: dict[int, list[int]]) -> Iterator[int]:
    yield process
    for child in children.get(process, ()):
        yield from _family(child, children)


def _mib(process: int) -> float:
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0
