"""What silence-watching does when a checkout changes or an order comes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, or_, select
from sqlalchemy.orm import Session

from connector.commerce import keeping, orders
from connector.commerce.models import Checkout
from connector.database import among
from connector.detection import actions
from connector.detection.models import Case, CaseState
from connector.timeline.actions import on
from connector.timeline.events import Event, Name


@on(Name.CHECKOUT_CHANGED, Name.CHECKOUT_COMPLETED, Name.CHECKOUT_DELETED)
def watch_again(session: Session, events: Sequence[Event]) -> None:
    actions.watch(session, [event.subject_id for event in events])


@on(Name.CHECKOUT_DELETED)
def drop_cases(session: Session, events: Sequence[Event]) -> None:
    for event in events:
        query = select(Case.id).where(
            Case.checkout_id == event.subject_id, Case.state == CaseState.OPEN
        )
        for case_id in session.scalars(query).all():
            actions.close_case(session, case_id, event.happened_at, because="checkout removed")


@on(Name.ORDER_BOUGHT)
def close_cases(session: Session, events: Sequence[Event]) -> None:
    """Whoever bought is left alone: by checkout, by person, by address (complaint C01)."""
    moments = {event.subject_id: event.happened_at for event in events}
    by_store: dict[int, list[Buyer]] = {}
    for order_id, marks in orders.marks(session, moments).items():
        by_store.setdefault(marks.store_id, []).append((marks, moments[order_id]))
    for store_id, bought in by_store.items():
        for part in keeping.parts(bought):
            _leave_alone(session, store_id, part)


Buyer = tuple[Row[Any], datetime]
"""An order's marks, and when it was bought."""

_SAME = {
    "external_id": "checkout_external_id",
    "cart_token": "cart_token",
    "email_key": "email_key",
    "customer_id": "customer_id",
}
"""A checkout's column → the order's, by which they are known to be one person's."""


def _leave_alone(session: Session, store_id: int, bought: Sequence[Buyer]) -> None:
    """Close the buyers' cases, each at the moment of its order."""
    moments: dict[int, datetime] = {}
    people: dict[int, datetime] = {
        order.customer_id: moment for order, moment in bought if order.customer_id
    }
    for column, name in _SAME.items():
        named = {getattr(order, name): moment for order, moment in bought if getattr(order, name)}
        query = select(Checkout.id, getattr(Checkout, column)).where(
            Checkout.store_id == store_id, among(session, getattr(Checkout, column), named)
        )
        moments.update((row_id, named[value]) for row_id, value in session.execute(query))
    actions.watch(session, moments)
    cases = select(Case.id, Case.checkout_id, Case.customer_id).where(
        Case.store_id == store_id,
        Case.state == CaseState.OPEN,
        or_(among(session, Case.checkout_id, moments), among(session, Case.customer_id, people)),
    )
    for case in session.execute(cases).all():
        moment = moments.get(case.checkout_id) or people[case.customer_id]
        actions.close_case(session, case.id, moment, because="bought")
