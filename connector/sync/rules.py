"""When to ask again, from where, and when a store's pages make no sense."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from connector import records
from connector.ports.feed import Page, Resource

ORDERS_FROM = timedelta(days=730)
"""How far back the first look at orders goes: 24 months."""

STANDING_EVERY = timedelta(minutes=5)
OVERLAP = timedelta(minutes=2)
"""Asked for twice on purpose: stores write whole seconds, and take a while to write."""

NIGHT_LOOKS_BACK = timedelta(days=3)
_NIGHT = time(3, 0)

ROLL_AFTER = timedelta(minutes=30)
"""The roll is called when the night's lists are through."""
ROLL_PAUSE = timedelta(seconds=2.5)
"""Between two parts of 250: what they cost comes back in it, at 100 points a second.
https://shopify.dev/docs/api/usage/limits: the smallest plan's rate."""
_ROLL_A_NIGHT = 10_000
_ROLL_NIGHTS = 6

_FEW = 20

LEASE = timedelta(minutes=5)
PROBE_FIRST, PROBE_LAST = timedelta(minutes=1), timedelta(hours=6)
SHUT_OUT = timedelta(days=30)
"""A store that refuses us for so long has removed the app, and the word of it was lost."""

RETRY_FIRST, RETRY_LAST = timedelta(seconds=30), timedelta(minutes=30)

MOST_FETCHED = 5_000_000
"""No store of those we serve has more of one thing: its pages do not end."""

_TRAIL = 50
_NOTHING = "-"


def first_since(resource: Resource, now: datetime) -> datetime | None:
    """Where the first look begins; None: with everything there is."""
    return now - ORDERS_FROM if resource is Resource.ORDERS else None


def next_since(
    watermark: datetime | None, started_at: datetime, finished_at: datetime
) -> datetime | None:
    """From where the next look goes on, by the store's clock; None: nothing was ever seen.

    What changes behind our back during a run has a time later than the run's start; the run's
    whole length is therefore asked for again, whatever the two clocks think of each other.
    """
    if watermark is None:
        return None
    return watermark - (finished_at - started_at) - OVERLAP


def watermark(known: datetime | None, told: Iterable[Any], now: datetime) -> datetime | None:
    """The newest change told so far, never later than `now`.

    One date ahead of all clocks must not hide what changes until then; of a store whose clock is
    ahead as a whole, what changed in between is asked for again.
    """
    moments = [at for one in told if (at := getattr(one, "updated_at", None))]
    newest = [min(at, now) for at in moments] + ([known] if known else [])
    return max(newest, default=None)


def next_night(now: datetime, zone: ZoneInfo, *, store_id: int) -> datetime:
    """After three at night by the store's clock, each store at a minute of its own."""
    local = now.astimezone(zone)
    tonight = datetime.combine(local.date(), _NIGHT, zone) + timedelta(minutes=store_id % 120)
    while tonight <= now:
        tonight += timedelta(days=1)
    return tonight


def next_roll(now: datetime, zone: ZoneInfo, *, store_id: int) -> datetime:
    """When the store's roll is called next."""
    return next_night(now - ROLL_AFTER, zone, store_id=store_id) + ROLL_AFTER


def part_of_the_roll(total: int) -> int:
    """How many are asked for in a night: each one's turn comes within a week."""
    return max(_ROLL_A_NIGHT, -(-total // _ROLL_NIGHTS))


def is_too_much(missing: int, held: int) -> bool:
    """A store that lacks more than half of what we hold was not asked well."""
    return missing > max(_FEW, held // 2)


def pause(tries: int, *, first: timedelta = PROBE_FIRST, last: timedelta = PROBE_LAST) -> timedelta:
    """Growing pauses: double at every try, `last` at most."""
    doublings: int = 2 ** min(max(tries - 1, 0), 20)
    return min(first * doublings, last)


def retry_in(tries: int, after_seconds: float | None, *, jitter: float) -> timedelta:
    """How long to leave a store alone that could not answer; `jitter` from 0 to 1."""
    asked = timedelta(seconds=after_seconds or 0.0)
    wait = max(asked, pause(tries, first=RETRY_FIRST, last=RETRY_LAST))
    return wait * (1 + jitter / 5)


def names(record: Any) -> tuple[tuple[str, str], ...]:
    """What a record proves to exist, as (kind, external id)."""
    match record:
        case records.Order():
            own = ("order", record.external_id)
            checkout = record.checkout_external_id
            return (own, ("checkout", checkout)) if checkout else (own,)
        case records.Checkout():
            return (("checkout", record.external_id),)
        case records.Product():
            return (("product", record.external_id),)
        case records.Customer(external_id=str(name)):
            return (("customer", name),)
    return ()


def items(page: Page) -> int:
    """How many of the store's own items a page told: a product and its sizes are one."""
    told = {known[0][1] for one in page.records if (known := names(one))}
    aside = sum(isinstance(one, records.SetAside) for one in page.records)
    return len(told) + aside + len(page.unreadable)


def left(fetched: int, total: int | None, taken: timedelta) -> timedelta | None:
    """How long the rest will take at this pace; None: nobody can know."""
    if not total or not fetched or not taken:
        return None
    return taken * max(total - fetched, 0) / fetched


def trail(before: Sequence[str], page: Page) -> list[str]:
    """The marks of the last pages, this one's last."""
    named = sorted({name for one in page.records for name in _told_apart(one)})
    # Where nothing has a name, equal pages may be different ones: then it counts where they lead.
    told = repr((named or (page.records, page.cursor), page.unreadable))
    empty = not page.records and not page.unreadable
    mark = _NOTHING if empty else hashlib.blake2b(told.encode(), digest_size=8).hexdigest()
    return [*before, mark][-_TRAIL:]


def _told_apart(record: Any) -> tuple[tuple[str, str], ...]:
    """By what a page is known: pages of nothing but what is set aside differ by its names."""
    if isinstance(record, records.SetAside) and record.external_id:
        return ((record.reason, record.external_id),)
    return names(record)


def loop(before: Sequence[str], page: Page, *, cursor: str, fetched: int) -> str:
    """Why these pages lead nowhere; empty when they lead on. Waiting is not going in circles."""
    if not page.cursor or page.wait_seconds > 0:
        return ""
    marks = trail(before, page)
    if page.cursor == cursor:
        return "the store's list does not move on: the same place again"
    if marks[-1] != _NOTHING and marks[-1] in marks[:-1]:
        return "the store's list repeats itself: the same page again"
    if len(marks) == _TRAIL and set(marks) == {_NOTHING}:
        return "the store's list goes on without telling anything"
    if fetched > MOST_FETCHED:
        return f"the store's list does not end: {fetched} and more"
    return ""


def resume_at(started_at: datetime, now: datetime, wait_seconds: float) -> datetime:
    """When the next page is due: at its run's own place in the line, or after a wait."""
    return now + timedelta(seconds=wait_seconds) if wait_seconds > 0 else min(started_at, now)
