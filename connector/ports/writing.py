"""What we write back into a store. Each of these may be called again and does its work once."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from connector.ports.access import Access
from connector.ports.coupons import CouponMade
from connector.records import LineItem

if TYPE_CHECKING:
    from connector.ports.platform import CheckoutFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderNote:
    """A line for an order. `marker` is part of no other note of this order.

    `for_customer`: the store shows it to the customer, and may send it to her by mail.
    """

    order_external_id: str
    text: str
    marker: str
    for_customer: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderTags:
    """What was answered when we asked: `reason` "price", "not_now", "" where no answer came."""

    order_external_id: str
    reason: str = ""
    words: str = ""
    customer_external_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentWord:
    """What a customer said about marketing on a channel: "email", "sms".

    It is written on her account; a guest's on an order of hers (`keeps_guests_words`).
    """

    granted: bool
    channel: str = "email"
    customer_external_id: str = ""
    order_external_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderWish:
    """An order to be made in the shopper's place, unpaid, for her to pay through a link.

    `key` is one per order wished for, at most 32 characters: by it an order that an earlier try
    made is found. `checkout` is what she left: while the store has it, its delivery, addresses and
    prices are the order's. It became the unpaid order `order_external_id`, or none.
    """

    key: str
    lines: Sequence[LineItem]
    email: str = ""
    phone: str = ""
    first_name: str = ""
    last_name: str = ""
    customer_external_id: str = ""
    coupon_code: str = ""
    """A coupon of hers, to go with it; one that the store does not take here is left out."""
    checkout: CheckoutFacts | None = None
    order_external_id: str = ""

    @property
    def left_as(self) -> str:
        """Under what name the store has what she left."""
        return self.order_external_id or (self.checkout.external_id if self.checkout else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLink:
    """The order as the store made it, where it is paid, and the coupons that it bears.

    Without an `external_id` none is made yet: `url` leads to the checkout with her cart in it.
    """

    external_id: str
    url: str
    coupon_codes: Sequence[str] = ()


IN_TRASH = "in_trash"
"""Code of Refused: the merchant threw the order away, and a note would still be sent."""


class StoreWriter(ABC):
    """The part of a platform that changes a store.

    All raise Retryable, OutcomeUnknown (perhaps done: call again, it looks first), Refused
    with the store's reason, Pointless where that lies in the order, coupon or customer itself,
    and AccessLost.
    """

    shows_notes: bool = False
    """Can an order carry a note that its customer sees?"""
    keeps_guests_words: bool = False
    """Can an order bear its customer's word on marketing, for want of an account of hers?"""

    @abstractmethod
    def find_coupon(self, access: Access, code: str) -> CouponMade | None:
        """The coupon that a wish with this code has made; None: there is none of ours."""

    @abstractmethod
    def coupon_uses(self, access: Access, coupon: CouponMade) -> int | None:
        """How often the coupon was used; None: the store has it no more."""

    @abstractmethod
    def delete_coupon(self, access: Access, external_id: str) -> None:
        """Take the coupon out of the store; one that is gone already is taken out."""

    @abstractmethod
    def note_order(self, access: Access, note: OrderNote) -> None:
        """Add the note, unless one with its marker is there. What stood there stays.

        Refused with IN_TRASH where a note for the customer would be sent about an order that was
        thrown away.
        """

    @abstractmethod
    def tag_order(self, access: Access, tags: OrderTags) -> None:
        """Mark the order with what was asked and answered, where programs find it."""

    @abstractmethod
    def tell_consent(self, access: Access, word: ConsentWord) -> None:
        """Write the customer's word where the store keeps such words."""

    @abstractmethod
    def complete_order(self, access: Access, wish: OrderWish) -> OrderLink:
        """Make the order and say where it is paid; one with this key is answered as made."""
