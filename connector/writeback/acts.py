"""How each kind of write is carried out: what holds now is read, then the store is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from connector import texts
from connector.commerce.models import Customer, Order
from connector.consent import actions as consent
from connector.coupons import actions as coupons
from connector.coupons.models import Coupon, CouponState
from connector.errors import Pointless, Refused
from connector.machine import Machine
from connector.ports.access import Access
from connector.ports.platform import CouponMade, Platform
from connector.ports.writing import IN_TRASH, ConsentWord, OrderNote, OrderTags
from connector.stores import policy
from connector.stores.models import Store
from connector.stores.policy import Policy
from connector.stores.reaching import Way
from connector.writeback import completing, guests, telling
from connector.writeback.models import Kind, StoreWrite


class NotWanted(Exception):
    """What was to be written is no longer true, or no longer wished for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where one write is carried out."""

    machine: Machine
    store: Store
    write: StoreWrite
    access: Access
    now: datetime

    @property
    def platform(self) -> Platform:
        return self.machine.platforms[self.store.platform]

    @property
    def policy(self) -> Policy:
        return policy.load(self.store.policy)


def act(machine: Machine, write: StoreWrite, now: datetime) -> str:
    """Carry the write out; returns its outcome. Raises NotWanted and what platforms raise."""
    with machine.database.reading() as session:
        store = session.get_one(Store, write.store_id)

    def call(access: Access) -> str:
        desk = Desk(machine=machine, store=store, write=write, access=access, now=now)
        return _ACTS[Kind(write.kind)](desk)

    return Way(machine, store.id).ask(call)


def _settle_coupon(desk: Desk) -> str:
    """Hold what we know of its use against the store's own count; take it out after its end.

    One that was used stays beside its order; one whose order was taken back is hers again.
    """
    with desk.machine.database.reading() as session:
        coupon = session.get(Coupon, desk.write.payload["coupon_id"])
        stands = coupon is not None and coupons.use_stands(session, coupon)
    if coupon is None:
        raise NotWanted("the coupon was never made")
    if coupon.state == CouponState.USED and stands:
        return "used"
    made = _coupon_there(desk, coupon)
    if made is None:
        raise NotWanted("the coupon was never made")
    uses = desk.platform.coupon_uses(desk.access, made)
    if uses:
        with desk.machine.database.transaction() as session:
            # When is not told: before now, and before its end.
            coupons.note_counted_use(session, coupon.id, min(coupon.ends_at, desk.now))
        return "used"
    if uses is None:
        return "removed"
    with desk.machine.database.transaction() as session:
        coupons.note_undone_use(session, coupon.id)
    if desk.now < coupon.ends_at:
        return "free"
    desk.platform.delete_coupon(desk.access, made.external_id)
    return "removed"


def _coupon_there(desk: Desk, coupon: Coupon) -> CouponMade | None:
    """As the store answered when it made it; an answer that was lost is asked for once more."""
    if coupon.external_id:
        return CouponMade(external_id=coupon.external_id, code=coupon.store_code)
    return desk.platform.find_coupon(desk.access, coupon.wished_code)


def _note_order(desk: Desk) -> str:
    if not desk.policy.write_notes:
        raise NotWanted("switched off in the settings")
    with desk.machine.database.reading() as session:
        order = _order(session, desk.write)
        story = telling.story(session, desk.write.payload["enrollment_id"])
    note = _private(desk, order, lambda locale: telling.private_note(story, locale))
    desk.platform.note_order(desk.access, note)
    return ""


def _note_for_customer(desk: Desk) -> str:
    if not desk.policy.customer_notes:
        raise NotWanted("switched off in the settings")
    if not desk.platform.shows_notes:
        raise NotWanted("this platform shows its customers no notes")
    with desk.machine.database.reading() as session:
        order = _order(session, desk.write)
        customer = session.get(Customer, order.customer_id) if order.customer_id else None
    wishes = (order.locale, customer.locale if customer else "", desk.policy.default_locale)
    locale = texts.best_locale(*(one for one in (*wishes, desk.store.locale) if one))
    text = texts.text("writeback.for_customer", locale, store_name=desk.store.name)
    note = OrderNote(order_external_id=order.external_id, text=text, marker=text, for_customer=True)
    try:
        desk.platform.note_order(desk.access, note)
    except Refused as problem:
        if problem.code == IN_TRASH:
            raise NotWanted(str(problem)) from problem
        raise
    return ""


def _tag_order(desk: Desk) -> str:
    if not desk.policy.write_tags:
        raise NotWanted("switched off in the settings")
    with desk.machine.database.reading() as session:
        order = _order(session, desk.write)
        story = telling.story(session, desk.write.payload["enrollment_id"])
        customer = session.get(Customer, order.customer_id) if order.customer_id else None
    tags = OrderTags(
        order_external_id=order.external_id,
        customer_external_id=(customer.external_id or "") if customer else "",
        reason=story.reason,
        words=story.words,
    )
    desk.platform.tag_order(desk.access, tags)
    return ""


def _tell_consent(desk: Desk) -> str:
    """Her newest word on this channel, whatever it was when this was wanted."""
    channel = str(desk.write.payload.get("channel", "email"))
    with desk.machine.database.reading() as session:
        customer = session.get(Customer, desk.write.customer_id)
        keeps = desk.platform.keeps_guests_words
        if customer is None or not (customer.external_id or keeps):
            raise NotWanted("a guest: the store keeps no consent of hers")
        facts = consent.facts(session, customer, channel=channel)
        earlier = guests.written_on(session, customer.id, channel)
        orders = guests.bought(session, customer)
    word = ConsentWord(granted=facts.opted_in and not facts.suppressed, channel=channel)
    if customer.external_id:
        known = replace(word, customer_external_id=customer.external_id)
        desk.platform.tell_consent(desk.access, known)
        told = None
    else:
        told = _tell_on_an_order(desk, word, orders)
    for order in (one for one in earlier if told is None or one.id != told.id):
        with suppress(Pointless):  # dropped in the store: nothing stands there any more
            _tell_on(desk, word, order)
    if told is not None and desk.policy.write_notes:
        _note_word(desk, word, told)
    return "yes" if word.granted else "no"


def _tell_on_an_order(desk: Desk, word: ConsentWord, orders: Sequence[Order]) -> Order:
    """On the newest that the store still has; returns it."""
    problem: Pointless | None = None
    for order in orders:
        with desk.machine.database.transaction() as session:
            guests.remember(session, desk.write.id, order.id)
        try:
            _tell_on(desk, word, order)
        except Pointless as refusal:
            problem = problem or refusal
        else:
            return order
    raise problem or NotWanted("a guest without an order: the store has no record of hers")


def _tell_on(desk: Desk, word: ConsentWord, order: Order) -> None:
    desk.platform.tell_consent(desk.access, replace(word, order_external_id=order.external_id))


def _note_word(desk: Desk, word: ConsentWord, order: Order) -> None:
    """In the merchant's language, beside what programs read."""
    said = f"writeback.consent_{'yes' if word.granted else 'no'}_{word.channel}"
    desk.platform.note_order(
        desk.access, _private(desk, order, lambda locale: texts.text(said, locale))
    )


