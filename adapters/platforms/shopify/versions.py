"""Which version of its API Shopify serves, and how long yet.

A version is released at 17:00 UTC on the first day of its quarter and served for at least 12
months. One that is served no longer is answered by the oldest that still is, and nothing but the
header X-Shopify-API-Version says so: https://shopify.dev/docs/api/usage/versioning
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.http import Response
from adapters.platforms.shopify import documents
from connector.errors import AccessLost, Permanent
from connector.ports.notices import Code, Notice

HEADER = "X-Shopify-API-Version"
NOTICE = timedelta(days=60)
"""So long before its end a version is warned of: time for an update without haste."""


def look(call: Callable[..., Mapping[str, Any]], asked: str, now: datetime) -> tuple[Notice, ...]:
    """Any call is answered with the version; one that the served version does not know as well.

    Raises AccessLost, Retryable.
    """
    heard: list[str] = []
    try:
        call(documents.WHO, {}, hears=lambda answer: heard.append(served(answer)))
    except AccessLost:
        raise
    except Permanent:
        pass  # what it has answered is not asked here, but by which version
    if heard and heard[-1] not in ("", asked):
        facts = {"asked": asked, "served": heard[-1]}
        return (Notice(code=Code.VERSION_SERVED, facts=facts),)
    ends_at = supported_until(asked)
    if now + NOTICE < ends_at:
        return ()
    facts = {"version": asked, "ends_at": ends_at.isoformat()}
    return (Notice(code=Code.VERSION_ENDS, facts=facts),)


def served(answer: Response) -> str:
    """The version that answered; "" where it is not said."""
    return answer.headers.get(HEADER, "").strip()[:20]


def supported_until(version: str) -> datetime:
    """When "2026-07" may have ended: a year after its release."""
    year, month = map(int, version.split("-"))
    return datetime(year + 1, month, 1, 17, tzinfo=UTC)
