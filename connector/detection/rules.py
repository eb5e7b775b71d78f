"""When silence means that a checkout was abandoned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from connector.records import Stage
from connector.stores.policy import SHORTEST_SILENCE_MINUTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """What decides over a checkout's silence."""

    silent_since: datetime
    reachable: bool
    completed: bool
    deleted: bool
    bought_since: bool
    stage: Stage


@dataclass(frozen=True, slots=True)
class Watch:
    """Look again at `due_at`; without it, never, because of `passed_over` (may be empty)."""

    due_at: datetime | None
    passed_over: str = ""


def watch(
    silence: Silence, *, silence_minutes: int, early_wait_hours: int, active_since: datetime
) -> Watch:
    """When to look whether this checkout was abandoned; early leavers may be let alone longer."""
    if silence.completed or silence.deleted:
        return Watch(None)
    if silence.bought_since:
        return Watch(None, "bought in the meantime")
    if not silence.reachable:
        return Watch(None, "nobody to write to: no address, no telephone")
    if silence.silent_since < active_since:
        return Watch(None, "left before Askback was switched on")
    minutes = max(silence_minutes, SHORTEST_SILENCE_MINUTES)
    early = silence.stage <= Stage.ENTERED_CONTACT
    wait = timedelta(minutes=minutes)
    return Watch(silence.silent_since + max(wait, timedelta(hours=early_wait_hours * early)))


def too_late(silent_since: datetime, now: datetime, *, latest_hours: int) -> bool:
    """Is it too long ago to ask (after an outage: judged again, not blindly sent)?"""
    return now - silent_since > timedelta(hours=latest_hours)
