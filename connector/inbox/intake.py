"""Deliveries that arrive together are committed together; each waits for its own durability."""

from __future__ import annotations

import queue
import threading
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connector import log
from connector.database import Database
from connector.errors import Retryable
from connector.inbox.lane import Lane

MOST_TOGETHER = 64
WAIT_SECONDS = 20.0
COMPRESS_FROM = 1024

_log = log.logger("intake")


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """An authentic delivery that is to be written."""

    store_id: int
    topic: str
    dedupe_key: str
    delivery_id: str | None
    body: bytes
    received_at: datetime
    happened_at: datetime | None = None


class _Waiting:
    """A row and its request, which sleeps on a plain lock: an Event makes two objects more."""

    __slots__ = ("problem", "row", "written")

    def __init__(self, row: tuple[Any, ...]) -> None:
        self.row = row
        self.problem: Exception | None = None
        self.written = threading.Lock()
        self.written.acquire()


def pack(body: bytes) -> bytes:
    """Fewer bytes to sync: compressed bodies start with zlib's 0x78, others with 0x00."""
    if len(body) >= COMPRESS_FROM:
        return zlib.compress(body, 1)
    return b"\x00" + body


def unpack(stored: bytes) -> bytes:
    return stored[1:] if stored[:1] == b"\x00" else zlib.decompress(stored)


class Intake:
    """Group commit: one thread writes what the requests of the last moment brought."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._arrivals: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._lane = Lane(database)

    def write(self, arrival: Arrival) -> None:
        """Return when the delivery is durable (or was already known).

        Raises Retryable when the database cannot write: the sender shall come again.
        """
        self._start()
        waiting = _Waiting(self._row(arrival))
        self._arrivals.put(waiting)
        if not waiting.written.acquire(timeout=WAIT_SECONDS):
            raise Retryable("the database takes too long to write")
        if waiting.problem is not None:
            raise Retryable("the database cannot write") from waiting.problem

    def close(self) -> None:
        """Write what is waiting, then stop."""
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is not None:
            self._arrivals.put(None)
            thread.join(WAIT_SECONDS)

    def _start(self) -> None:
        if self._thread is None:
            with self._lock:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name="intake", daemon=True)
                    self._thread.start()

    def _run(self) -> None:
        while (first := self._arrivals.get()) is not None:
            together = [first]
            while len(together) < MOST_TOGETHER and not self._arrivals.empty():
                one = self._arrivals.get()
                if one is None:
                    self._arrivals.put(None)
                    break
                together.append(one)
            self._write(together)
        self._lane.close()

    def _write(self, together: Sequence[_Waiting]) -> None:
        try:
            self._lane.insert([one.row for one in together])
        except Exception as problem:  # noqa: BLE001 # whatever it is, the requests that wait hear of it
            if len(together) > 1:
                for one in together:  # one bad row must not cost the others their place
                    self._write([one])
                return
            _log.error("delivery not written", problem=type(problem).__name__)
            together[0].problem = problem
        for one in together:
            one.written.release()
        for store_id in {one.row[0] for one in together}:
            self._database.knock("inbox", store_id)

    def _row(self, arrival: Arrival) -> tuple[Any, ...]:
        """In the order of lane.COLUMNS; a delivery is due at once."""
        received_at = self._lane.stored(arrival.received_at)
        return (
            arrival.store_id,
            arrival.topic[:255],
            arrival.dedupe_key,
            arrival.delivery_id,
            pack(arrival.body),
            received_at,
            received_at,
            self._lane.stored(arrival.happened_at),
        )
