"""Accounts, their users and their stores."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from connector.database import Base, BigId


class StoreState(StrEnum):
    CONNECTED = "connected"
    ACCESS_LOST = "access_lost"
    DISCONNECTED = "disconnected"


class Account(Base):
    """A merchant's business: the wall between one merchant's data and another's."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]


class User(Base):
    """Someone who signs in to an account."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    email: Mapped[str] = mapped_column(String(320), unique=True)
    locale: Mapped[str] = mapped_column(String(16), default="")
    created_at: Mapped[datetime]
    sign_outs: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """How often she signed out everywhere: a browser's session bears the number it began with."""


class LoginToken(Base):
    """A link that signs a user in, once, for a short while."""

    __tablename__ = "login_tokens"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Store(Base):
    """A connected store. `external_id` is its shop domain or its base URL: it may change."""

    __tablename__ = "stores"
    __table_args__ = (
        UniqueConstraint("platform", "external_id"),
        Index(None, "account_id"),
        Index(None, "lasting_id"),
        Index(None, "former_name"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(64), unique=True)
    platform: Mapped[str] = mapped_column(String(32))
    external_id: Mapped[str] = mapped_column(String(400))
    lasting_id: Mapped[str] = mapped_column(String(128), default="")
    """What it calls itself whatever its address; empty where it has not said so (yet)."""
    former_name: Mapped[str] = mapped_column(String(400), default="")
    """Its `external_id` before it moved: what was on its way then still bears it."""
    base_url: Mapped[str] = mapped_column(String(400))
    name: Mapped[str] = mapped_column(String(200))
    currency: Mapped[str] = mapped_column(String(3), default="")
    timezone: Mapped[str] = mapped_column(String(64), default="UTC")
    locale: Mapped[str] = mapped_column(String(16), default="")
    state: Mapped[str] = mapped_column(String(16), default=StoreState.CONNECTED)
    state_reason: Mapped[str] = mapped_column(Text, default="")
    credentials: Mapped[bytes] = mapped_column(LargeBinary)
    """Sealed JSON: what the platform's API wants."""
    webhook_secret: Mapped[bytes] = mapped_column(LargeBinary)
    """Sealed; empty text where the app's own secret signs (Shopify)."""
    policy: Mapped[dict[str, Any]]
    active_since: Mapped[datetime]
    """Checkouts left before this moment are never written about."""
    connected_at: Mapped[datetime | None]
    """When the merchant last let us in: what happened to the app before is over."""
    shut_out_at: Mapped[datetime | None]
    """Since when it has refused us, as far as we knocked; None: it lets us in."""
    created_at: Mapped[datetime]
