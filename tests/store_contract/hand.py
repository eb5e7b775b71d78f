"""The merchant's and her shoppers' own hand in a store, past our adapter."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from connector.ports.access import Access
from connector.ports.coupons import CouponKind


class StoreSaid(Exception):
    """The store's refusal of what the hand did: nothing that a sentence expects."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """A product on sale. `sizes` are its variants' ids; `category` "" where none was given."""

    product: str
    title: str
    sizes: tuple[str, ...]
    changed_at: datetime
    category: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponSeen:
    """A coupon as it stands in the store. `worth`: percent, or an amount of its currency."""

    code: str
    kind: CouponKind
    worth: Decimal
    ends_at: datetime | None
    uses_allowed: int | None
    minimum: Decimal = Decimal(0)
    products: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSeen:
    """An order as it stands in the store; `bought` counts pieces by variant."""

    email: str
    paid: bool
    bought: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Till:
    """Where a shopper's browser landed, and the cart that it then holds.

    `pieces` by variant, None where only the page itself would tell; codes in small letters.
    """

    url: str
    pieces: Mapping[str, int] | None = None
    codes: tuple[str, ...] = ()


@dataclass
class Hand(ABC):
    """What a sentence needs done in a store, and looks at there.

    Names are the store's own ids as our records have them. What is made here or by the adapter
    is taken away by `cleans_up`: found by the addresses and codes that were drawn for it.
    """

    access: Access
    emails: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    hooks: list[str] = field(default_factory=list)
    leftovers: list[Callable[[], object]] = field(default_factory=list)
    """What else was made, and how it is taken away; the last first."""
    keeps_consent: ClassVar[bool] = False
    """Does the store itself know a customer's word about mail, and tell it?"""
    sums_are_fixed: ClassVar[bool] = True
    """Is the delivery a part of an order made for her, or does its checkout still ask for it?"""

    # The store itself

    @abstractmethod
    def version(self) -> str:
        """Of the store's software, or of the API as it answers."""

    @abstractmethod
    def is_known(self, version: str) -> bool:
        """Is it one that the adapter is written for?"""

    @abstractmethod
    def strangers(self) -> Sequence[Access]:
        """Ways to knock at this store with a key that is none."""

    # Deeds

    @abstractmethod
    def goods(self) -> Goods:
        """A product in sizes: a new one, or one that is there and stays as it is."""

    @abstractmethod
    def registers(self, email: str, name: str) -> str:
        """A customer with an account; returns her id."""

    @abstractmethod
    def buys(self, email: str, goods: Goods, *, coupon: str = "") -> str:
        """A paid order for one piece of the first size; returns its id."""

    @abstractmethod
    def leaves_checkout(self, email: str, goods: Goods) -> str | None:
        """A checkout left with its address given; None where only a browser can do that."""

    @abstractmethod
    def follows(self, url: str) -> Till:
        """A shopper opens a link. Raises StoreSaid for a page that is none."""

    @abstractmethod
    def takes(self, code: str, goods: Goods, pieces: int) -> bool | None:
        """Does a new cart of so many take the coupon? None where only a browser can try."""

    @abstractmethod
    def makes_coupon(self, code: str) -> None:
        """A coupon of the merchant's own."""

    @abstractmethod
    def writes_note(self, order: str, text: str, *, by_program: bool = False) -> None:
        """A private note of the merchant's own, or of a program's."""

    def trashes(self, order: str) -> None:
        """The merchant throws the order away, and may fetch it back."""
        raise NotImplementedError

    def fails(self, order: str) -> None:
        """Its payment failed, as far as the store is told."""
        raise NotImplementedError

    @abstractmethod
    def subscribes(self, topic: str, address: str) -> None:
        """A webhook of somebody else's."""

    @abstractmethod
    def breaks_webhook(self, topic: str, address: str) -> None:
        """What the store does with a subscription whose deliveries fail."""

    @abstractmethod
    def cancels(self, order: str) -> None:
        """The merchant cancels an order that waits for its payment."""

    # What stands there

    @abstractmethod
    def coupons(self, code: str) -> list[CouponSeen]:
        """All coupons of that code."""

    @abstractmethod
    def notes(self, order: str, *, for_customer: bool = False) -> list[str]:
        """The notes of an order: those that its customer sees, or the merchant's."""

    @abstractmethod
    def reason(self, order: str) -> str:
        """What our mark on the order says was answered; "" without a mark."""

    @abstractmethod
    def consent(self, customer: str) -> bool | None:
        """The customer's word about marketing mail; None: she said none."""

    def guests_word(self, order: str, channel: str) -> bool | None:
        """The word of a guest that her order bears; None: it bears none."""
        raise NotImplementedError(f"{order} bears no word about {channel} here")

    @abstractmethod
    def waiting(self, email: str) -> dict[str, OrderSeen]:
        """Orders made for this address that wait for their payment."""

    @abstractmethod
    def webhooks(self, address: str) -> dict[str, bool]:
        """Topic → whether it is delivered, of what is subscribed to at this address."""

    # The end

    @abstractmethod
    def sweeps(self) -> list[Callable[[], object]]:
        """How all is taken away that bears one of our addresses, codes and hooks."""

    def cleans_up(self) -> None:
        """Take everything away, though one of it cannot be. Raises what went wrong, together."""
        problems: list[Exception] = []
        for take_away in [self._swept, *reversed(self.leftovers)]:
            try:
                take_away()
            except Exception as problem:  # noqa: BLE001 # the rest has to go all the same
                problems.append(problem)
        if problems:
            raise ExceptionGroup("the store is not as it was", problems)

    def _swept(self) -> None:
        for take_away in self.sweeps():
            take_away()
