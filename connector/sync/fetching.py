"""One page from a store, or why there is none, in terms of what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from connector import log
from connector.errors import AccessLost, AskbackError, Refused, Retryable
from connector.ports.feed import Feed, Page, Resource
from connector.ports.platform import Access
from connector.stores.reaching import Way
from connector.sync.models import Purpose

EXPIRED = "expired_cursor"

_log = log.logger("sync")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A page that this worker is to fetch, until its lease ends."""

    id: int
    store_id: int
    resource: Resource
    purpose: Purpose
    cursor: str
    since: datetime | None
    run: datetime | None
    """When the run began that this page is a part of."""
    lease_ends_at: datetime
    probing: bool
    """Has the store refused us before? Then this page is asked for to see whether it still does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """The store could not answer now."""

    reason: str
    after_seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """The store did not let us in with the keys that we had."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """This list cannot be had, for a reason that the merchant can act on."""

    reason: str


@dataclass(frozen=True, slots=True)
class Expired:
    """The cursor is too old: begin again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """A part of a roll call: of so many `asked` by name these are `gone`.

    `through` is the last name asked; "" says that it was the last of all. `total` is how many
    there are in all, told with the first part.
    """

    asked: int
    gone: frozenset[str]
    through: str
    total: int | None = None


Problem = Later | Lost | Failed | Expired
Outcome = Page | Called | Problem

_Answer = TypeVar("_Answer")


def fetch(feed: Feed, way: Way, claim: Claim) -> Page | Problem:
    """Ask for the page; whatever goes wrong comes back as a value."""
    return attempt(
        way,
        claim,
        lambda access: feed.page(access, claim.resource, claim.cursor, since=claim.since),
    )


def attempt(way: Way, claim: Claim, ask: Callable[[Access], _Answer]) -> _Answer | Problem:
    """Ask the store; whatever goes wrong comes back as a value."""
    access: Access | None = None
    try:
        access = way.access()
        return ask(access)
    except AccessLost as problem:
        return _lost(access, way, problem, probing=claim.probing)
    except Retryable as problem:
        return Later(reason=str(problem), after_seconds=problem.after_seconds)
    except Refused as problem:
        expired = problem.code == EXPIRED and bool(claim.cursor)
        return Expired() if expired else Failed(reason=str(problem))
    except AskbackError as problem:
        return Failed(reason=str(problem))
    except Exception as problem:  # noqa: BLE001 # a reader's bug is shown and tried again; others go on
        _log.error("feed failed", cursor=claim.id, exc_info=problem)
        return Failed(reason=f"the reader failed: {problem!r}"[:500])


def _lost(access: Access | None, way: Way, problem: AccessLost, *, probing: bool) -> Problem:
    """Refused altogether, or this one list only?"""
    try:
        if access is None or probing:
            raise problem
        way.after_refusal(access, problem)
    except AccessLost:
        return Lost(reason=str(problem))
    except Retryable as later:
        return Later(reason=str(later), after_seconds=later.after_seconds)
    except AskbackError:
        return Failed(reason=str(problem))
    return Later(reason="the store's keys were changed while it was read")
