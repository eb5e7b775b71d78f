"""When a message may leave: quiet hours, caps, worth, and what came in between."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from connector.consent.rules import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What holds at the moment of sending."""

    now: datetime
    worthless_after: datetime
    store_connected: bool
    bought: bool
    case_open: bool
    moved_on: bool
    """The checkout now belongs to somebody else (the address was changed midway)."""
    sent_last_day: int
    sent_last_week: int


def still_wanted(situation: Situation) -> Verdict:
    """Is the message still true and welcome? Every reason why not."""
    objections = (
        ("the store is disconnected", not situation.store_connected),
        ("already bought", situation.bought),
        ("the case is closed", not situation.case_open and not situation.bought),
        ("the address of the checkout was changed", situation.moved_on),
        ("too late: it would be worthless now", situation.now > situation.worthless_after),
    )
    return Verdict(tuple(reason for reason, holds in objections if holds))


def within_caps(situation: Situation, *, per_day: int, per_week: int) -> Verdict:
    """Marketing only: what she has had from all journeys together; 0 means no cap (M088)."""
    objections = (
        (f"frequency cap: {per_day} a day", 0 < per_day <= situation.sent_last_day),
        (f"frequency cap: {per_week} a week", 0 < per_week <= situation.sent_last_week),
    )
    return Verdict(tuple(reason for reason, holds in objections if holds))


def after_quiet_hours(
    now: datetime, zone: ZoneInfo, *, quiet_from: time | None, quiet_until: time | None
) -> datetime:
    """`now`, or the end of the quiet hours that it falls into, in the reader's own zone."""
    if quiet_from is None or quiet_until is None or quiet_from == quiet_until:
        return now
    local = now.astimezone(zone)
    clock = local.time().replace(tzinfo=None)
    if quiet_from < quiet_until:
        quiet, days = quiet_from <= clock < quiet_until, 0
    else:
        quiet = clock >= quiet_from or clock < quiet_until
        days = 1 if clock >= quiet_from else 0
    if not quiet:
        return now
    morning = datetime.combine(local.date() + timedelta(days=days), quiet_until, zone)
    return morning.astimezone(now.tzinfo)


def retry_after(tries: int, asked: float | None) -> timedelta:
    """How long to wait before the next try: what the other side asked, else ever longer."""
    return timedelta(seconds=asked if asked is not None else min(30 * 2**tries, 3600))


_MACHINES = ("bot", "crawl", "spider", "preview", "scan", "fetch", "curl", "python", "proofpoint")


def looks_automatic(method: str, user_agent: str) -> bool:
    """Is this a link scanner or a preview rather than a person (complaint C10)?"""
    agent = user_agent.lower()
    return method != "GET" or not agent or any(word in agent for word in _MACHINES)
