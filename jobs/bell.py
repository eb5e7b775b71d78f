"""Ring for work: a hint in Redis, one per kind and store however often it is rung."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue

from connector import log
from jobs.table import JOBS

RUNG_SECONDS = 10
"""How long a ring keeps later ones quiet if the worker that heard it died."""

AWAY_SECONDS = 3.0
"""How long nobody asks a Redis that has just failed to answer."""

MOST_SECONDS = 600
"""When RQ gives a job up; our own bound on a run is far shorter."""

FUNCTION = "jobs.worker.perform"

_log = log.logger("queue")


class Bell:
    """Rings at once, and says whether it could.

    The mark that makes rings one is ours and not RQ's unique job: a job's name stays taken
    while the job runs, so a ring during the run would be lost, and for minutes if its worker
    is killed. Our mark is wiped before the worker looks, and fades by itself.
    """

    def __init__(self, redis: Redis, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.redis = redis
        self._clock = clock
        self._away_until = float("-inf")
        self._answers = True

    def ring(self, name: str, store_id: int) -> bool:
        """Ask a worker to look; False: Redis is away, nobody was asked."""
        job = JOBS[name]
        if self._clock() < self._away_until:
            return False
        store = job.store(store_id)
        try:
            if self.redis.set(_mark(name, store), 1, nx=True, ex=RUNG_SECONDS):
                Queue(job.queue, connection=self.redis).enqueue_call(
                    FUNCTION, args=(name, store), timeout=MOST_SECONDS, result_ttl=0, failure_ttl=0
                )
        except RedisError as problem:
            # The one place where an error ends here: a nudge may be lost, the sweep finds the work.
            self._away_until = self._clock() + AWAY_SECONDS
            if self._answers:
                _log.warning("redis is away, the sweeps take over", problem=type(problem).__name__)
            self._answers = False
            return False
        self._answers = True
        return True

    def heard(self, name: str, store_id: int) -> None:
        """From now on a ring asks for another look."""
        self.redis.delete(_mark(name, JOBS[name].store(store_id)))


class Knocker:
    """Rings from its own thread, so that no request waits for Redis, alive or dead."""

    def __init__(self, bell: Bell) -> None:
        self._bell = bell
        self._wanted: dict[tuple[str, int], None] = {}
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closing = False

    def __call__(self, name: str, store_id: int) -> None:
        wish = (name, JOBS[name].store(store_id))
        with self._changed:
            self._wanted[wish] = None
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="knocker", daemon=True)
                self._thread.start()
            self._changed.notify()

    def close(self) -> None:
        """Ring for what was asked so far, then stop."""
        with self._changed:
            thread, self._thread, self._closing = self._thread, None, True
            self._changed.notify()
        if thread is not None:
            thread.join(timeout=AWAY_SECONDS)
        self._closing = False

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._wanted or self._closing)
                if not self._wanted:
                    return
                wanted, self._wanted = self._wanted, {}
            for name, store_id in wanted:
                self._bell.ring(name, store_id)


def _mark(name: str, store: int) -> str:
    return f"askback:rung:{name}:{store}"
