"""Enroll, go on step by step, take answers, end."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from connector import clock
from connector.commerce.models import Checkout, Customer
from connector.coupons.rules import person_key
from connector.database import insert
from connector.detection import actions as detection
from connector.detection.models import Case, CaseState
from connector.journeys import rules, steps
from connector.journeys.library import JOURNEYS
from connector.journeys.models import Answer, Arm, Enrollment, EnrollmentState
from connector.journeys.reasons import REASONS
from connector.journeys.rules import Reply
from connector.messages import actions as messages
from connector.messages.models import Kind
from connector.nudge import nudge
from connector.stores import policy
from connector.stores.models import Store
from connector.timeline import actions as timeline
from connector.timeline.events import Event, Name

REQUESTED_WORTH = timedelta(days=2)
ALERT_WORTH = timedelta(days=7)
HOLDOUT_WINDOW = timedelta(days=14)


def enroll(session: Session, case: Case, journey: steps.Journey, now: datetime) -> None:
    """Start the journey for this case, or only watch it where the person is held out."""
    store = session.get_one(Store, case.store_id)
    customer = session.get_one(Customer, case.customer_id)
    decided = policy.load(store.policy)
    person = person_key(customer.email) if customer.email else f"customer-{customer.id}"
    held_out = rules.in_holdout(store.key, person, percent=decided.holdout_percent)
    started = session.execute(
        insert(session, Enrollment)
        .values(
            store_id=case.store_id,
            customer_id=case.customer_id,
            case_id=case.id,
            journey=journey.name,
            version=journey.version,
            arm=(Arm.HOLDOUT if held_out else Arm.TREATED).value,
            memory={},
            started_at=now,
            due_at=now + HOLDOUT_WINDOW if held_out else now,
        )
        .on_conflict_do_nothing()
        .returning(Enrollment.id)
    ).scalar()
    if started is None:
        return
    event = Event(
        name=Name.JOURNEY_STARTED,
        store_id=case.store_id,
        subject_id=started,
        customer_id=case.customer_id,
        happened_at=now,
        facts={"journey": journey.name, "arm": "holdout" if held_out else "treated"},
    )
    timeline.record(session, [event])
    nudge(session, "journeys", case.store_id)


def advance(session: Session, now: datetime, *, limit: int = 100) -> int:
    """Take every due enrollment as far as it goes now; returns how many were due."""
    due = session.scalars(
        select(Enrollment)
        .where(Enrollment.due_at.is_not(None), Enrollment.due_at <= now)
        .order_by(Enrollment.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for enrollment in due:
        if enrollment.arm == Arm.HOLDOUT:
            end(session, enrollment, now, because="holdout window over")
        else:
            _walk(session, enrollment, now)
    return len(due)


def _walk(session: Session, enrollment: Enrollment, now: datetime) -> None:
    """Carry out steps until one waits or the journey ends."""
    track = JOURNEYS[enrollment.journey].track(enrollment.track)
    was_due = enrollment.due_at or now
    enrollment.due_at = None
    while enrollment.due_at is None and enrollment.state == EnrollmentState.ACTIVE:
        if enrollment.position >= len(track):
            end(session, enrollment, now, because="the journey is over")
            return
        step = track[enrollment.position]
        name = f"{enrollment.track or 'main'}:{enrollment.position}"
        enrollment.position += 1
        match step:
            case steps.Ask() | steps.Send() | steps.TellMerchant():
                _speak(session, enrollment, step, name, now, was_due=was_due)
            case steps.Wait(hours=hours):
                enrollment.due_at = now + timedelta(hours=hours)
            case steps.WaitUntil(remembered=key):
                enrollment.due_at = max(now, _remembered(session, enrollment, key))
            case steps.Stop(because=because):
                end(session, enrollment, now, because=because)


def _speak(
    session: Session,
    enrollment: Enrollment,
    step: steps.Ask | steps.Send | steps.TellMerchant,
    name: str,
    now: datetime,
    *,
    was_due: datetime,
) -> None:
    """Ask for the step's message; its worth is counted from when it was due, outage or not."""
    case = session.get_one(Case, enrollment.case_id)
    store = session.get_one(Store, enrollment.store_id)
    decided = policy.load(store.policy)
    facts: dict[str, Any] = {**enrollment.memory, "reason": enrollment.track}
    offer = ""
    match step:
        case steps.Ask():
            checkout = session.get_one(Checkout, case.checkout_id)
            kind, worth = Kind.MARKETING, timedelta(hours=decided.latest_hours)
            worthless = max(checkout.silent_since + worth, was_due + timedelta(hours=1))
            facts["reasons"] = [one for one in REASONS if one not in decided.reasons_off]
        case steps.Send():
            kind, worthless = Kind(step.kind), was_due + REQUESTED_WORTH
            offer = enrollment.track if step.offer else ""
        case steps.TellMerchant():
            kind, worthless = Kind.TRANSACTIONAL, was_due + ALERT_WORTH
    messages.queue(
        session, now,
        store_id=enrollment.store_id, customer_id=enrollment.customer_id, case_id=case.id,
        enrollment_id=enrollment.id, step=name, kind=kind, template=step.template,
        worthless_after=worthless, facts=facts, offer=offer,
        to_merchant=isinstance(step, steps.TellMerchant),
    )  # fmt: skip


