"""The consent ledger, and the addresses that nobody writes to any more."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from connector.database import Base, BigId


class ConsentEntry(Base):
    """One word on consent: who, on which channel, when, from where. Never changed."""

    __tablename__ = "consent_entries"
    __table_args__ = (Index(None, "store_id", "address_key", "channel", "said_at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("stores.id", ondelete="CASCADE"))
    customer_id: Mapped[int | None] = mapped_column(BigId)
    channel: Mapped[str] = mapped_column(String(16))
    address_key: Mapped[str] = mapped_column(String(320))
    granted: Mapped[bool]
    source: Mapped[str] = mapped_column(String(32))
    wording: Mapped[str] = mapped_column(String(64), default="")
    said_at: Mapped[datetime]


class Suppression(Base):
    """An address that gets no marketing on this channel; receipts still go."""

    __tablename__ = "suppressions"
    __table_args__ = (UniqueConstraint("store_id", "channel", "address_key"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("stores.id", ondelete="CASCADE"))
    channel: Mapped[str] = mapped_column(String(16))
    address_key: Mapped[str] = mapped_column(String(320))
    reason: Mapped[str] = mapped_column(String(64))
    suppressed_at: Mapped[datetime]
