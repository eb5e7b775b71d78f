"""What is written into the store when something happened here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from connector.commerce import keeping
from connector.consent import actions as consent
from connector.coupons import actions as coupons
from connector.coupons.models import Coupon
from connector.stores import policy
from connector.stores.actions import on_let_in
from connector.stores.models import Store
from connector.timeline.actions import on
from connector.timeline.events import Event, Name
from connector.writeback import actions, rules, telling
from connector.writeback.models import Kind


@on(Name.COUPON_PLANNED, Name.COUPON_MADE)
def remove_after_expiry(session: Session, events: Sequence[Event]) -> None:
    """Wanted before the store is asked to make it: whoever dies over its answer, or never gets it,
    does not know that a coupon stands there now."""
    for event in events:
        coupon = session.get_one(Coupon, event.subject_id)
        actions.want(
            session, event.happened_at,
            store_id=event.store_id, kind=Kind.COUPON_END, key=f"coupon_end:{coupon.id}",
            payload={"coupon_id": coupon.id}, customer_id=event.customer_id,
            due_at=coupon.ends_at + rules.AFTER_EXPIRY,
        )  # fmt: skip


@on(Name.ORDER_CANCELLED)
def look_after_its_coupon(session: Session, events: Sequence[Event]) -> None:
    """Does the store still count its use?"""
    for store_id in {event.store_id for event in events}:
        cancelled = {one.subject_id: one for one in events if one.store_id == store_id}
        for coupon in coupons.used_with(session, list(cancelled), store_id):
            event = cancelled[coupon.order_id or 0]
            actions.want(
                session, event.happened_at,
                store_id=store_id, kind=Kind.COUPON_USE,
                key=f"coupon_use:{coupon.id}:{event.happened_at.isoformat()}",
                payload={"coupon_id": coupon.id}, customer_id=coupon.customer_id,
            )  # fmt: skip


@on(Name.ORDER_CREDITED)
def tell_of_the_order(session: Session, events: Sequence[Event]) -> None:
    for event in events:
        if not rules.worth_telling(event.facts["grade"], event.facts["arm"]):
            continue
        store = session.get_one(Store, event.store_id)
        decided = policy.load(store.policy)
        enrollment_id = event.facts["enrollment_id"]
        payload = {"order_id": event.subject_id, "enrollment_id": enrollment_id}
        answered = bool(telling.story(session, enrollment_id).reason)
        for kind, wished in (
            (Kind.ORDER_NOTE, decided.write_notes),
            (Kind.ORDER_TAGS, decided.write_tags),
            # It thanks her for what she told: who told nothing is not thanked for it.
            (Kind.CUSTOMER_NOTE, decided.customer_notes and answered),
        ):
            if wished:
                actions.want(
                    session, event.happened_at,
                    store_id=store.id, kind=kind, key=f"{kind.value}:{event.subject_id}",
                    payload=payload, customer_id=event.customer_id,
                )  # fmt: skip


@on(Name.UNSUBSCRIBED, Name.RESUBSCRIBED)
def pass_her_word_on(session: Session, events: Sequence[Event]) -> None:
    for event in events:
        actions.want(
            session, event.happened_at,
            store_id=event.store_id, kind=Kind.CONSENT, key=f"consent:{event.unique_key}",
            payload={"channel": event.facts["channel"]}, customer_id=event.customer_id,
        )  # fmt: skip


@on(Name.CUSTOMER_NAMED)
def tell_what_a_guest_said(session: Session, events: Sequence[Event]) -> None:
    """Who said no as a guest, and pays a minute later, is a customer of the store then, who as far
    as it knows wants its letters. Her no is told once to each record that the store has of her."""
    moments = {event.subject_id: event.happened_at for event in events}
    for part in keeping.parts(sorted(moments)):
        for one in consent.withdrawals(session, part):
            actions.want(
                session, max(moments[one.customer_id], one.said_at),
                store_id=events[0].store_id, kind=Kind.CONSENT, key=f"consent:known:{one.name}",
                payload={"channel": one.channel}, customer_id=one.customer_id,
            )  # fmt: skip


@on(Name.ORDER_BOUGHT)
def tell_what_she_said_before(session: Session, events: Sequence[Event]) -> None:
    """A guest who had said no, and buys: to the store she is a new order, with a ticked box."""
    orders = {event.customer_id: event for event in events if event.customer_id}
    for part in keeping.parts(sorted(orders)):
        for one in consent.withdrawals(session, part, guests=True):
            event = orders[one.customer_id]
            if event.happened_at < one.said_at - rules.CLOCKS_DIFFER:
                continue  # an old order that is read anew: her word was told since
            actions.want(
                session, event.happened_at,
                store_id=event.store_id, kind=Kind.CONSENT,
                key=f"consent:bought:{event.subject_id}:{one.channel}",
                payload={"channel": one.channel}, customer_id=one.customer_id,
            )  # fmt: skip


@on_let_in
def ask_again(session: Session, store_id: int, now: datetime) -> None:
    """New keys may be better ones: what the store refused, or was not there for, is tried now."""
    actions.wake(session, store_id, now)
