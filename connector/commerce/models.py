"""The common model: one shape for both platforms. Amounts are in minor units of `currency`."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from connector.database import Base, BigId


class CheckoutState(StrEnum):
    OPEN = "open"
    ABANDONED = "abandoned"
    COMPLETED = "completed"
    DELETED = "deleted"


def _store() -> Mapped[int]:
    return mapped_column(ForeignKey("stores.id", ondelete="CASCADE"))


class Customer(Base):
    """A person of one store; a guest has no `external_id` until she registers."""

    __tablename__ = "customers"
    __table_args__ = (
        UniqueConstraint("store_id", "external_id"),
        Index(None, "store_id", "email_key"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    store_id: Mapped[int] = _store()
    external_id: Mapped[str | None] = mapped_column(String(64))
    email: Mapped[str] = mapped_column(String(320), default="")
    email_key: Mapped[str] = mapped_column(String(320), default="")
    """The address as it is compared: lower case, trimmed."""
    phone: Mapped[str] = mapped_column(String(40), default="")
    first_name: Mapped[str] = mapped_column(String(200), default="")
    last_name: Mapped[str] = mapped_column(String(200), default="")
    locale: Mapped[str] = mapped_column(String(16), default="")
    country: Mapped[str] = mapped_column(String(2), default="")
    accepts_marketing: Mapped[bool | None]
    versions: Mapped[dict[str, Any]]
    """Per field, the version that wrote it: the newest word on each field wins."""
    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]


class Product(Base):
    """A product of the catalogue; `categories` are the store's names."""

    __tablename__ = "products"
    __table_args__ = (UniqueConstraint("store_id", "external_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    store_id: Mapped[int] = _store()
    external_id: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(Text, default="")
    image_url: Mapped[str] = mapped_column(Text, default="")
    description: Mapped[str] = mapped_column(Text, default="")
    categories: Mapped[list[str]]
    published: Mapped[bool] = mapped_column(default=True)
    version: Mapped[str] = mapped_column(String(80))
    updated_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]


class Variant(Base):
    """What is put into a cart. `stock` None: the store does not count it."""

    __tablename__ = "variants"
    __table_args__ = (UniqueConstraint("store_id", "product_external_id", "external_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    store_id: Mapped[int] = _store()
    product_external_id: Mapped[str] = mapped_column(String(64))
    external_id: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(Text, default="")
    sku: Mapped[str] = mapped_column(String(200), default="")
    price_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3), default="")
    stock: Mapped[int | None]
    available: Mapped[bool] = mapped_column(default=True)
    version: Mapped[str] = mapped_column(String(80))


class Checkout(Base):
    """A cart whose owner we may reach. `due_at`: when its silence has lasted long enough."""

    __tablename__ = "checkouts"
    __table_args__ = (
        UniqueConstraint("store_id", "external_id"),
        Index("ix_checkouts_due", "due_at", sqlite_where=text("due_at IS NOT NULL"),
              postgresql_where=text("due_at IS NOT NULL")),
        Index(None, "store_id", "customer_id"),
        Index(None, "store_id", "cart_token"),
        Index(None, "store_id", "email_key"),
        Index(None, "store_id", "silent_since"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    store_id: Mapped[int] = _store()
    external_id: Mapped[str] = mapped_column(String(128))
    cart_token: Mapped[str] = mapped_column(String(128), default="")
    number: Mapped[str] = mapped_column(String(64), default="")
    """Under which the store can be asked for it, where that is no name of its own: only
    Shopify's list tells it."""
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"))
    email_key: Mapped[str] = mapped_column(String(320), default="")
    state: Mapped[str] = mapped_column(String(16), default=CheckoutState.OPEN)
    stage: Mapped[int] = mapped_column(default=1)
    payment_failed: Mapped[bool] = mapped_column(default=False)
    payment_failure: Mapped[str] = mapped_column(Text, default="")
    failure_noted: Mapped[str] = mapped_column(Text, default="")
    """The gateway's own reason, read from the order's notes: no telling of the checkout, however
    new or late, has a word on it (decisions/0022)."""
    payment_method: Mapped[str] = mapped_column(String(100), default="")
    currency: Mapped[str] = mapped_column(String(3))
    total_minor: Mapped[int] = mapped_column(BigInteger)
    coupon_codes: Mapped[list[str]]
    recovery_url: Mapped[str] = mapped_column(Text, default="")
    locale: Mapped[str] = mapped_column(String(16), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[str] = mapped_column(String(80))
    heard_version: Mapped[str] = mapped_column(String(80), default="")
    """Of the newest telling that was no list's: of language, delivery and payment it decides."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    silent_since: Mapped[datetime]
    """The shopper's last sign of life: never later than when we heard of it."""
    completed_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    abandoned_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    passed_over: Mapped[str] = mapped_column(Text, default="")
    """Why this silence opened no case ("left before Askback was switched on")."""

    @property
    def failure(self) -> str:
        """Why her payment failed, in the gateway's words where they are known (mission M013)."""
        return (self.failure_noted or self.payment_failure) if self.payment_failed else ""


_NOTED = "state IN ('failed', 'pending', 'on_hold', 'cancelled')"
"""The orders whose notes are read (notes.NOTED): unfinished ones, a few of a store's many."""


class Order(Base):
    """An order as the store has it. `state` is ours, `status` the store's word."""

    __tablename__ = "orders"
    __table_args__ = (
        UniqueConstraint("store_id", "external_id"),
        Index(None, "store_id", "customer_id", "placed_at"),
        Index(None, "store_id", "checkout_external_id"),
        Index(None, "store_id", "email_key"),
        Index("ix_orders_noted", "store_id", "updated_at", sqlite_where=text(_NOTED),
              postgresql_where=text(_NOTED)),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    store_id: Mapped[int] = _store()
    external_id: Mapped[str] = mapped_column(String(128))
    number: Mapped[str] = mapped_column(String(64), default="")
    checkout_external_id: Mapped[str] = mapped_column(String(128), default="")
    cart_token: Mapped[str] = mapped_column(String(128), default="")
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"))
    email_key: Mapped[str] = mapped_column(String(320), default="")
    state: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(64))
    is_final: Mapped[bool] = mapped_column(default=False)
    currency: Mapped[str] = mapped_column(String(3))
    total_minor: Mapped[int] = mapped_column(BigInteger)
    refunded_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    coupon_codes: Mapped[list[str]]
    payment_method: Mapped[str] = mapped_column(String(100), default="")
    locale: Mapped[str] = mapped_column(String(16), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    status_url: Mapped[str] = mapped_column(Text, default="")
    cancelled_by: Mapped[str] = mapped_column(String(32), default="")
    cancel_reason: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[str] = mapped_column(String(80))
    placed_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    bought_at: Mapped[datetime | None]
    """When the store first said that it was bought; stays when it is cancelled later."""
    paid_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    notes_read_at: Mapped[datetime | None]
    """When the store was last asked for its notes; None: never, or not since it changed."""
    deleted_at: Mapped[datetime | None]


class OrderNote(Base):
    """A note that a person wrote beside an order in the store, or that its customer was sent."""

    __tablename__ = "order_notes"
    __table_args__ = (
        UniqueConstraint("store_id", "external_id"),
        Index(None, "store_id", "order_external_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    store_id: Mapped[int] = _store()
    external_id: Mapped[str] = mapped_column(String(64))
    order_external_id: Mapped[str] = mapped_column(String(128))
    text: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(String(200), default="")
    """The person's name in the store; "" for a program's note."""
    for_customer: Mapped[bool]
    written_at: Mapped[datetime]


class _LineColumns:
    """What a line says, of a checkout or of an order; `total_minor` is for the whole quantity."""

    position: Mapped[int]
    title: Mapped[str] = mapped_column(Text)
    variant_title: Mapped[str] = mapped_column(Text)
    quantity: Mapped[int]
    unit_price_minor: Mapped[int] = mapped_column(BigInteger)
    total_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    product_external_id: Mapped[str] = mapped_column(String(64))
    variant_external_id: Mapped[str] = mapped_column(String(64))
    sku: Mapped[str] = mapped_column(String(200))
    image_url: Mapped[str] = mapped_column(Text)


class CheckoutLine(_LineColumns, Base):
    """A line of a checkout."""

    __tablename__ = "checkout_lines"
    __table_args__ = (Index(None, "checkout_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    checkout_id: Mapped[int] = mapped_column(ForeignKey("checkouts.id", ondelete="CASCADE"))
    choices: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    """What she chose of the variant beyond its number, in the store's words (LineItem.choices)."""


class OrderLine(_LineColumns, Base):
    """A line of an order."""

    __tablename__ = "order_lines"
    __table_args__ = (Index(None, "order_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))


class Fulfillment(Base):
    """A shipment; it may be told before its order, so it knows only the order's name."""

    __tablename__ = "fulfillments"
    __table_args__ = (
        UniqueConstraint("store_id", "external_id"),
        Index(None, "store_id", "order_external_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    store_id: Mapped[int] = _store()
    external_id: Mapped[str] = mapped_column(String(128))
    order_external_id: Mapped[str] = mapped_column(String(128))
    state: Mapped[str] = mapped_column(String(64))
    carrier: Mapped[str] = mapped_column(String(200), default="")
    tracking_numbers: Mapped[list[str]]
    tracking_urls: Mapped[list[str]]
    version: Mapped[str] = mapped_column(String(80))
    updated_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]


class Refund(Base):
    """Money given back; amounts are positive."""

    __tablename__ = "refunds"
    __table_args__ = (
        UniqueConstraint("store_id", "external_id"),
        Index(None, "store_id", "order_external_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    store_id: Mapped[int] = _store()
    external_id: Mapped[str] = mapped_column(String(128))
    order_external_id: Mapped[str] = mapped_column(String(128))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    reason: Mapped[str] = mapped_column(Text, default="")
    refunded_at: Mapped[datetime]


class Forgotten(Base):
    """Whom somebody asked to forget, and what she had bought: nobody can read here who it was.

    `key` is rules.forgotten_key of her address, her account, an order or a checkout.
    """

    __tablename__ = "forgotten"

    store_id: Mapped[int] = mapped_column(
        ForeignKey("stores.id", ondelete="CASCADE"), primary_key=True
    )
    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    forgotten_at: Mapped[datetime]


class Tombstone(Base):
    """What the store said it dropped, even before we knew it: a late copy does not revive it.

    `risen_at`: when it was last known to be there again (graves.py).
    """

    __tablename__ = "tombstones"
    __table_args__ = (UniqueConstraint("store_id", "kind", "external_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    store_id: Mapped[int] = _store()
    kind: Mapped[str] = mapped_column(String(16))
    external_id: Mapped[str] = mapped_column(String(128))
    deleted_at: Mapped[datetime | None]
    risen_at: Mapped[datetime | None]
