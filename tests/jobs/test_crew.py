"""Hands: many for letters, a bounded number for each store, and nobody works for ever."""

from __future__ import annotations

import threading
from collections import defaultdict
from datetime import datetime

from sqlalchemy.orm import Session

from connector.machine import Machine
from jobs import queues
from jobs.crew import HANDS_PER_STORE, Crew
from jobs.job import Job, Spread

SLOW, QUICK = 1, 2


class Letters:
    """Forty letters for each of two stores; the slow store's do not leave before `released`."""

    def __init__(self) -> None:
        self.released = threading.Event()
        self.sent: dict[int, list[int]] = defaultdict(list)
        self.most_at_once = 0
        self._at_once = 0
        self._claimed: set[int] = set()
        self._lock = threading.Lock()
        self.job = Job(
            name="letters",
            queue=queues.SOON,
            seconds=1,
            stores=lambda _session, _now: (SLOW, QUICK),
            work=lambda _machine, _store, _now: 0,
            spread=Spread(due=self.due, one=self.one),
        )

    def due(self, _session: Session, store_id: int, _now: datetime, limit: int) -> list[int]:
        mine = range(store_id * 100, store_id * 100 + 40)
        with self._lock:
            return [one for one in mine if one not in self._claimed][:limit]

    def one(self, _machine: Machine, item: int, _now: datetime) -> bool:
        store_id = item // 100
        with self._lock:
            if item in self._claimed:
                return False
            self._claimed.add(item)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        if store_id == SLOW:
            self.released.wait(20)
        with self._lock:
            self._at_once -= 1
            self.sent[store_id].append(item)
        return True


def test_a_store_that_answers_slowly_does_not_hold_up_another_stores_letters(
    machine: Machine,
) -> None:
    letters = Letters()
    crew = Crew(machine)
    try:
        assert crew.do(letters.job, SLOW, seconds=0.2) is True
        assert letters.sent[SLOW] == []
        assert crew.do(letters.job, QUICK, seconds=10) is False
        assert sorted(letters.sent[QUICK]) == list(range(200, 240))
        assert letters.most_at_once <= 2 * HANDS_PER_STORE
    finally:
        letters.released.set()
        crew.close()


def test_a_store_whose_hands_are_all_busy_is_left_for_the_next_sweep(machine: Machine) -> None:
    letters = Letters()
    crew = Crew(machine)
    try:
        crew.do(letters.job, SLOW, seconds=0.1)
        assert crew.do(letters.job, SLOW, seconds=30) is False
        assert letters.most_at_once == HANDS_PER_STORE
        assert letters.sent[SLOW] == []
        letters.released.set()
        assert crew.do(letters.job, SLOW, seconds=30) is False
    finally:
        letters.released.set()
        crew.close()
    assert sorted(letters.sent[SLOW]) == list(range(100, 140))
    assert letters.most_at_once == HANDS_PER_STORE


def test_one_letter_that_fails_does_not_keep_the_others(machine: Machine) -> None:
    letters = Letters()

    def one(built: Machine, item: int, now: datetime) -> bool:
        if item == 203:
            with letters._lock:
                letters._claimed.add(item)
            raise ZeroDivisionError
        return letters.one(built, item, now)

    job = Job(
        name="letters", queue=queues.SOON, seconds=1,
        stores=letters.job.stores, work=letters.job.work,
        spread=Spread(due=letters.due, one=one),
    )  # fmt: skip
    crew = Crew(machine)
    assert crew.do(job, QUICK, seconds=10) is False
    crew.close()
    assert sorted(letters.sent[QUICK]) == [one for one in range(200, 240) if one != 203]


def test_work_that_never_ends_gives_its_turn_away(machine: Machine) -> None:
    endless = Job(
        name="endless", queue=queues.BULK, seconds=1,
        stores=lambda _session, _now: (1,), work=lambda _machine, _store, _now: 1,
    )  # fmt: skip
    crew = Crew(machine)
    assert crew.do(endless, 1, seconds=0.05) is True
    crew.close()
