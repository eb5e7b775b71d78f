"""A process that waits for rings and does the work they ask for."""

from __future__ import annotations

import signal
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from types import FrameType

from redis.exceptions import RedisError
from rq import SimpleWorker
from rq.worker import DequeueStrategy

from connector import garbage, log
from connector.errors import Permanent
from connector.machine import Machine
from jobs import queues
from jobs.bell import Bell
from jobs.crew import Crew
from jobs.table import JOBS

RETRY_SECONDS = 1.0

_log = log.logger("worker")


@dataclass(frozen=True, slots=True)
class Desk:
    """What this process works with."""

    bell: Bell
    crew: Crew


_desk: list[Desk] = []
"""RQ calls `perform` by its name alone, so what it needs lies here while a worker runs."""


def perform(kind: str, store_id: int) -> None:
    """What RQ calls. Asks for another turn when time ran out, so that no store waits for one."""
    if not _desk:
        raise Permanent("this function is called by `askback worker` only")
    desk = _desk[0]
    desk.bell.heard(kind, store_id)
    if desk.crew.do(JOBS[kind], store_id):
        desk.bell.ring(kind, store_id)


class Worker(SimpleWorker):
    """Works in its own process: measured at five times the rate of a fork for each job."""

    log_result_lifespan = False
    log_job_description = False
    max_connection_wait_time = 5.0
    stop: threading.Event

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        self.stop.set()
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call] # theirs

    def _install_signal_handlers(self) -> None:
        """A signal that came before RQ listened is not forgotten."""
        super()._install_signal_handlers()  # type: ignore[no-untyped-call] # theirs
        self._stop_requested = self.stop.is_set()


def run(machine: Machine, names: Sequence[str] = queues.ALL) -> None:
    """Work until a signal says stop; a Redis that goes away is waited for."""
    redis = queues.connect(machine.settings.redis_url)
    crew = Crew(machine)
    _desk[:] = [Desk(Bell(redis), crew)]
    stop = threading.Event()
    garbage.settle()
    _log.info("working", queues=list(names))
    try:
        while not stop.is_set():
            _stop_by_signal(stop)
            try:
                worker = Worker(
                    list(names),
                    connection=queues.connect(machine.settings.redis_url, patience=None),
                )
                worker.stop = stop
                # Round robin: an inbox that never empties must not starve the messages.
                worker.work(logging_level="WARNING", dequeue_strategy=DequeueStrategy.ROUND_ROBIN)
            except RedisError as problem:
                _log.warning("redis is away, waiting for it", problem=type(problem).__name__)
            _stop_by_signal(stop)
            stop.wait(RETRY_SECONDS)
    finally:
        _desk.clear()
        crew.close()


def _stop_by_signal(stop: threading.Event) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
