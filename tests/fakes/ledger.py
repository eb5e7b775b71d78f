"""The things a practice store remembers: shoppers, checkouts, orders, coupons."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from tests.fakes.catalogue import Product, Variant
from tests.fakes.till import ZERO, Till

PLACE = ("address_1", "address_2", "city", "state", "postcode", "country")


@dataclass(slots=True, kw_only=True)
class Account:
    """A shopper who registered with the store."""

    id: int
    email: str
    first_name: str
    last_name: str
    created_at: datetime
    updated_at: datetime
    phone: str = ""
    locale: str = ""
    accepts_marketing: bool = False
    consent_at: datetime | None = None
    takes_texts: bool | None = None
    texts_at: datetime | None = None
    tags: list[str] = field(default_factory=list)
    meta: dict[str, object] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Line:
    """So many of one variant; amounts include VAT. `id` is the line's own number."""

    id: int
    product: Product
    variant: Variant
    quantity: int
    discount: Decimal = ZERO
    choices: dict[str, str] = field(default_factory=dict)
    """What she chose beyond the variant: a shirt for any colour."""

    @property
    def subtotal(self) -> Decimal:
        return self.variant.price * self.quantity

    @property
    def total(self) -> Decimal:
        return self.subtotal - self.discount

    @property
    def name(self) -> str:
        option = self.variant.option
        return f"{self.product.title} - {option}" if option else self.product.title


@dataclass(slots=True, kw_only=True)
class Coupon:
    """A coupon as the merchant or the connector made it. `kind`: percent, fixed, free_shipping."""

    id: int
    code: str
    kind: str
    amount: Decimal
    created_at: datetime
    updated_at: datetime
    starts_at: datetime | None = None
    expires_at: datetime | None = None
    minimum: Decimal = ZERO
    usage_limit: int | None = None
    limit_per_customer: int | None = None
    description: str = ""
    product_ids: tuple[int, ...] = ()
    individual_use: bool = False
    used_by: list[str] = field(default_factory=list)
    spoken: dict[str, object] = field(default_factory=dict)
    """What its maker said in the platform's own words, told back as it was said."""

    def refuses(self, *, email: str, subtotal: Decimal, now: datetime) -> str:
        """Why it cannot be used now; empty when it can."""
        objections = (
            ("not started", self.starts_at is not None and self.starts_at > now),
            ("expired", self.expires_at is not None and self.expires_at <= now),
            ("used up", self.usage_limit is not None and len(self.used_by) >= self.usage_limit),
            (
                "used by this customer",
                self.limit_per_customer is not None
                and self.used_by.count(email) >= self.limit_per_customer,
            ),
            ("below the minimum", subtotal < self.minimum),
        )
        return ", ".join(reason for reason, holds in objections if holds)


