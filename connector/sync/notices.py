"""What is not as it should be in a store and only its merchant can change: looked at, and told.

In the same look the store says which words of its own it has for orders.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from babel.dates import format_date
from sqlalchemy import select
from sqlalchemy.orm import Session

from connector import clock, log, texts
from connector.errors import AskbackError, Moved
from connector.ports.notices import ABOUT_A_CHECKOUT, Code, Notice, TellsOwnMails, TellsVersions
from connector.ports.platform import Access, Platform
from connector.ports.statuses import NamesStatuses, OwnStatus
from connector.sync.models import WebhookCheck

Stored = dict[str, Any]

ACCESS, MAILS, PLACE, VERSIONS, STATUSES = "access", "mails", "place", "versions", "statuses"

_DAYS = ("left_at", "ends_at")
"""Facts that are told as a day, by the store's calendar."""

_log = log.logger("notices")


def _shortcomings(platform: Platform, access: Access, _now: datetime) -> tuple[Notice, ...]:
    return platform.shortcomings(access)


def own_mails(platform: Platform, access: Access, now: datetime) -> tuple[Notice, ...]:
    """The mails of the store's own; none where the platform does not show them."""
    return platform.own_mails(access, now) if isinstance(platform, TellsOwnMails) else ()


def _versions(platform: Platform, access: Access, now: datetime) -> tuple[Notice, ...]:
    return platform.versions(access, now) if isinstance(platform, TellsVersions) else ()


def _statuses(platform: Platform, access: Access, _now: datetime) -> tuple[OwnStatus, ...]:
    return platform.own_statuses(access) if isinstance(platform, NamesStatuses) else ()


_LOOKS: Mapping[
    str, Callable[[Platform, Access, datetime], tuple[Notice, ...] | tuple[OwnStatus, ...]]
] = {
    ACCESS: _shortcomings,
    MAILS: own_mails,
    VERSIONS: _versions,
    STATUSES: _statuses,
}


def look(platform: Platform, reach: Callable[[], Access], now: datetime) -> dict[str, list[Stored]]:
    """What was found, by what was looked at; what could not be seen this time is left out."""
    found = {}
    for name, ask in _LOOKS.items():
        try:
            found[name] = [asdict(one) for one in ask(platform, reach(), now)]
        except AskbackError as problem:
            _log.warning("not seen", what=name, problem=type(problem).__name__)
        except Exception as problem:  # noqa: BLE001 # a bug here must not stop the webhooks' check
            _log.error("look failed", what=name, exc_info=problem)
    return found


def whereabouts(problem: Exception | None) -> dict[str, list[Stored]]:
    """A store that answers from another host; nothing is known where it does not answer at all."""
    if isinstance(problem, Moved):
        return {PLACE: [asdict(Notice(code=Code.STORE_MOVED, facts={"target": problem.target}))]}
    return {} if problem is not None else {PLACE: []}


def restored(stored: Iterable[Any]) -> Sequence[Notice]:
    """Stored notices; what another version wrote and this one has no words for is left out."""
    return [
        Notice(code=Code(one["code"]), facts=one.get("facts", {}))
        for one in stored
        if isinstance(one, dict) and one.get("code") in set(Code)
    ]


def own_statuses(session: Session, store_id: int) -> dict[str, str]:
    """The store's own order statuses, as far as was seen: by orders' word, as she reads them."""
    stored = session.scalar(select(WebhookCheck.notices).where(WebhookCheck.store_id == store_id))
    return {one["status"]: one["name"] for one in (stored or {}).get(STATUSES, ())}


def speaks_by_itself(session: Session, store_id: int) -> bool:
    """Does this store write to shoppers about the checkouts they left, as far as was seen?"""
    stored = session.scalar(select(WebhookCheck.notices).where(WebhookCheck.store_id == store_id))
    return any(one.code in ABOUT_A_CHECKOUT for one in restored((stored or {}).get(MAILS, ())))


def facts(notice: Notice, locale: str, zone: str) -> dict[str, str]:
    """The notice's facts as its sentences want them, in the merchant's language."""
    said = {name: texts.clean(value) for name, value in notice.facts.items()}
    if scope := said.get("scope"):
        said["purpose"] = texts.text(f"notice.scope.{scope}", locale)
    for name in _DAYS:
        if moment := said.get(name):
            day = clock.parse(moment).astimezone(clock.zone(zone))
            said[name] = format_date(day, "long", locale=locale)
    return said


def in_words(notice: Notice, locale: str, zone: str) -> tuple[str, str]:
    """What is so, and what to do about it, as plain text."""
    known = facts(notice, locale, zone)
    key = f"notice.{notice.code}"
    return texts.text(f"{key}.said", locale, **known), texts.text(f"{key}.remedy", locale, **known)
