"""Messages, the links in them, and the developer's mailbox."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from connector.database import Base, BigId


class MessageState(StrEnum):
    """queued → claimed → sending → sent | not_sent | unknown | failed."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"
    FAILED = "failed"


class Kind(StrEnum):
    """How a message may be treated: what the shopper asked for escapes the caps."""

    MARKETING = "marketing"
    REQUESTED = "requested"
    TRANSACTIONAL = "transactional"


class Purpose(StrEnum):
    """What a link's token opens, and nothing else."""

    QUESTION = "question"
    CART = "cart"
    PREFERENCES = "preferences"


class Message(Base):
    """One message of one step; the unique name decides that it is sent once."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("enrollment_id", "step", "channel"),
        Index("ix_messages_due", "due_at", sqlite_where=text("due_at IS NOT NULL"),
              postgresql_where=text("due_at IS NOT NULL")),
        Index(None, "store_id", "customer_id", "sent_at"),
        Index(None, "case_id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("stores.id", ondelete="CASCADE"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"))
    case_id: Mapped[int | None] = mapped_column(BigId)
    enrollment_id: Mapped[int] = mapped_column(BigId)
    step: Mapped[str] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(16))
    template: Mapped[str] = mapped_column(String(40))
    to_merchant: Mapped[bool] = mapped_column(default=False)
    facts: Mapped[dict[str, Any]]
    """What the journey knew when it asked for this message: the reason, the date, her words."""
    offer: Mapped[str] = mapped_column(String(40), default="")
    """The answered reason for which a benefit may be added; empty: none."""
    subject: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(16), default=MessageState.QUEUED)
    reasons: Mapped[list[str]]
    """Why it was not sent, or what went wrong, in words."""
    tries: Mapped[int] = mapped_column(default=0)
    queued_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    worthless_after: Mapped[datetime]
    lease_ends_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    provider_id: Mapped[str] = mapped_column(String(255), default="")


class Link(Base):
    """A token in a message; only its hash is kept."""

    __tablename__ = "links"
    __table_args__ = (Index(None, "message_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[str] = mapped_column(String(16))
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"))
    expires_at: Mapped[datetime]


class Touch(Base):
    """The shopper met a message: she followed its link. Evidence, never a decision."""

    __tablename__ = "touches"
    __table_args__ = (Index(None, "message_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"))
    purpose: Mapped[str] = mapped_column(String(16))
    happened_at: Mapped[datetime]
    automatic: Mapped[bool]
    """It looks like a link scanner rather than a person (complaint C10)."""


class Mail(Base):
    """The developer's mailbox: what would have been sent, where no SMTP_URL is set."""

    __tablename__ = "mailbox"
    __table_args__ = (Index(None, "received_at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(255), unique=True)
    to_address: Mapped[str] = mapped_column(String(320))
    sender: Mapped[str] = mapped_column(String(400))
    subject: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    headers: Mapped[dict[str, Any]]
    received_at: Mapped[datetime]
