"""The words every platform is translated into."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import IntEnum, StrEnum

from connector.money import Money


class Stage(IntEnum):
    """How far a checkout has come; the latest evidence wins."""

    ADDED_PRODUCTS = 1
    CHOSE_DELIVERY = 2
    ENTERED_CONTACT = 3
    KNOWN_CUSTOMER = 4
    CHOSE_PAYMENT = 5
    PAYMENT_APPROVAL = 6
    CANCELLED_ORDER = 7


class OrderState(StrEnum):
    """What an order has come to, in our words."""

    PENDING = "pending"
    FAILED = "failed"
    ON_HOLD = "on_hold"
    PLACED = "placed"
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"

    @property
    def bought(self) -> bool:
        """Has the customer bought? On hold (a bank transfer on its way) counts."""
        return self in (OrderState.ON_HOLD, OrderState.PLACED, OrderState.FULFILLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A person as the store knows her; `external_id` is None for a guest.

    Texts are plain (HTML entities of the platform undone), empty when unknown.
    `accepts_marketing` is None where the payload does not say.
    """

    external_id: str | None = None
    email: str = ""
    phone: str = ""
    first_name: str = ""
    last_name: str = ""
    locale: str = ""
    country: str = ""
    accepts_marketing: bool | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineItem:
    """One line. `total` is for the whole quantity, after discounts, as the shopper sees it.

    `choices` are name and value, in the store's own words, of what she chose of a variant, where
    the variant's number does not tell all of it (WooCommerce: a shirt for any colour).
    """

    title: str
    quantity: int
    unit_price: Money
    total: Money
    external_id: str = ""
    product_external_id: str = ""
    variant_external_id: str = ""
    variant_title: str = ""
    sku: str = ""
    image_url: str = ""
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """A cart whose owner we may be able to reach, left or still under way.

    `external_id` is Shopify's checkout token, WooCommerce's draft order id.
    `recovery_url` leads back to it in the store. `locale` is BCP 47 ("he", "pt-BR") or "".
    `listed`: told by a list that has no word on language, delivery and payment, so that their
    absence says nothing (Shopify's abandoned checkouts).
    `formerly` is the name under which the store may have told of it before; `number` the one
    under which it can be asked for, where that is another.
    """

    external_id: str
    currency: str
    total: Money
    created_at: datetime
    updated_at: datetime
    cart_token: str = ""
    formerly: str = field(default="", repr=False)  # a name is no content: see rules.version
    number: str = field(default="", repr=False)  # nor is this
    customer: Customer | None = None
    lines: tuple[LineItem, ...] = ()
    subtotal: Money | None = None
    discount: Money | None = None
    shipping: Money | None = None
    tax: Money | None = None
    coupon_codes: tuple[str, ...] = ()
    recovery_url: str = ""
    locale: str = ""
    note: str = ""
    chose_delivery: bool = False
    payment_method: str = ""
    payment_failed: bool = False
    payment_failure: str = ""
    completed_at: datetime | None = None
    listed: bool = False
    asked_at: datetime | None = field(default=None, repr=False, compare=False)
    is_back: bool = field(default=False, repr=False, compare=False)
    """See Order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fulfillment:
    """A shipment of an order or a part of it."""

    external_id: str
    order_external_id: str
    state: str
    updated_at: datetime
    carrier: str = ""
    tracking_numbers: tuple[str, ...] = ()
    tracking_urls: tuple[str, ...] = ()
    delivered_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """Money given back on an order; `amount` is positive."""

    external_id: str
    order_external_id: str
    amount: Money
    refunded_at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order as the store has it now.

    `status` is the store's own word. `checkout_external_id` names the Checkout it came from.
    `is_final` says that the platform never takes this state back. `asked_at`: when the store was
    asked for it; None where it told so by itself. Stores write whole seconds, in which things
    change twice: among tellings of one second, what was asked for last is the newest.
    `is_back`: told because it was taken out of the trash.
    """

    external_id: str
    number: str
    state: OrderState
    status: str
    currency: str
    total: Money
    created_at: datetime
    updated_at: datetime
    checkout_external_id: str = ""
    cart_token: str = ""
    customer: Customer | None = None
    lines: tuple[LineItem, ...] = ()
    discount: Money | None = None
    shipping: Money | None = None
    tax: Money | None = None
    refunded: Money | None = None
    coupon_codes: tuple[str, ...] = ()
    locale: str = ""
    note: str = ""
    payment_method: str = ""
    paid_at: datetime | None = None
    cancelled_at: datetime | None = None
    cancelled_by: str = ""
    cancel_reason: str = ""
    status_url: str = ""
    is_final: bool = False
    fulfillments: tuple[Fulfillment, ...] = ()
    refunds: tuple[Refund, ...] = ()
    asked_at: datetime | None = field(default=None, repr=False, compare=False)
    is_back: bool = field(default=False, repr=False, compare=False)
    is_nobodys: bool = field(default=False, repr=False, compare=False)
    """Its buyer asked to be forgotten: no adapter says so, the keeper of the orders is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A note in the store's own list beside an order, as plain text.

    `author` is the person who wrote it, "" for the store itself or a program. `moved_to`: the
    store noted with it that the order's state changed; its own sentence about that is not in
    `text`, which is then the reason that was given, or "".
    """

    external_id: str
    text: str
    written_at: datetime
    author: str = ""
    for_customer: bool = False
    moved_to: OrderState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderNotes:
    """All notes that an order has now, the oldest first; None: they could not be read."""

    order_external_id: str
    notes: tuple[Note, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """What is put into a cart: one size and colour of a product; `stock` None: not counted.

    `price` is in the store's own currency, which no platform names beside it; None: not known.
    """

    external_id: str
    title: str = ""
    sku: str = ""
    price: Decimal | None = None
    stock: int | None = None
    available: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A product of the catalogue; a lone WooCommerce variation comes as its parent's partial."""

    external_id: str
    title: str
    updated_at: datetime
    url: str = ""
    image_url: str = ""
    description: str = ""
    categories: tuple[str, ...] = ()
    published: bool = True
    variants: tuple[Variant, ...] = ()
    is_partial: bool = False
    asked_at: datetime | None = field(default=None, repr=False, compare=False)
    is_back: bool = field(default=False, repr=False, compare=False)
    """See Order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """The store dropped something. `kind` is checkout, order, product or customer.

    Shopify's checkouts/delete names no token, only the cart's: then `external_id` is ""
    and `cart_token` is given. `at`: when, by the store's clock; None: no later than when we heard.
    """

    kind: str
    external_id: str
    cart_token: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentChange:
    """The customer's marketing consent as the store now has it."""

    channel: str
    granted: bool
    withdrawn: bool = False
    """She said no: more than that she never said yes."""
    customer_external_id: str | None = None
    email: str = ""
    phone: str = ""
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Uninstalled:
    """The merchant removed the app from her store."""


class PrivacyKind(StrEnum):
    """What the law lets people ask: show it, forget her, forget the whole store."""

    EXPORT = "export"
    ERASE = "erase"
    ERASE_STORE = "erase_store"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivacyWish:
    """A person's request that the store passes on; nobody is named for ERASE_STORE."""

    kind: PrivacyKind
    customer_external_id: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """Rightly delivered, and nothing to do about it; the reason is stored with the delivery.

    `external_id` names it where a list may tell of many such: nothing else tells them apart.
    """

    reason: str
    external_id: str = ""


Record = (
    Checkout
    | Order
    | OrderNotes
    | Fulfillment
    | Refund
    | Product
    | Customer
    | Deleted
    | ConsentChange
    | Uninstalled
    | PrivacyWish
    | SetAside
)