def _private(desk: Desk, order: Order, say: Callable[[str], str]) -> OrderNote:
    """A note for the merchant, once for this write."""
    marker = f"[askback-{desk.write.id}]"
    locale = texts.best_locale(desk.policy.default_locale, desk.store.locale)
    return OrderNote(
        order_external_id=order.external_id, text=f"{say(locale)} {marker}", marker=marker
    )


def _complete_order(desk: Desk) -> str:
    with desk.machine.database.reading() as session:
        wish = completing.wish(session, desk.machine, desk.store, desk.write, desk.now)
    if wish is None:
        raise NotWanted("already bought, or there is nothing left in the cart")
    return desk.platform.complete_order(desk.access, wish).url


def _order(session: Session, write: StoreWrite) -> Order:
    order = session.get(Order, write.payload["order_id"])
    if order is None or order.deleted_at is not None:
        raise NotWanted("the order is gone")
    return order


_ACTS: Mapping[Kind, Callable[[Desk], str]] = {
    Kind.COUPON_END: _settle_coupon,
    Kind.COUPON_USE: _settle_coupon,
    Kind.ORDER_NOTE: _note_order,
    Kind.CUSTOMER_NOTE: _note_for_customer,
    Kind.ORDER_TAGS: _tag_order,
    Kind.CONSENT: _tell_consent,
    Kind.ORDER: _complete_order,
}
"""Kind of write → how it is carried out."""
