"""The inbox: every authentic delivery, as it came."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from connector.database import Base, BigId


class DeliveryState(StrEnum):
    """received → applied | set_aside (nothing to do) | parked (an error, replayable)."""

    RECEIVED = "received"
    APPLIED = "applied"
    SET_ASIDE = "set_aside"
    PARKED = "parked"


class Delivery(Base):
    """One inbound webhook. `body` is the raw bytes, zlib-compressed where that is shorter."""

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("store_id", "dedupe_key"),
        UniqueConstraint("store_id", "delivery_id"),
        Index("ix_deliveries_due", "store_id", "due_at",
              sqlite_where=text("due_at IS NOT NULL"),
              postgresql_where=text("due_at IS NOT NULL")),
        Index(None, "state", "id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("stores.id", ondelete="CASCADE"))
    topic: Mapped[str] = mapped_column(String(255))
    dedupe_key: Mapped[str] = mapped_column(String(255))
    delivery_id: Mapped[str | None] = mapped_column(String(255))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[datetime]
    happened_at: Mapped[datetime | None]
    """By the sender's word, where a late copy could undo what came after it."""
    state: Mapped[str] = mapped_column(String(16), default=DeliveryState.RECEIVED)
    reason: Mapped[str] = mapped_column(Text, default="")
    tries: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None]
    applied_at: Mapped[datetime | None]


class CaptureRefusal(Base):
    """How often a store's companion was turned away for its signature, and when."""

    __tablename__ = "capture_refusals"

    store_id: Mapped[int] = mapped_column(
        ForeignKey("stores.id", ondelete="CASCADE"), primary_key=True
    )
    count: Mapped[int] = mapped_column(default=0)
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
