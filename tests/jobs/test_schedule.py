"""Due work is found in the database: with Redis, without it, and by two schedulers at once."""

from __future__ import annotations

import shutil
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from redis import Redis
from rq import Queue

from connector.detection.models import Case
from connector.inbox.models import Delivery
from connector.journeys.models import Enrollment
from connector.messages.models import Message
from jobs import queues, schedule
from jobs.bell import Bell
from jobs.crew import Crew
from jobs.table import JOBS
from tests.fakes import MUG
from tests.road import Road

ANN = "ann@example.com"
NOTHING = dict.fromkeys(
    ("leases", "inbox", "detection", "journeys", "messages", "writeback", "privacy"), 0
)


def schedulers(road: Road, bell: Bell | None, *, count: int, until: Callable[[], bool]) -> None:
    """Run schedulers until something is so."""
    stop = threading.Event()
    threads = [
        threading.Thread(target=schedule.run, args=(road.machine, bell, stop)) for _ in range(count)
    ]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 20
    while not until() and time.monotonic() < deadline:
        time.sleep(0.02)
    stop.set()
    for thread in threads:
        thread.join(30)
    assert until()


def left_an_hour_ago(road: Road) -> None:
    store = road.opens("woocommerce")
    store.leaves_checkout(ANN, (MUG, 1))
    road.clock.advance(minutes=61)


def test_two_schedulers_at_once_write_one_letter(road: Road) -> None:
    left_an_hour_ago(road)
    schedulers(road, None, count=2, until=lambda: len(road.mailbox.to(ANN)) > 0)
    road.settles()
    assert len(road.mailbox.to(ANN)) == 1
    assert len(road.rows(Case)) == 1
    assert len(road.rows(Enrollment)) == 1
    assert [one.state for one in road.rows(Message)] == ["sent"]


def test_without_redis_the_scheduler_does_the_work_itself(road: Road, tmp_path: Path) -> None:
    left_an_hour_ago(road)
    dead = Bell(queues.connect(f"unix://{tmp_path}/nobody.sock"))
    schedulers(road, dead, count=1, until=lambda: len(road.mailbox.to(ANN)) > 0)
    assert len(road.mailbox.to(ANN)) == 1


def test_with_redis_the_scheduler_rings_and_leaves_the_work_to_workers(
    road: Road, bell: Bell, redis: Redis
) -> None:
    left_an_hour_ago(road)
    store_id = road.rows(Delivery)[0].store_id
    office = schedule.Office(road.machine, Crew(road.machine), bell)
    schedule.look(JOBS["inbox"])(office, road.clock.now())
    assert [job.args for job in Queue(queues.NOW, connection=redis).jobs] == [("inbox", store_id)]
    assert {one.state for one in road.rows(Delivery)} == {"received"}
    office.crew.close()


def test_one_failing_entry_does_not_stop_the_others(road: Road) -> None:
    def fail(_office: schedule.Office, _now: object) -> None:
        raise ZeroDivisionError

    called: list[str] = []
    table = (
        schedule.Periodic("broken", 1, fail),
        schedule.Periodic("well", 1, lambda _office, _now: called.append("well")),
    )
    stop = threading.Event()
    thread = threading.Thread(
        target=schedule.run, args=(road.machine, None, stop), kwargs={"table": table}
    )
    thread.start()
    deadline = time.monotonic() + 10
    while not called and time.monotonic() < deadline:
        time.sleep(0.01)
    stop.set()
    thread.join(10)
    assert called == ["well"]


def in_the_file_alone(road: Road, copy: Path) -> int:
    """Deliveries that are in SQLite's file already, without its log."""
    source = Path(road.machine.settings.database_url.removeprefix("sqlite:///"))
    shutil.copyfile(source, copy)
    with closing(sqlite3.connect(copy)) as connection:
        (count,) = connection.execute("SELECT count(*) FROM deliveries").fetchone()
    return int(count)


def test_the_checkpoint_moves_sqlites_log_into_its_file(road: Road, tmp_path: Path) -> None:
    left_an_hour_ago(road)
    office = schedule.Office(road.machine, Crew(road.machine), None)
    assert in_the_file_alone(road, tmp_path / "before.db") == 0
    schedule.checkpoint(office, road.clock.now())
    assert in_the_file_alone(road, tmp_path / "after.db") == len(road.rows(Delivery)) > 0
    office.crew.close()


def test_a_tick_does_everything_due_and_counts_it(road: Road) -> None:
    left_an_hour_ago(road)
    deliveries = len(road.rows(Delivery))
    counts = schedule.tick(road.machine, road.clock.now())
    assert counts == {
        "leases": 0, "inbox": deliveries, "detection": 1, "journeys": 1, "messages": 1,
        "writeback": 0, "privacy": 0,
    }  # fmt: skip
    assert len(road.mailbox.to(ANN)) == 1


def test_a_second_tick_at_the_same_moment_finds_nothing(road: Road) -> None:
    left_an_hour_ago(road)
    schedule.tick(road.machine, road.clock.now())
    assert schedule.tick(road.machine, road.clock.now()) == NOTHING


def test_a_tick_leaves_alone_what_is_due_later(road: Road) -> None:
    left_an_hour_ago(road)
    counts = schedule.tick(road.machine, road.clock.now() - timedelta(minutes=59))
    assert counts["detection"] == 0
    assert road.mailbox.to(ANN) == []
