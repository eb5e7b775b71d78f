"""What is to be written into a store, and what became of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from connector.database import Base, BigId


class Kind(StrEnum):
    COUPON_END = "coupon_end"
    COUPON_USE = "coupon_use"
    ORDER_NOTE = "order_note"
    CUSTOMER_NOTE = "customer_note"
    ORDER_TAGS = "order_tags"
    CONSENT = "consent"
    ORDER = "order"


class WriteState(StrEnum):
    """waiting ⇄ writing → done | refused (by the store) | dropped (no longer wanted)."""

    WAITING = "waiting"
    WRITING = "writing"
    DONE = "done"
    REFUSED = "refused"
    DROPPED = "dropped"


class StoreWrite(Base):
    """One thing to be written; `payload` names rows of ours and no person.

    `due_at`: when to try (again); while somebody writes it is the end of his lease.
    """

    __tablename__ = "store_writes"
    __table_args__ = (
        UniqueConstraint("store_id", "key"),
        Index("ix_store_writes_due", "due_at", sqlite_where=text("due_at IS NOT NULL"),
              postgresql_where=text("due_at IS NOT NULL")),
        Index(None, "customer_id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("stores.id", ondelete="CASCADE"))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(24))
    key: Mapped[str] = mapped_column(String(200))
    payload: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(16), default=WriteState.WAITING)
    tries: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(Text, default="")
    """Why it was refused or dropped, or what the last try met."""
    outcome: Mapped[str] = mapped_column(Text, default="")
    """What the store answered that somebody needs: the address where an order is paid."""
    wanted_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    drop_at: Mapped[datetime | None]
    """After this moment it is worth nothing any more; None: it is always worth something."""
    lease_ends_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
