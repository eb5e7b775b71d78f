"""What a store platform must be able to do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from connector.ports.access import Access
from connector.ports.coupons import CouponKind, CouponMade, CouponWish
from connector.ports.notices import Notice
from connector.ports.writing import StoreWriter
from connector.records import LineItem, OrderState, Record

if TYPE_CHECKING:
    from connector.ports.authorization import Authorization
    from connector.ports.feed import Feed

__all__ = [
    "Access",
    "CheckoutFacts",
    "CouponKind",
    "CouponMade",
    "CouponWish",
    "Envelope",
    "Label",
    "OrderFound",
    "Platform",
    "StoreFacts",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A webhook as it came: header names in lower case, the body's raw bytes."""

    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What the headers say of a delivery.

    `dedupe_key` is equal for every copy of one event; `delivery_id` is unique per delivery
    where the platform has such a thing, else None. Both are at most 255 characters.
    `happened_at` is given where a late copy could undo what came after it (the app's removal).
    """

    topic: str
    dedupe_key: str
    delivery_id: str | None = None
    happened_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreFacts:
    """What a store says of itself, when it is connected and every hour after.

    `external_id` is what it calls itself whatever its address, "" where that is not told.
    """

    name: str
    currency: str
    timezone: str
    locale: str
    external_id: str
    address: str = ""
    """The address that it holds for its own: what merchants and webhooks call it, or its home."""
    home_url: str = ""
    """Where shoppers find the store, where that is another address than its API's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutFacts:
    """What is needed to lead a shopper back to a checkout, or to look for its order."""

    external_id: str
    cart_token: str
    recovery_url: str
    email: str
    lines: Sequence[LineItem]
    created_at: datetime
    phone: str = ""
    customer_external_id: str = ""
    statuses: Mapping[str, OrderState] = field(default_factory=dict)
    """What the merchant says that statuses of her store's own mean (`ports.statuses`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFound:
    """An order that the store has and that may mean: already bought."""

    external_id: str
    state: OrderState
    created_at: datetime


class Platform(StoreWriter, ABC):
    """A store platform: its webhooks read, its API spoken."""

    name: str
    title: str
    """As merchants know it ("WooCommerce")."""
    ids_are_unique: bool = False
    """Is `StoreFacts.external_id` one store's alone? Where a store makes it up, a copy has it."""
    authorization: Authorization | None = None
    """How a merchant lets us in by one click; None where that is not set up or not offered."""
    recovery_lifetime: timedelta | None = None
    """How long after its last change a checkout's own recovery URL works; None: for good.
    Some work longer: see `lasts`."""
    topics_after_leaving: Sequence[str] = ()
    """Topics that a store may send after it has left: what the law asks of who knew people."""
    topics: Sequence[str]
    """The webhook topics that are read; every other topic is recorded and set aside."""

    @property
    def feed(self) -> Feed | None:
        """How the store is asked for everything it has; None: it cannot be."""
        return None

    @abstractmethod
    def authenticate(self, envelope: Envelope, secrets: Sequence[str]) -> None:
        """Raise NotAuthentic unless one of `secrets` signed the body; never anything else."""

    @abstractmethod
    def label(self, envelope: Envelope) -> Label:
        """Read topic and dedupe keys off the headers (and a hash of the body); never raises."""

    def is_ping(self, envelope: Envelope) -> bool:
        """Is this the platform's unsigned greeting, to be answered and forgotten?"""
        return False

    @abstractmethod
    def read(self, topic: str, body: bytes) -> tuple[Record, ...]:
        """Translate one authentic delivery.

        Raises Unreadable when the body does not say what its topic promises. Unknown topics
        and signed error bodies come back as SetAside.
        """

    def address(self, typed: str) -> str:
        """The store's base URL, or its shop domain, out of what a merchant types or pastes.

        Raises Refused, in words for her.
        """
        return typed.strip().rstrip("/")

    @abstractmethod
    def describe(self, access: Access) -> StoreFacts:
        """Ask the store who it is. Raises AccessLost, Retryable, Permanent (Moved)."""

    def shortcomings(self, access: Access) -> tuple[Notice, ...]:
        """What this access may not do and would have to, for the merchant and the set-up check.

        Raises AccessLost, Retryable, Refused.
        """
        return ()

    @abstractmethod
    def create_coupon(self, access: Access, wish: CouponWish) -> CouponMade:
        """Make the coupon, once: a code that exists already and is ours is answered as made.

        Raises OutcomeUnknown (timed out: call again with the same wish), Retryable,
        Refused (with the store's reason), AccessLost.
        """

    @abstractmethod
    def find_order(self, access: Access, checkout: CheckoutFacts) -> OrderFound | None:
        """Ask the store now whether this checkout was bought. Raises Retryable, AccessLost."""

    def lasts(self, recovery_url: str) -> bool:
        """Does this recovery URL work for good, and for a checkout whose order was cancelled?"""
        return False

    @abstractmethod
    def cart_url(self, base_url: str, checkout: CheckoutFacts, *, coupon_code: str = "") -> str:
        """Where the shopper finds her cart again, on the store's own host. No network."""
