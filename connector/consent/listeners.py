"""What consent does when a store tells of a changed mind."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.commerce import keeping
from connector.commerce.models import Customer
from connector.consent import actions
from connector.timeline.actions import on
from connector.timeline.events import Event, Name


@on(Name.CONSENT_CHANGED)
def write_down(session: Session, events: Sequence[Event]) -> None:
    for event in events:
        customer = session.get(Customer, event.customer_id)
        if customer:
            actions.note(
                session, customer, event.happened_at,
                channel=event.facts["channel"], granted=event.facts["granted"], source="store",
                withdrawn=event.facts.get("withdrawn", False),
            )  # fmt: skip


@on(Name.CHECKOUT_CHANGED)
def note_ticked_box(session: Session, events: Sequence[Event]) -> None:
    """A ticked box at the checkout is a yes, unticking it takes the yes back (complaint C12).

    What a store remembers of a customer is no new word of hers: it does not outweigh that she
    unsubscribed here.
    """
    moments = {event.customer_id: event.happened_at for event in events if event.customer_id}
    for part in keeping.parts(sorted(moments)):
        query = select(Customer).where(
            Customer.id.in_(part), Customer.accepts_marketing.is_not(None)
        )
        for customer in session.scalars(query).all():
            if actions.is_suppressed(
                session, customer.store_id, customer.email_key, channel="email"
            ):
                continue
            actions.note(
                session, customer, moments[customer.id],
                channel="email", granted=bool(customer.accepts_marketing), source="checkout",
            )  # fmt: skip
