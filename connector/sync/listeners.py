"""A store whose owner removed the app has ended its subscriptions and our keys with it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete
from sqlalchemy.orm import Session

from connector.sync.models import WebhookCheck
from connector.timeline.actions import on
from connector.timeline.events import Event, Name


@on(Name.STORE_UNINSTALLED)
def ask_nothing_more(session: Session, events: Sequence[Event]) -> None:
    """There is nobody to ask and nothing to take back; a check under way ends by itself."""
    gone = [event.store_id for event in events]
    session.execute(
        delete(WebhookCheck).where(
            WebhookCheck.store_id.in_(gone), WebhookCheck.lease_ends_at.is_(None)
        )
    )
