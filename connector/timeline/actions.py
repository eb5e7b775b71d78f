"""Tell what happened: written once, then passed to whoever listens."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from connector.database import add_missing
from connector.timeline.events import SIGNALS, Event, Name
from connector.timeline.models import TimelineEvent

Listener = Callable[[Session, Sequence[Event]], None]

LISTENERS: dict[Name, list[Listener]] = defaultdict(list)
"""Event → what later stages do about it; each stage's listeners.py adds its own."""


def on(*names: Name) -> Callable[[Listener], Listener]:
    """Register a listener; it gets all events of one transaction step at once."""

    def register(listener: Listener) -> Listener:
        for name in names:
            if listener not in LISTENERS[name]:
                LISTENERS[name].append(listener)
        return listener

    return register


def record(session: Session, events: Sequence[Event]) -> None:
    """Write the events (telling one twice changes nothing) and let the listeners act."""
    rows = [_row(event) for event in events if event.name not in SIGNALS]
    add_missing(session, TimelineEvent, rows)
    by_name: dict[Name, list[Event]] = {}
    for event in events:
        by_name.setdefault(event.name, []).append(event)
    for name, group in by_name.items():
        for listener in LISTENERS[name]:
            listener(session, group)


def _row(event: Event) -> dict[str, object]:
    return {
        "store_id": event.store_id,
        "customer_id": event.customer_id,
        "name": event.name.value,
        "key": event.unique_key,
        "happened_at": event.happened_at,
        "facts": event.facts,
    }
