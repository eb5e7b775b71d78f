"""Coupons, and the ledger of benefits that keeps them from becoming a habit."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from connector.database import Base, BigId


class CouponState(StrEnum):
    PLANNED = "planned"
    MADE = "made"
    REFUSED = "refused"
    USED = "used"


class Coupon(Base):
    """One coupon of one message. Amounts are in minor units of `currency`."""

    __tablename__ = "coupons"
    __table_args__ = (UniqueConstraint("store_id", "code"), UniqueConstraint("message_id"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("stores.id", ondelete="CASCADE"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"))
    message_id: Mapped[int] = mapped_column(BigId)
    code: Mapped[str] = mapped_column(String(64))
    """As it is compared: lower case."""
    store_code: Mapped[str] = mapped_column(String(64), default="")
    """As the store spells it."""
    external_id: Mapped[str] = mapped_column(String(128), default="")
    kind: Mapped[str] = mapped_column(String(16))
    percent: Mapped[int] = mapped_column(default=0)
    amount_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    minimum_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    currency: Mapped[str] = mapped_column(String(3))
    product_external_ids: Mapped[list[str]] = mapped_column(server_default=text("'[]'"))
    """The only products that it is good for; none: for all."""
    state: Mapped[str] = mapped_column(String(16), default=CouponState.PLANNED)
    refusal: Mapped[str] = mapped_column(Text, default="")
    planned_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    made_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    order_id: Mapped[int | None] = mapped_column(BigId)

    @property
    def wished_code(self) -> str:
        """As the store is asked for it, and may be asked about it: capitals are read aloud."""
        return self.code.upper()


class LedgerEntry(Base):
    """A benefit given to a person; `person_key` is one for all spellings of her address."""

    __tablename__ = "benefit_ledger"
    __table_args__ = (
        UniqueConstraint("coupon_id"),
        Index(None, "store_id", "person_key", "given_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("stores.id", ondelete="CASCADE"))
    person_key: Mapped[str] = mapped_column(String(64))
    coupon_id: Mapped[int] = mapped_column(ForeignKey("coupons.id", ondelete="CASCADE"))
    reason: Mapped[str] = mapped_column(String(40))
    given_at: Mapped[datetime]
