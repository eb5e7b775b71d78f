"""What time it is, asked once at the edge and passed on as an argument."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def parse(text: str, *, naive_is_utc: bool = False) -> datetime:
    """Read an ISO 8601 time into aware UTC.

    Raises ValueError for what is no time, and for a time without an offset unless
    `naive_is_utc` says that its field is UTC by name (WooCommerce's *_gmt).
    """
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            if not naive_is_utc:
                raise ValueError(f"no time zone in {text!r}")
            moment = moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC)
    except (OverflowError, TypeError) as problem:
        raise ValueError(f"not a time: {text!r}") from problem


def zone(name: str | None, *fallbacks: str | None) -> ZoneInfo:
    """The first of the named zones that exists; UTC when none does."""
    for candidate in (name, *fallbacks):
        if candidate:
            try:
                return ZoneInfo(candidate)
            except (ZoneInfoNotFoundError, ValueError, OSError):
                continue  # an unknown zone is expected data: the next fallback answers
    return ZoneInfo("UTC")
