"""What happened to a customer, in order, never changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from connector.database import Base, BigId


class TimelineEvent(Base):
    """One event; `key` makes telling it twice the same as telling it once."""

    __tablename__ = "timeline_events"
    __table_args__ = (
        UniqueConstraint("store_id", "key"),
        Index(None, "store_id", "customer_id", "happened_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("stores.id", ondelete="CASCADE"))
    customer_id: Mapped[int | None] = mapped_column(BigId)
    name: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(200))
    happened_at: Mapped[datetime]
    facts: Mapped[dict[str, Any]]
