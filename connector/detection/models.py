"""A case: one person of one store who left a checkout."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from connector.database import Base, BigId


class CaseState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class Case(Base):
    """One open case per person and store; a newer checkout replaces its content."""

    __tablename__ = "cases"
    __table_args__ = (
        Index("uq_cases_open", "store_id", "customer_id", unique=True,
              sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'")),
        Index(None, "store_id", "customer_id", "closed_at"),
        Index(None, "checkout_id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("stores.id", ondelete="CASCADE"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"))
    checkout_id: Mapped[int] = mapped_column(ForeignKey("checkouts.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(String(16), default=CaseState.OPEN)
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_because: Mapped[str] = mapped_column(String(100), default="")
