"""Credits: which order came back through which enrollment, and how sure we are."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from connector.database import Base, BigId


class Credit(Base):
    """One order's credit. In the holdout arm it is what happens without us."""

    __tablename__ = "credits"
    __table_args__ = (
        UniqueConstraint("order_id"),
        Index(None, "store_id", "arm", "bought_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("stores.id", ondelete="CASCADE"))
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollments.id", ondelete="CASCADE"))
    arm: Mapped[str] = mapped_column(String(16))
    grade: Mapped[str] = mapped_column(String(16))
    evidence: Mapped[dict[str, Any]]
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    refunded_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    currency: Mapped[str] = mapped_column(String(3))
    bought_at: Mapped[datetime]
