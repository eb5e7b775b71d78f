"""Do a job until nothing is left or its time is up, with many hands where that helps."""

from __future__ import annotations

import threading
import time
from collections import deque
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from connector import log
from connector.machine import Machine
from jobs.job import Job, Spread

HANDS = 16
HANDS_PER_STORE = 8
"""A store that answers slowly holds its own hands up, never everybody's."""

HAND_SECONDS = 0.5

_BATCH = 100

_log = log.logger("jobs")


class Crew:
    """The hands of one process."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._now = machine.now
        self._pool = ThreadPoolExecutor(HANDS, thread_name_prefix="hand")
        self._held: dict[tuple[str, int], int] = {}
        """Item in hand → its store."""
        self._changed = threading.Condition()

    def do(self, job: Job, store_id: int, *, seconds: float | None = None) -> bool:
        """Work for one store for `seconds`, by default the job's own turn; True when time ran out
        and work may be left."""
        until = time.monotonic() + (job.turn_seconds if seconds is None else seconds)
        if job.spread is not None:
            return self._spread(job, job.spread, store_id, until)
        while job.work(self._machine, store_id, self._now()):
            if time.monotonic() >= until:
                return True
        return False

    def close(self) -> None:
        """Let the hands finish what they hold."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _spread(self, job: Job, spread: Spread, store_id: int, until: float) -> bool:
        running: set[Future[bool]] = set()
        waiting: deque[int] = deque()
        progress = True
        while time.monotonic() < until:
            if not waiting and progress:
                waiting.extend(self._due(job, spread, store_id))
                progress = False
            while waiting and self._free(store_id):
                running.add(self._take(job, spread, store_id, waiting.popleft()))
            if not running:
                if waiting and self._hand_comes_free(store_id):
                    continue
                return False  # nothing is left, or it waits for hands: the next sweep looks again
            left = max(0.0, until - time.monotonic())
            done, running = wait(running, timeout=left, return_when=FIRST_COMPLETED)
            progress = progress or any(not one.exception() and one.result() for one in done)
        return True

    def _due(self, job: Job, spread: Spread, store_id: int) -> list[int]:
        with self._machine.database.reading() as session:
            ids = spread.due(session, store_id, self._now(), _BATCH)
        with self._changed:
            return [one for one in ids if (job.name, one) not in self._held]

    def _free(self, store_id: int) -> bool:
        with self._changed:
            mine = sum(1 for held in self._held.values() if held == store_id)
            return mine < HANDS_PER_STORE and len(self._held) < HANDS

    def _hand_comes_free(self, store_id: int) -> bool:
        """Wait a moment for an earlier run's hands; a slow store is not worth more."""
        with self._changed:
            return self._changed.wait_for(lambda: self._free(store_id), HAND_SECONDS)

    def _take(self, job: Job, spread: Spread, store_id: int, item: int) -> Future[bool]:
        with self._changed:
            self._held[job.name, item] = store_id
        future = self._pool.submit(spread.one, self._machine, item, self._now())
        future.add_done_callback(lambda done: self._put_down(done, job.name, item))
        return future

    def _put_down(self, done: Future[bool], name: str, item: int) -> None:
        with self._changed:
            self._held.pop((name, item), None)
            self._changed.notify_all()
        if not done.cancelled() and (problem := done.exception()) is not None:
            _log.error("job failed", job=name, item=item, exc_info=problem)
