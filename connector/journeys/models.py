"""Enrollments, one customer's run through a journey, and the answers she gave."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from connector.database import Base, BigId


class Arm(StrEnum):
    TREATED = "treated"
    HOLDOUT = "holdout"


class EnrollmentState(StrEnum):
    ACTIVE = "active"
    ENDED = "ended"


class Enrollment(Base):
    """One run; `track` is "" or the answered reason, `position` the next step in it."""

    __tablename__ = "enrollments"
    __table_args__ = (
        UniqueConstraint("store_id", "journey", "case_id"),
        Index("ix_enrollments_due", "due_at", sqlite_where=text("due_at IS NOT NULL"),
              postgresql_where=text("due_at IS NOT NULL")),
        Index(None, "case_id"),
        Index(None, "customer_id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("stores.id", ondelete="CASCADE"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    journey: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]
    arm: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16), default=EnrollmentState.ACTIVE)
    track: Mapped[str] = mapped_column(String(40), default="")
    position: Mapped[int] = mapped_column(default=0)
    memory: Mapped[dict[str, Any]]
    started_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_because: Mapped[str] = mapped_column(String(100), default="")


class Answer(Base):
    """What a shopper answered; a changed mind is a second row, a repeated click is not."""

    __tablename__ = "answers"
    __table_args__ = (
        UniqueConstraint("enrollment_id", "reason"),
        Index(None, "store_id", "answered_at"),
        Index(None, "case_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("stores.id", ondelete="CASCADE"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollments.id", ondelete="CASCADE"))
    reason: Mapped[str] = mapped_column(String(40))
    words: Mapped[str] = mapped_column(Text, default="")
    remind_on: Mapped[date | None] = mapped_column(Date)
    answered_at: Mapped[datetime]
