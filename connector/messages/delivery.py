"""One message leaves, once, after everything was looked at again; or stays, with its reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from connector import clock, log
from connector.commerce.models import Checkout, CheckoutLine, Customer, Order
from connector.consent import actions as consent
from connector.consent.rules import Verdict, may_write
from connector.coupons import actions as coupons
from connector.coupons.models import Coupon
from connector.coupons.rules import NoBenefit
from connector.detection.models import Case, CaseState
from connector.errors import AccessLost, AskbackError, OutcomeUnknown, Permanent, Refused, Retryable
from connector.machine import Machine
from connector.messages import actions, composing, live, rules, voices
from connector.messages.composing import Parties
from connector.messages.models import Kind, Message, MessageState
from connector.messages.rules import Situation
from connector.ports.channel import Outgoing
from connector.stores import policy
from connector.stores.models import Store, StoreState
from connector.timeline import actions as timeline
from connector.timeline.events import Event, Name

LEASE = timedelta(minutes=5)

_log = log.logger("messages")


@dataclass(frozen=True, slots=True)
class Postponed:
    """Not now: look again at `until`, because of `reason`."""

    until: datetime
    reason: str


def deliver(machine: Machine, message_id: int, now: datetime) -> bool:
    """Deliver one queued message; False when another worker has it or it is not due.

    Between the claim and the channel everything is looked at again, and the last look and the
    step to "sending" are one statement: an order that comes in between wins or loses there.
    """
    with machine.database.transaction() as session:
        if not _claim(session, message_id, now):
            return False
    try:
        outcome = _ready(machine, message_id, now)
        if isinstance(outcome, Verdict):
            _stay(machine, message_id, now, list(outcome.objections))
        elif isinstance(outcome, Postponed):
            _postpone(machine, message_id, outcome)
        else:
            _send(machine, message_id, outcome, now)
    except Retryable as problem:
        _try_later(machine, message_id, now, problem)
    except AskbackError as problem:
        _fail(machine, message_id, now, str(problem))
    except Exception as problem:  # noqa: BLE001 # a bug met by one message must not stop the others
        _log.error("delivery failed", message=message_id, exc_info=problem)
        _after_a_bug(machine, message_id, now, problem)
    return True


def _claim(session: Session, message_id: int, now: datetime) -> bool:
    claimed = session.execute(
        update(Message)
        .where(
            Message.id == message_id,
            Message.state == MessageState.QUEUED,
            Message.due_at <= now,
        )
        .values(
            state=MessageState.CLAIMED,
            lease_ends_at=now + LEASE,
            due_at=None,
            tries=Message.tries + 1,
        )
        .returning(Message.id)
    ).scalar()
    return claimed is not None


def _ready(machine: Machine, message_id: int, now: datetime) -> Outgoing | Verdict | Postponed:
    """The letter ready to go, or why it stays, or until when it waits."""
    with machine.database.reading() as session:
        message = session.get_one(Message, message_id)
        parties = load_parties(session, message)
        verdict = judge(session, message, parties, now)
    if not verdict:
        return verdict
    if (not_now := _not_now(machine, message, parties, now)) is not None:
        return not_now
    coupon = _coupon(machine, message, parties, now)
    with machine.database.transaction() as session:
        if not _to_sending(session, message_id, now):
            return Verdict(("called off while it was being prepared",))
        message = session.get_one(Message, message_id)
        parties = load_parties(session, message)
        verdict = judge(session, message, parties, now)
        if not verdict:
            message.state = MessageState.CLAIMED
            return verdict
        outgoing = composing.compose(session, machine, message, parties, now, coupon=coupon)
        if not outgoing.to:
            raise Permanent("nobody to send it to: set an alert address in the settings")
        message.subject = outgoing.subject
        return outgoing


def load_parties(session: Session, message: Message) -> Parties:
    """Who and what the message is about, as known now."""
    store = session.get_one(Store, message.store_id)
    case = session.get(Case, message.case_id) if message.case_id else None
    return Parties(
        store=store,
        policy=policy.load(store.policy),
        customer=session.get_one(Customer, message.customer_id),
        checkout=session.get(Checkout, case.checkout_id) if case else None,
    )


def judge(session: Session, message: Message, parties: Parties, now: datetime) -> Verdict:
    """Every reason why this message must not leave now."""
    if message.to_merchant:
        return Verdict()
    situation = _situation(session, message, parties, now)
    verdict = rules.still_wanted(situation)
    facts = consent.facts(session, parties.customer, channel=message.channel)
    verdict += may_write(facts, parties.policy.basis)
    if message.kind == Kind.MARKETING:
        verdict += rules.within_caps(
            situation, per_day=parties.policy.cap_per_day, per_week=parties.policy.cap_per_week
        )
    return verdict


def _situation(session: Session, message: Message, parties: Parties, now: datetime) -> Situation:
    case = session.get(Case, message.case_id) if message.case_id else None
    checkout = parties.checkout
    sent = (
        select(func.count())
        .select_from(Message)
        .where(
            Message.store_id == message.store_id,
            Message.customer_id == message.customer_id,
            Message.kind == Kind.MARKETING,
            Message.id != message.id,
            Message.state.in_((MessageState.SENT, MessageState.UNKNOWN, MessageState.SENDING)),
        )
    )
    moment = func.coalesce(Message.sent_at, Message.queued_at)
    return Situation(
        now=now,
        worthless_after=message.worthless_after,
        store_connected=parties.store.state != StoreState.DISCONNECTED,
        bought=checkout is not None and _bought(session, parties.customer, checkout),
        case_open=case is None or case.state == CaseState.OPEN,
        moved_on=checkout is not None and checkout.customer_id != message.customer_id,
        sent_last_day=session.scalar(sent.where(moment > now - timedelta(days=1))) or 0,
        sent_last_week=session.scalar(sent.where(moment > now - timedelta(days=7))) or 0,
    )


def _bought(session: Session, customer: Customer, checkout: Checkout) -> bool:
    """Has this checkout, or since its last sign of life this person, become an order?"""
    if checkout.completed_at is not None:
        return True
    same_person = or_(
        Order.customer_id == customer.id,
        (Order.email_key == customer.email_key) & (Order.email_key != ""),
    )
    order = select(Order.id).where(
        Order.store_id == checkout.store_id,
        Order.bought_at.is_not(None),
        or_(
            Order.checkout_external_id == checkout.external_id,
            same_person & (Order.bought_at >= checkout.silent_since),
        ),
    )
    return session.scalar(order.limit(1)) is not None


def _not_now(
    machine: Machine, message: Message, parties: Parties, now: datetime
) -> Verdict | Postponed | None:
    """What the hour, and the store when it is asked, have against writing now."""
    if quiet := _quiet(message, parties, now):
        return quiet
    if message.to_merchant or parties.checkout is None:
        return None
    seen = live.look(machine, message, parties, now)
    if seen is not None or message.kind != Kind.MARKETING:
        return seen
    alone = voices.quiet_until(machine, parties, now)
    return Postponed(alone, "the store itself has just written") if alone else None


def _quiet(message: Message, parties: Parties, now: datetime) -> Postponed | None:
    if message.to_merchant:
        return None
    until = rules.after_quiet_hours(
        now,
        clock.zone(parties.store.timezone),
        quiet_from=parties.policy.quiet_from,
        quiet_until=parties.policy.quiet_until,
    )
    return Postponed(until, "quiet hours") if until > now else None


def _coupon(machine: Machine, message: Message, parties: Parties, now: datetime) -> Coupon | None:
    """The benefit of an answered reason, minted now, where one is due."""
    if not message.offer or parties.checkout is None:
        return None
    with machine.database.transaction() as session:
        cart = select(CheckoutLine.product_external_id).where(
            CheckoutLine.checkout_id == parties.checkout.id
        )
        planned = coupons.plan(
            session, machine, parties.customer, now,
            message_id=message.id, policy=parties.policy.benefit,
            # What the merchant gives is in her store's money, whatever the shopper's cart shows;
            # no platform's coupon knows another (a store that never named its own has one).
            currency=parties.store.currency or parties.checkout.currency, reason=message.offer,
            products=session.scalars(cart).all(),
        )  # fmt: skip
    if isinstance(planned, NoBenefit):
        _note(machine, message.id, f"without a benefit: {planned.reason}")
        return None
    try:
        return coupons.mint(machine, parties.store, planned, now)
    except Refused as refusal:
        _note(machine, message.id, f"without a benefit: the store refused it ({refusal})")
        return None
    except AccessLost as problem:
        raise Retryable(
            f"the store no longer lets us in: {problem}", after_seconds=live.SHUT_OUT_SECONDS
        ) from problem


def _to_sending(session: Session, message_id: int, now: datetime) -> bool:
    stepped = session.execute(
        update(Message)
        .where(Message.id == message_id, Message.state == MessageState.CLAIMED)
        .values(state=MessageState.SENDING, lease_ends_at=now + LEASE)
        .returning(Message.id)
    ).scalar()
    return stepped is not None


def _send(machine: Machine, message_id: int, outgoing: Outgoing, now: datetime) -> None:
    with machine.database.reading() as session:
        message = session.get_one(Message, message_id)
    try:
        accepted = machine.channels[message.channel].send(outgoing)
    except OutcomeUnknown as problem:
        if message.kind == Kind.TRANSACTIONAL:
            raise  # a fact is said at least once
        _doubt(machine, message_id, str(problem))
        return
    with machine.database.transaction() as session:
        sent = session.get_one(Message, message_id)
        sent.state = MessageState.SENT
        sent.sent_at = now
        sent.lease_ends_at = None
        sent.provider_id = accepted.provider_id[:255]
        event = Event(
            name=Name.MESSAGE_SENT,
            store_id=sent.store_id,
            subject_id=sent.id,
            customer_id=sent.customer_id,
            happened_at=now,
            facts={"template": sent.template, "to_merchant": sent.to_merchant},
        )
        timeline.record(session, [event])


def _stay(machine: Machine, message_id: int, now: datetime, reasons: list[str]) -> None:
    with machine.database.transaction() as session:
        message = session.get_one(Message, message_id, with_for_update=True)
        coupons.release(session, message.id)
        if message.state == MessageState.NOT_SENT:
            return  # called off by whoever came first, with that reason
        message.state = MessageState.NOT_SENT
        message.reasons = [*message.reasons, *reasons]
        message.due_at = message.lease_ends_at = None
        event = actions.not_sent_event(
            message.id, message.store_id, message.customer_id, now, reasons
        )
        timeline.record(session, [event])


def _postpone(machine: Machine, message_id: int, postponed: Postponed) -> None:
    with machine.database.transaction() as session:
        session.execute(
            update(Message)
            .where(Message.id == message_id, Message.state == MessageState.CLAIMED)
            .values(
                state=MessageState.QUEUED,
                due_at=postponed.until,
                lease_ends_at=None,
                tries=Message.tries - 1,
            )
        )


def _try_later(machine: Machine, message_id: int, now: datetime, problem: Retryable) -> None:
    """Certainly not sent (or a fact, which may be said twice): try again, then give up."""
    with machine.database.transaction() as session:
        message = session.get_one(Message, message_id, with_for_update=True)
        if message.state not in (MessageState.CLAIMED, MessageState.SENDING):
            return
        _log.warning("message postponed", message=message_id, tries=message.tries)
        if now > message.worthless_after:
            message.state = MessageState.FAILED
            message.due_at = None
            coupons.release(session, message.id)
        else:
            message.state = MessageState.QUEUED
            message.due_at = now + rules.retry_after(message.tries, problem.after_seconds)
        message.lease_ends_at = None
        message.reasons = [*message.reasons, str(problem)][-5:]


def _after_a_bug(machine: Machine, message_id: int, now: datetime, problem: Exception) -> None:
    """Not sent as long as it had not reached the channel; after that, in doubt."""
    with machine.database.reading() as session:
        message = session.get_one(Message, message_id)
    reason = f"{type(problem).__name__} while preparing or sending"
    if message.state == MessageState.SENDING and message.kind != Kind.TRANSACTIONAL:
        _doubt(machine, message_id, reason)
    else:
        _try_later(machine, message_id, now, Retryable(reason, after_seconds=300))


def _fail(machine: Machine, message_id: int, now: datetime, problem: str) -> None:
    with machine.database.transaction() as session:
        message = session.get_one(Message, message_id)
        coupons.release(session, message.id)
        message.state = MessageState.FAILED
        message.reasons = [*message.reasons, problem]
        message.due_at = message.lease_ends_at = None
        event = actions.not_sent_event(
            message.id, message.store_id, message.customer_id, now, [problem]
        )
        timeline.record(session, [event])


def _doubt(machine: Machine, message_id: int, problem: str) -> None:
    with machine.database.transaction() as session:
        message = session.get_one(Message, message_id)
        message.state = MessageState.UNKNOWN
        message.reasons = [*message.reasons, f"perhaps sent, not sent again: {problem}"]
        message.due_at = message.lease_ends_at = None


def _note(machine: Machine, message_id: int, note: str) -> None:
    with machine.database.transaction() as session:
        message = session.get_one(Message, message_id)
        if note not in message.reasons:
            message.reasons = [*message.reasons, note]
