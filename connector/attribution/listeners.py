"""What attribution does with orders."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from connector.attribution import actions
from connector.commerce import orders
from connector.timeline.actions import on
from connector.timeline.events import Event, Name


@on(Name.ORDER_BOUGHT)
def credit(session: Session, events: Sequence[Event]) -> None:
    ours = actions.perhaps_ours(session, [event.subject_id for event in events])
    for order in orders.by_id(session, ours).values():
        actions.credit(session, order)


@on(Name.ORDER_CHANGED)
def settle(session: Session, events: Sequence[Event]) -> None:
    undone = [
        event.subject_id
        for event in events
        if event.facts["state"] in ("cancelled", "refunded") or event.facts.get("refunded")
    ]
    for order in orders.by_id(session, undone).values():
        actions.settle_refunds(session, order)