@dataclass(slots=True, kw_only=True)
class Checkout:
    """A cart at the till, left or completed. `stage`: opened, contact, delivery, payment."""

    id: int
    token: str
    cart_token: str
    till: Till
    created_at: datetime
    updated_at: datetime
    lines: list[Line]
    email: str = ""
    first_name: str = ""
    last_name: str = ""
    phone: str = ""
    locale: str = ""
    note: str = ""
    stage: str = "opened"
    accepts_marketing: bool = False
    account: Account | None = None
    coupon: Coupon | None = None
    shipping_price: Decimal = ZERO
    delivery_tax: Decimal = ZERO
    """The part of the delivery's price that is tax."""
    sent_to: dict[str, str] | None = None
    """Where an order made by REST goes; None: the shopper's own address."""
    payment: str = "card"
    completed_at: datetime | None = None
    order: Order | None = None
    companion_cart: str = ""
    """What the WordPress companion calls the cart, where it stands on the classic checkout."""
    email_state: str = "not_sent"
    """What the store's own reminder came to: not_sent, scheduled, sent."""
    reminded_at: datetime | None = None
    created_via: str = "store-api"
    """WooCommerce's word for who began it: the block checkout, or a program by "rest-api"."""
    unknown_lines: int = 0
    meta: dict[str, object] = field(default_factory=dict)
    """Lines of products that the store does not have (only an order made by API has them)."""

    @property
    def subtotal(self) -> Decimal:
        """All lines before discounts, VAT included."""
        return self.till.round(sum((line.subtotal for line in self.lines), ZERO))

    @property
    def discount(self) -> Decimal:
        return self.till.round(sum((line.discount for line in self.lines), ZERO))

    @property
    def shipping(self) -> Decimal:
        """A free delivery is the cart's: orders made by REST bear the one that they were given."""
        in_cart = self.created_via != "rest-api"
        free = in_cart and self.coupon is not None and self.coupon.kind == "free_shipping"
        return self.till.round(ZERO if free else self.shipping_price)

    @property
    def tax(self) -> Decimal:
        """VAT within the lines; shipping carries none."""
        return sum((self.till.tax_in(line.total) for line in self.lines), self.till.round(0))

    @property
    def total(self) -> Decimal:
        return self.subtotal - self.discount + self.shipping

    def has_reached(self, stage: str) -> bool:
        stages = ("opened", "contact", "delivery", "payment")
        return stages.index(self.stage) >= stages.index(stage)

    def gives_use_back(self) -> None:
        """WooCommerce's wc_update_coupon_usage_counts; Shopify keeps a cancelled order's use."""
        if self.coupon is not None and self.email in self.coupon.used_by:
            self.coupon.used_by.remove(self.email)

    def reckon(self) -> None:
        """Spread the coupon's discount over the lines."""
        for line in self.lines:
            line.discount = ZERO
        if self.coupon is None or self.coupon.kind == "free_shipping":
            return
        if self.coupon.kind == "percent":
            for line in self.lines:
                line.discount = self.till.round(line.subtotal * self.coupon.amount / 100)
            return
        amount = min(self.till.round(self.coupon.amount), self.subtotal)
        shares = self.till.spread(amount, [line.subtotal for line in self.lines])
        for line, share in zip(self.lines, shares, strict=True):
            line.discount = share


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """Money given back; `amount` is positive, VAT included."""

    id: int
    amount: Decimal
    reason: str
    refunded_at: datetime


@dataclass(slots=True, kw_only=True)
class Shipment:
    """A parcel on its way."""

    id: int
    carrier: str
    number: str
    url: str
    created_at: datetime
    updated_at: datetime
    delivered_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A line in an order's story; `for_customer` was sent to her by mail."""

    id: int
    text: str
    for_customer: bool
    made_at: datetime
    author: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A Shopify draft order: lines that wait to be paid through its invoice link."""

    id: int
    said: dict[str, Any]
    tags: tuple[str, ...]
    made_at: datetime
    order_id: int | None = None
    """What it became when it was paid."""


@dataclass(slots=True, kw_only=True)
class Order:
    """What became of a checkout. `state`: pending, on_hold, failed, paid, fulfilled, cancelled."""

    id: int
    number: int
    checkout: Checkout
    state: str
    created_at: datetime
    updated_at: datetime
    paid_at: datetime | None = None
    fulfilled_at: datetime | None = None
    cancelled_at: datetime | None = None
    cancelled_by: str = ""
    refunds: list[Refund] = field(default_factory=list)
    shipments: list[Shipment] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    meta: dict[str, object] = field(default_factory=dict)
    failure: str = ""
    """What the gateway said when the payment failed the last time."""
    plugin_status: str = ""
    """WooCommerce: a status that a plugin invented and hid; no list shows the order then."""

    @property
    def total(self) -> Decimal:
        return self.checkout.total

    @property
    def refunded(self) -> Decimal:
        return sum((refund.amount for refund in self.refunds), self.checkout.till.round(0))

    @property
    def is_refunded(self) -> bool:
        return bool(self.refunds) and self.refunded >= self.total
