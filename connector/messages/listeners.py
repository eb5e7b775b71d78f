"""What messages do when a case ends or somebody unsubscribes."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.detection.models import Case
from connector.messages import actions
from connector.timeline.actions import on
from connector.timeline.events import Event, Name


@on(Name.CASE_CLOSED)
def call_off(session: Session, events: Sequence[Event]) -> None:
    for event in events:
        because = event.facts["because"]
        reason = "already bought" if because == "bought" else f"the case is closed ({because})"
        actions.call_off(session, [event.subject_id], event.happened_at, because=reason)


@on(Name.UNSUBSCRIBED)
def fall_silent(session: Session, events: Sequence[Event]) -> None:
    for event in events:
        query = select(Case.id).where(Case.customer_id == event.customer_id)
        actions.call_off(
            session, session.scalars(query).all(), event.happened_at, because="unsubscribed"
        )
