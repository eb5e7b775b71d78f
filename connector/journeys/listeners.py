"""What starts journeys and what ends them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.detection.models import Case
from connector.journeys import actions
from connector.journeys.library import JOURNEYS
from connector.journeys.models import Enrollment, EnrollmentState
from connector.timeline.actions import on
from connector.timeline.events import Event, Name


@on(Name.CHECKOUT_ABANDONED)
def start(session: Session, events: Sequence[Event]) -> None:
    for event in events:
        case = session.get_one(Case, event.subject_id)
        for journey in JOURNEYS.values():
            if journey.starts_on == event.name:
                actions.enroll(session, case, journey, event.happened_at)


@on(Name.CASE_CLOSED)
def end_with_the_case(session: Session, events: Sequence[Event]) -> None:
    for event in events:
        query = select(Enrollment).where(
            Enrollment.case_id == event.subject_id, Enrollment.state == EnrollmentState.ACTIVE
        )
        for enrollment in session.scalars(query).all():
            actions.end(session, enrollment, event.happened_at, because=event.facts["because"])


@on(Name.UNSUBSCRIBED)
def end_when_unwanted(session: Session, events: Sequence[Event]) -> None:
    for event in events:
        query = select(Enrollment).where(
            Enrollment.customer_id == event.customer_id,
            Enrollment.state == EnrollmentState.ACTIVE,
        )
        for enrollment in session.scalars(query).all():
            actions.end(session, enrollment, event.happened_at, because="unsubscribed")
