"""What a kind of background work has to say of itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from connector.machine import Machine

EVERY_STORE = 0
"""In place of a store's id: work that is claimed across all stores at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Work made of items that wait for the outside world, to be done by several hands.

    `due` lists a store's items, oldest first; `one` does an item, False: somebody else has it.
    """

    due: Callable[[Session, int, datetime, int], list[int]]
    one: Callable[[Machine, int, datetime], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A name, a queue, and two calls: which stores have due work, and do a batch of it.

    `work` returns how many it dealt with; 0 means that nothing is left. It is safe to run
    twice at once, because whatever it takes is claimed in the database.
    """

    name: str
    queue: str
    seconds: float
    """How often the scheduler looks for work that nobody was nudged for."""
    stores: Callable[[Session, datetime], Iterable[int]]
    work: Callable[[Machine, int, datetime], int]
    per_store: bool = True
    spread: Spread | None = None
    turn_seconds: float = 10.0
    """After this long in one worker the next one in the queue has its turn."""

    def store(self, store_id: int) -> int:
        """Under which number this store's work is known."""
        return store_id if self.per_store else EVERY_STORE