def _remembered(session: Session, enrollment: Enrollment, key: str) -> datetime:
    store = session.get_one(Store, enrollment.store_id)
    day = datetime.fromisoformat(enrollment.memory[key]).date()
    return rules.morning_of(day, clock.zone(store.timezone))


def answer(session: Session, enrollment: Enrollment, reply: Reply, now: datetime) -> bool:
    """Keep the answer and let its steps take over; False where nothing new was said.

    A repeated click changes nothing. Once the case is closed the words are kept, no more.
    """
    # Clicks at the same moment come one after the other: the second one finds the first.
    session.refresh(enrollment, with_for_update=True)
    known = session.scalar(
        select(Answer).where(Answer.enrollment_id == enrollment.id, Answer.reason == reply.reason)
    )
    if known and (known.words, known.remind_on) == (reply.words, reply.remind_on):
        return False
    if known:
        known.words, known.remind_on = reply.words, reply.remind_on
    else:
        _keep_answer(session, enrollment, reply, now)
    if enrollment.state == EnrollmentState.ENDED:
        return True
    enrollment.memory = enrollment.memory | {
        "words": reply.words,
        **({"remind_on": reply.remind_on.isoformat()} if reply.remind_on else {}),
    }
    enrollment.track, enrollment.position, enrollment.due_at = reply.reason, 0, now
    nudge(session, "journeys", enrollment.store_id)
    return True


def _keep_answer(session: Session, enrollment: Enrollment, reply: Reply, now: datetime) -> None:
    row = Answer(
        store_id=enrollment.store_id,
        customer_id=enrollment.customer_id,
        case_id=enrollment.case_id,
        enrollment_id=enrollment.id,
        reason=reply.reason,
        words=reply.words,
        remind_on=reply.remind_on,
        answered_at=now,
    )
    session.add(row)
    session.flush()
    event = Event(
        name=Name.QUESTION_ANSWERED,
        store_id=enrollment.store_id,
        subject_id=row.id,
        customer_id=enrollment.customer_id,
        happened_at=now,
        facts={"reason": reply.reason},
    )
    timeline.record(session, [event])


def end(session: Session, enrollment: Enrollment, now: datetime, *, because: str) -> None:
    """End the run and its case; ending twice is ending once."""
    ended = session.execute(
        update(Enrollment)
        .where(Enrollment.id == enrollment.id, Enrollment.state == EnrollmentState.ACTIVE)
        .values(state=EnrollmentState.ENDED, ended_at=now, ended_because=because[:100], due_at=None)
        .returning(Enrollment.id)
    ).scalar()
    if ended is None:
        return
    session.refresh(enrollment)
    event = Event(
        name=Name.JOURNEY_ENDED,
        store_id=enrollment.store_id,
        subject_id=enrollment.id,
        customer_id=enrollment.customer_id,
        happened_at=now,
        facts={"because": because},
    )
    timeline.record(session, [event])
    case = session.get(Case, enrollment.case_id)
    if case and case.state == CaseState.OPEN:
        detection.close_case(session, case.id, now, because=because)
