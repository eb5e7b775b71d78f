"""What silence-watching does when a checkout changes or an order comes."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from connector.commerce.models import Checkout, Order
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
    for event in events:
        order = session.get_one(Order, event.subject_id)
        checkout_ids = session.scalars(
            select(Checkout.id).where(
                Checkout.store_id == order.store_id,
                or_(
                    Checkout.external_id == order.checkout_external_id,
                    (Checkout.cart_token == order.cart_token) & (Checkout.cart_token != ""),
                    (Checkout.email_key == order.email_key) & (Checkout.email_key != ""),
                    Checkout.customer_id == order.customer_id,
                ),
            )
        ).all()
        actions.watch(session, checkout_ids)
        query = select(Case.id).where(
            Case.store_id == order.store_id,
            Case.state == CaseState.OPEN,
            or_(Case.checkout_id.in_(checkout_ids), Case.customer_id == order.customer_id),
        )
        for case_id in session.scalars(query).all():
            actions.close_case(session, case_id, event.happened_at, because="bought")
