"""What coupons do when an order is bought."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from connector.commerce.models import Order
from connector.coupons import actions
from connector.timeline.actions import on
from connector.timeline.events import Event, Name


@on(Name.ORDER_BOUGHT)
def note_used_coupons(session: Session, events: Sequence[Event]) -> None:
    for event in events:
        order = session.get_one(Order, event.subject_id)
        actions.note_use(session, order.id, order.coupon_codes, event.happened_at, order.store_id)
