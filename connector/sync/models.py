"""Where we are in asking each store for what it has."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from connector.database import Base, BigId


class Purpose(StrEnum):
    """first: everything, once · standing: what changed, every few minutes · nightly: a second
    look at the last days, which also finds what the store dropped without a word · roll_call:
    in the nights, each thing by its name: is it still there?"""

    FIRST = "first"
    STANDING = "standing"
    NIGHTLY = "nightly"
    ROLL_CALL = "roll_call"


class CursorState(StrEnum):
    """waiting → running → done (and waiting for its next time); paused: the store does not let
    us in; failed: stopped with a reason, tried again later."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    PAUSED = "paused"
    FAILED = "failed"


class Cursor(Base):
    """One list of one store, read for one purpose. `cursor` is the platform's own word."""

    __tablename__ = "sync_cursors"
    __table_args__ = (
        UniqueConstraint("store_id", "resource", "purpose"),
        Index("ix_sync_cursors_due", "due_at", sqlite_where=text("due_at IS NOT NULL"),
              postgresql_where=text("due_at IS NOT NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("stores.id", ondelete="CASCADE"))
    resource: Mapped[str] = mapped_column(String(16))
    purpose: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16), default=CursorState.WAITING)
    cursor: Mapped[str] = mapped_column(Text, default="")
    since: Mapped[datetime | None]
    """What changed before is not asked for; None: everything."""
    fetched: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    unreadable: Mapped[int] = mapped_column(default=0)
    last_unreadable: Mapped[list[str]] = mapped_column(default=list)
    error: Mapped[str] = mapped_column(Text, default="")
    tries: Mapped[int] = mapped_column(default=0)
    trail: Mapped[list[str]] = mapped_column(default=list)
    """Marks of this run's last pages: a store that tells the same again and again is stopped."""
    asked_through: Mapped[str] = mapped_column(String(128), default="")
    """A roll call's place: by name, the last one that was asked for; "" is before the first."""
    watermark: Mapped[datetime | None]
    """The newest change that the store has told, by the store's clock."""
    due_at: Mapped[datetime | None]
    lease_ends_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class Sighting(Base):
    """Something that the nightly look saw: what we hold and it did not see is gone.

    Of a roll call: something that the store, asked for it by name, has no more.
    """

    __tablename__ = "sync_sightings"

    cursor_id: Mapped[int] = mapped_column(
        ForeignKey("sync_cursors.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    external_id: Mapped[str] = mapped_column(String(128), primary_key=True)


class WebhookCheck(Base):
    """When a store's webhook subscriptions were last put right, and what that came to."""

    __tablename__ = "webhook_checks"
    __table_args__ = (
        UniqueConstraint("store_id"),
        Index("ix_webhook_checks_due", "due_at", sqlite_where=text("due_at IS NOT NULL"),
              postgresql_where=text("due_at IS NOT NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("stores.id", ondelete="CASCADE"))
    report: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """The lists of a WebhookReport, by name, and our `addresses`; none before the first check."""
    notices: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What else the merchant has to be told, by what was looked at: notices, and the order
    statuses that she can say the meaning of."""
    error: Mapped[str] = mapped_column(Text, default="")
    tries: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None]
    lease_ends_at: Mapped[datetime | None]
    checked_at: Mapped[datetime | None]
