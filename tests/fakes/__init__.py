"""A practice store: one memory of what shoppers did, told in each platform's dialect over HTTP."""

from tests.fakes.catalogue import (
    AMPERSAND_TEA,
    ARABIC_BOOK,
    ASSORTMENT,
    EMOJI_CARD,
    HEBREW_MUG,
    MUG,
    SHIRT,
    Product,
    Variant,
)
from tests.fakes.clock import BEGINNING, Clock, WallClock
from tests.fakes.ledger import Account, Checkout, Coupon, Order
from tests.fakes.memory import CouponRefused
from tests.fakes.post import Delivery
from tests.fakes.store import PLATFORMS, PracticeStore

__all__ = [
    "AMPERSAND_TEA",
    "ARABIC_BOOK",
    "ASSORTMENT",
    "BEGINNING",
    "EMOJI_CARD",
    "HEBREW_MUG",
    "MUG",
    "PLATFORMS",
    "SHIRT",
    "Account",
    "Checkout",
    "Clock",
    "Coupon",
    "CouponRefused",
    "Delivery",
    "Order",
    "PracticeStore",
    "Product",
    "Variant",
    "WallClock",
]
