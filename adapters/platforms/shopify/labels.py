"""What the headers of a Shopify webhook say of it."""

from __future__ import annotations

import hashlib
from datetime import datetime

from connector import clock
from connector.ports.platform import Envelope, Label

LONGEST = 255
UNKNOWN = "unknown"
UNDOES_LATER = ("app/uninstalled", "shop/redact", "/delete")
"""Ends of topics whose late copy would undo what was done since."""


def label(envelope: Envelope) -> Label:
    """Topic and keys. Several subscriptions to one topic deliver one event each, under
    webhook ids of their own: https://shopify.dev/docs/apps/build/webhooks/ignore-duplicates
    """
    header = envelope.headers.get
    topic = _short(header("x-shopify-topic", "").strip() or UNKNOWN)
    event = header("x-shopify-event-id", "").strip()
    webhook = header("x-shopify-webhook-id", "").strip()
    name = event or webhook or f"sha256:{hashlib.sha256(envelope.body).hexdigest()}"
    return Label(
        topic=topic,
        dedupe_key=_short(f"{topic}:{name}"),
        delivery_id=_short(f"{topic}:{webhook}") if webhook else None,
        happened_at=_moment(header("x-shopify-triggered-at", ""))
        if topic.endswith(UNDOES_LATER)
        else None,
    )


def _moment(text: str) -> datetime | None:
    """When the event happened; all retries of its delivery say the same:
    https://shopify.dev/docs/apps/build/webhooks/delivery-structure
    """
    try:
        return clock.parse(text.strip())
    except ValueError:
        return None


def _short(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    return f"sha256:{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()}"
