"""Two workers that apply one store's deliveries at the same moment do not undo each other's."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from connector.commerce import keeping
from connector.commerce.models import Product
from connector.inbox import actions
from tests.fakes import SHIRT, Clock
from tests.road import Road, environment, served

A_MOMENT = 1.0


@pytest.mark.postgres
def test_a_slow_worker_with_the_older_word_does_not_overwrite_the_newer(
    postgres_url: str, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(environment(tmp_path, postgres_url), clock) as road:
        store = road.opens("shopify")
        store.sets_stock(SHIRT["M"], 9)
        road.settles()
        with store.holding() as pending:
            for left in (5, 0):
                store.clock.advance(minutes=1)
                store.sets_stock(SHIRT["M"], left)
            updates = [one for one in pending if one.topic == "products/update"]
            pending.clear()
        older, newer = updates[0], updates[-1]
        assert older.body != newer.body
        store.deliver(older)
        slow = _Slow(road, monkeypatch)
        slow.begins()
        store.deliver(newer)
        actions.apply(road.machine, 1, clock.now())
        slow.ends()
        (kept,) = road.rows(Product)
        assert kept.updated_at == store.clock.now()


class _Slow:
    """A worker that has read what is known of the product, and takes a moment to write."""

    def __init__(self, road: Road, monkeypatch: pytest.MonkeyPatch) -> None:
        self._read, self._go = threading.Event(), threading.Event()
        self._worker = threading.Thread(
            target=actions.apply, args=(road.machine, 1, road.clock.now())
        )
        load = keeping.load

        def slowly(*args: Any, **options: Any) -> Any:
            found = load(*args, **options)
            if threading.current_thread() is self._worker and not self._read.is_set():
                self._read.set()
                self._go.wait(A_MOMENT)
            return found

        monkeypatch.setattr(keeping, "load", slowly)

    def begins(self) -> None:
        self._worker.start()
        assert self._read.wait(10)

    def ends(self) -> None:
        self._go.set()
        self._worker.join(10)
