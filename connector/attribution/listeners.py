"""What attribution does with orders."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from connector.attribution import actions
from connector.commerce.models import Order
from connector.timeline.actions import on
from connector.timeline.events import Event, Name


@on(Name.ORDER_BOUGHT)
def credit(session: Session, events: Sequence[Event]) -> None:
    for event in events:
        actions.credit(session, session.get_one(Order, event.subject_id))


@on(Name.ORDER_CHANGED)
def settle(session: Session, events: Sequence[Event]) -> None:
    for event in events:
        if event.facts["state"] in ("cancelled", "refunded") or event.facts.get("refunded"):
            actions.settle_refunds(session, session.get_one(Order, event.subject_id))
