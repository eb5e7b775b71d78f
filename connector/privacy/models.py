"""What was asked, by whom, and when it was done."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from connector.database import Base, BigId


class RequestState(StrEnum):
    """open → done | void (no longer wanted: the store was connected again)."""

    OPEN = "open"
    DONE = "done"
    VOID = "void"


class PrivacyRequest(Base):
    """A person's, or a store's, wish. `person` names her only until it is done."""

    __tablename__ = "privacy_requests"
    __table_args__ = (
        UniqueConstraint("store_id", "key"),
        Index("ix_privacy_requests_due", "due_at", sqlite_where=text("due_at IS NOT NULL"),
              postgresql_where=text("due_at IS NOT NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("stores.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(16))
    key: Mapped[str] = mapped_column(String(128))
    """Unique per store: asked twice is asked once."""
    state: Mapped[str] = mapped_column(String(16), default=RequestState.OPEN)
    person: Mapped[dict[str, Any]]
    counts: Mapped[dict[str, Any]]
    """How many rows of each table it reached."""
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
