"""When a write is tried again, and what is worth writing about an order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from connector import vault
from connector.errors import LONGEST_PAUSE_SECONDS, AskbackError, Pointless

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=6)
LONGEST_PAUSE = timedelta(seconds=LONGEST_PAUSE_SECONDS)

CLOCKS_DIFFER = timedelta(days=1)
"""A store's clock may be hours behind ours; to tell it a word twice does no harm."""

AFTER_EXPIRY = timedelta(days=1)
"""An order paid in the coupon's last minute has reached us, and the store's count, by then."""

SHUT_OUT = timedelta(minutes=15)
"""Until we knock again at a store that does not let us in: a human has to connect it."""

WORTH_FOR: Mapping[str, timedelta] = {
    "customer_note": timedelta(days=3),
    "order": timedelta(days=1),
    "order_note": timedelta(days=14),
    "order_tags": timedelta(days=30),
}
"""How long after it was wished for a write of this kind (`models.Kind`) still makes sense.

A store that comes back after months gets no notes of then, and nobody an order that she does
not expect any more. Her word on consent is never too old, nor is tidying up: both are tried until
they are done.
"""

AWAITED = frozenset({"order"})
"""Kinds for whose end somebody sits and waits: she is told of a no at once, and may ask again."""

TOO_OLD = "too old when the store could be reached again"


def too_old(met: str) -> str:
    """The reason of a write that is worth nothing any more, with what its last try `met`."""
    return f"{TOO_OLD}: {met}" if met else TOO_OLD


_SHARES = 10_000


def next_try(key: str, tries: int, asked_seconds: float | None = None) -> timedelta:
    """How long to wait after the `tries`-th try: ever longer, and not all at one moment.

    At least what the store asked for, a day at most. The jitter is the write's own, so that it
    can be retold.
    """
    doubled: timedelta = min(FIRST_WAIT * 2 ** min(tries, 20), LONGEST_WAIT)
    wait = max(doubled, timedelta(seconds=asked_seconds or 0))
    return min(wait * (1 + vault.share(f"{key}:{tries}") / _SHARES / 4), LONGEST_PAUSE)


def ends(kind: str, problem: AskbackError) -> bool:
    """Is the write over with this no?

    Only where it lies in the thing itself. An unpaid plan, a plugin that is switched off while it
    is updated, a firewall, a key with too few rights: all of them pass, and what was to be
    written is as true afterwards.
    """
    return isinstance(problem, Pointless) or kind in AWAITED


def drop_at(kind: str, wanted_at: datetime) -> datetime | None:
    """The last moment of a write wished for then; None: it has none."""
    lasts = WORTH_FOR.get(kind)
    return wanted_at + lasts if lasts else None


def worth_telling(grade: str, arm: str) -> bool:
    """Did this order come back after we had written? Nothing is said of the holdout's orders."""
    return arm != "holdout" and grade != "none"
