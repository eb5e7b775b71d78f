"""Links in messages: a random token each, stored hashed, for one purpose, for a while."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector import vault
from connector.commerce.models import Customer
from connector.messages.models import Link, Message, Purpose, Touch

LIFETIMES = {
    Purpose.QUESTION: timedelta(days=14),
    Purpose.CART: timedelta(days=60),
    Purpose.PREFERENCES: timedelta(days=365 * 2),
}
"""An unsubscribe link has to work long after the mail (RFC 8058 names no end)."""

PATHS = {Purpose.QUESTION: "q", Purpose.CART: "c", Purpose.PREFERENCES: "u"}


def make(
    session: Session, message_id: int, now: datetime, *, purpose: Purpose, public_url: str
) -> str:
    """A new link of this message."""
    token = vault.new_token()
    session.add(
        Link(
            token_hash=vault.digest(token),
            purpose=purpose,
            message_id=message_id,
            expires_at=now + LIFETIMES[purpose],
        )
    )
    return f"{public_url}/{PATHS[purpose]}/{token}"


def find(session: Session, token: str, now: datetime, *, purpose: Purpose) -> Message | None:
    """The message that this token came in; None when unknown, expired or for another purpose."""
    return session.scalar(
        select(Message)
        .join(Link, Link.message_id == Message.id)
        .where(
            Link.token_hash == vault.digest(token),
            Link.purpose == purpose,
            Link.expires_at > now,
        )
    )


def touch(
    session: Session, message_id: int, now: datetime, *, purpose: Purpose, automatic: bool
) -> None:
    """Somebody, or something, followed a link of this message."""
    session.add(Touch(message_id=message_id, purpose=purpose, happened_at=now, automatic=automatic))


def customer_of(session: Session, token: str, now: datetime) -> Customer | None:
    """The customer whom this preferences link is for."""
    message = find(session, token, now, purpose=Purpose.PREFERENCES)
    return session.get(Customer, message.customer_id) if message else None
