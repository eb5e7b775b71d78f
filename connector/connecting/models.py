"""Attempts to connect a store: begun here, approved in the store, proven by using the keys."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from connector.database import Base, BigId


class AttemptState(StrEnum):
    """waiting (for the approval) → received (keys to be proven) → connected | refused."""

    WAITING = "waiting"
    RECEIVED = "received"
    CONNECTED = "connected"
    REFUSED = "refused"


class ConnectAttempt(Base):
    """One click on "connect". The nonce that comes back with the keys is stored hashed."""

    __tablename__ = "connect_attempts"
    __table_args__ = (
        Index("ix_connect_attempts_due_at", "due_at",
              sqlite_where=text("due_at IS NOT NULL"),
              postgresql_where=text("due_at IS NOT NULL")),
        Index(None, "expires_at"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    platform: Mapped[str] = mapped_column(String(32))
    base_url: Mapped[str] = mapped_column(String(400))
    """The address that the merchant typed: the only store for which the keys may count."""
    nonce_hash: Mapped[str] = mapped_column(String(64), unique=True)
    state: Mapped[str] = mapped_column(String(16), default=AttemptState.WAITING)
    reason: Mapped[str] = mapped_column(String(32), default="")
    """Why the keys were refused: one of woocommerce.REFUSALS."""
    keys: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Sealed JSON, from their arrival until they are proven or refused."""
    store_id: Mapped[int | None] = mapped_column(ForeignKey("stores.id", ondelete="CASCADE"))
    formerly_id: Mapped[int | None] = mapped_column(BigId)
    """The store that it was at another address, as the merchant says; looked up when it counts."""
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    """When the keys are to be proven; while somebody does it, the end of his lease."""
