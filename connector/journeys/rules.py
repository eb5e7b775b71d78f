"""Who is asked at all, and what an answer must hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from connector import vault

MORNING = time(9)
"""When a reminder goes out on the chosen day, in the reader's own time."""

LONGEST_DAYS_AHEAD = 365
LONGEST_WORDS = 2000


def in_holdout(store_key: str, person: str, *, percent: int) -> bool:
    """Is this person one of those who get no messages, so that the others can be compared?

    Stable per store and person: the same answer at every visit.
    """
    return vault.share(f"holdout:{store_key}:{person}") < percent * 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A shopper's answer, checked."""

    reason: str
    words: str = ""
    remind_on: date | None = None


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with an answer: a key of the texts."""

    key: str


def check(
    reason: str, words: str, remind_on: str, *, known: tuple[str, ...], today: date
) -> Reply | Mistake:
    """Read the question page's form."""
    if reason not in known:
        return Mistake("question.error_reason")
    cleaned = "".join(c for c in words if c.isprintable() or c in "\n\t").strip()
    if reason != "not_now":
        return Reply(reason=reason, words=cleaned[:LONGEST_WORDS])
    try:
        day = date.fromisoformat(remind_on)
    except ValueError:
        return Mistake("question.error_date")
    if not today < day <= today + timedelta(days=LONGEST_DAYS_AHEAD):
        return Mistake("question.error_date")
    return Reply(reason=reason, words=cleaned[:LONGEST_WORDS], remind_on=day)


def morning_of(day: date, zone: ZoneInfo) -> datetime:
    """When the reader's chosen day has begun for her."""
    return datetime.combine(day, MORNING, zone)
