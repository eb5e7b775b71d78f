"""What coupons do when an order is bought."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from connector.commerce import orders
from connector.coupons import actions, rules
from connector.timeline.actions import on
from connector.timeline.events import Event, Name


@on(Name.ORDER_BOUGHT)
def note_used_coupons(session: Session, events: Sequence[Event]) -> None:
    marks = orders.marks(session, [event.subject_id for event in events])
    for event in events:
        order = marks[event.subject_id]
        if order.state not in rules.UNDONE:  # the purchase may be heard of after its cancellation
            actions.note_use(
                session, event.subject_id, order.coupon_codes, event.happened_at, event.store_id
            )
