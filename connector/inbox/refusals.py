"""Cart snapshots that proved no right signature: counted, so that the merchant hears of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from connector import log
from connector.commerce import keeping
from connector.database import Database, insert
from connector.inbox.models import CaptureRefusal, Delivery

WRITTEN_EVERY_SECONDS = 10.0
"""A stranger who knocks a thousand times a second costs one write in so long a time."""

SHOWN_FOR = timedelta(days=7)

_log = log.logger("inbox")


class Refusals:
    """Counts in memory, and writes at once what is new or has waited long enough."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: dict[int, int] = {}
        self._written: dict[int, float] = {}
        self._lock = threading.Lock()

    def add(self, store_id: int, now: datetime) -> None:
        """One more. Never raises: the answer to the sender stays what it is."""
        present = time.monotonic()
        with self._lock:
            count = self._waiting.get(store_id, 0) + 1
            written = self._written.get(store_id)
            if written is not None and present - written < WRITTEN_EVERY_SECONDS:
                self._waiting[store_id] = count
                return
            self._waiting[store_id], self._written[store_id] = 0, present
        try:
            with self._database.transaction() as session:
                _write(session, store_id, count, now)
        except SQLAlchemyError as problem:
            _log.warning("refusal not counted", store=store_id, problem=type(problem).__name__)


def _write(session: Session, store_id: int, count: int, now: datetime) -> None:
    """Two processes at once may lose one of the count, which no merchant misses."""
    row = session.get(CaptureRefusal, store_id, with_for_update=True)
    if row is None:
        table = keeping.table_of(CaptureRefusal)
        new = {"store_id": store_id, "count": count, "first_at": now, "last_at": now}
        session.execute(insert(session, table).values(new).on_conflict_do_nothing())
        return
    if now - row.last_at > SHOWN_FOR:
        row.count, row.first_at = 0, now
    row.count += count
    row.last_at = now


def standing(
    session: Session, store_id: int, topics: Sequence[str], now: datetime
) -> CaptureRefusal | None:
    """The refusals that the merchant has to hear of: lately, and no cart was taken since."""
    row = session.get(CaptureRefusal, store_id)
    if row is None or now - row.last_at > SHOWN_FOR:
        return None
    later = select(Delivery.id).where(
        Delivery.store_id == store_id,
        Delivery.topic.in_(topics),
        Delivery.received_at > row.last_at,
    )
    return None if session.scalar(later.limit(1)) is not None else row
