"""A message's letter: its facts gathered, its links made, its words rendered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector import texts
from connector.commerce.models import Checkout, CheckoutLine, Customer
from connector.coupons.models import Coupon
from connector.machine import Machine
from connector.messages import links
from connector.messages.models import Message, Purpose
from connector.messages.rendering import render
from connector.money import Money
from connector.ports.channel import Outgoing
from connector.ports.coupons import CouponKind
from connector.stores.models import Store, User
from connector.stores.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Parties:
    """Who and what a message is about."""

    store: Store
    policy: Policy
    customer: Customer
    checkout: Checkout | None


def compose(
    session: Session,
    machine: Machine,
    message: Message,
    parties: Parties,
    now: datetime,
    *,
    coupon: Coupon | None,
) -> Outgoing:
    """The message as it leaves, with fresh links. Raises Permanent when it cannot be written."""
    locale = merchant_locale(session, parties) if message.to_merchant else reader_locale(parties)
    facts = _common(session, parties) | _spoken_facts(message)
    address: Mapping[str, str] = {}
    if message.to_merchant:
        facts |= _merchant_facts(machine, message, parties)
    else:
        address = _links(session, machine, message, now)
        facts |= address | _shopper_facts(message, parties, address, locale, coupon)
    letter = render(
        message.template, locale, facts, overrides=parties.policy.wording.get(locale, {})
    )
    return Outgoing(
        key=f"message-{message.id}",
        to=_recipient(session, message, parties),
        to_name="" if message.to_merchant else _name(parties.customer),
        sender=machine.settings.mail_from,
        sender_name=parties.policy.sender_name or parties.store.name,
        reply_to=parties.customer.email if message.to_merchant else _reply_to(parties),
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        locale=locale,
        headers=_list_headers(address),
    )


def reader_locale(parties: Parties) -> str:
    """Shopper, then cart, then store; only languages that the merchant has on (C15)."""
    wishes = (
        parties.checkout.locale if parties.checkout else "",
        parties.customer.locale,
        parties.policy.default_locale,
        parties.store.locale,
        *parties.policy.locales,
    )
    spoken = [
        one for one in wishes if one and texts.best_locale(one, "en") in parties.policy.locales
    ]
    return texts.best_locale(*spoken)


def merchant_locale(session: Session, parties: Parties) -> str:
    """The merchant's own language, else her store's."""
    user = _first_user(session, parties.store)
    return texts.best_locale(user.locale if user else "", parties.store.locale)


def _first_user(session: Session, store: Store) -> User | None:
    query = select(User).where(User.account_id == store.account_id).order_by(User.id).limit(1)
    return session.scalar(query)


def _recipient(session: Session, message: Message, parties: Parties) -> str:
    if not message.to_merchant:
        return parties.customer.email
    user = _first_user(session, parties.store)
    return parties.policy.alert_email or (user.email if user else "")


def _reply_to(parties: Parties) -> str:
    """Letters say "reply": to an address that somebody reads (mission M049)."""
    return parties.policy.reply_to or parties.policy.alert_email


def _name(customer: Customer) -> str:
    return f"{customer.first_name} {customer.last_name}".strip()


def _common(session: Session, parties: Parties) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "store_name": parties.store.name,
        "customer_name": parties.customer.first_name or _name(parties.customer),
        "postal_address": parties.policy.postal_address,
    }
    if parties.checkout is not None:
        query = (
            select(CheckoutLine)
            .where(CheckoutLine.checkout_id == parties.checkout.id)
            .order_by(CheckoutLine.position)
        )
        facts["lines"] = [
            {
                "title": line.title,
                "variant_title": line.variant_title,
                "quantity": line.quantity,
                "total": Money(line.total_minor, line.currency),
                "image_url": line.image_url,
            }
            for line in session.scalars(query)
        ]
        facts["total"] = Money(parties.checkout.total_minor, parties.checkout.currency)
    return facts


def _spoken_facts(message: Message) -> dict[str, Any]:
    """What the journey remembered, in the shape that letters want."""
    facts: dict[str, Any] = {"reason": message.facts.get("reason", "")}
    if remind_on := message.facts.get("remind_on"):
        facts["remind_on"] = date.fromisoformat(remind_on)
    return facts


def _merchant_facts(machine: Machine, message: Message, parties: Parties) -> dict[str, Any]:
    return {
        "customer_name": _name(parties.customer),
        "email": parties.customer.email,
        "phone": parties.customer.phone,
        "free_text": message.facts.get("words", ""),
        "app_url": f"{machine.settings.public_url}/app/orders-in-progress",
    }


def _links(session: Session, machine: Machine, message: Message, now: datetime) -> dict[str, str]:
    url = machine.settings.public_url
    made = {
        "cart_url": Purpose.CART,
        "preferences_url": Purpose.PREFERENCES,
        "question_url": Purpose.QUESTION,
    }
    return {
        name: links.make(session, message.id, now, purpose=purpose, public_url=url)
        for name, purpose in made.items()
    }


def _shopper_facts(
    message: Message,
    parties: Parties,
    address: Mapping[str, str],
    locale: str,
    coupon: Coupon | None,
) -> dict[str, Any]:
    reasons = [
        {
            "key": reason,
            "label": parties.policy.wording.get(locale, {}).get(f"reasons.{reason}")
            or texts.text(f"reasons.{reason}", locale),
            "url": f"{address['question_url']}?reason={reason}",
        }
        for reason in message.facts.get("reasons", ())
    ]
    return {
        "reasons": reasons,
        "advantages": parties.policy.advantages.get(locale, ()),
        "benefit": _benefit(coupon),
    }


def _benefit(coupon: Coupon | None) -> dict[str, Any] | None:
    if coupon is None:
        return None
    minimum = Money(coupon.minimum_minor, coupon.currency) if coupon.minimum_minor else None
    return {
        "code": coupon.store_code,
        "kind": coupon.kind,
        "percent": coupon.percent,
        "amount": Money(coupon.amount_minor, coupon.currency),
        "minimum": minimum,
        # Free shipping is of a whole order: Shopify knows no products there.
        "cart_only": bool(coupon.product_external_ids) and coupon.kind != CouponKind.FREE_SHIPPING,
        "ends_on": coupon.ends_at.date(),
    }


def _list_headers(address: Mapping[str, str]) -> dict[str, str]:
    """RFC 8058: mail programs unsubscribe by one POST, without asking."""
    if not address:
        return {}
    return {
        "List-Unsubscribe": f"<{address['preferences_url']}/one-click>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
