"""Orders as each platform's webhooks tell them, every one another shopper's."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from itertools import islice

from tests.fakes import ASSORTMENT, PLATFORMS, Clock
from tests.fakes.memory import Memory
from tests.fakes.post import Delivery, Subscription
from tests.fakes.till import Till

SHOP = "practice.myshopify.com"
SECRET = "practice-webhook-secret"


def orders(
    platform: str, count: int, *, lines: int = 7, people: str = "shopper"
) -> Iterator[Delivery]:
    """`count` orders, paid by `count` people, signed with SECRET.

    With seven lines Shopify's have 14 kB and WooCommerce's 8 kB; with four Shopify's have 10 kB.
    """
    memory = Memory(clock=Clock(), till=Till("ILS"), listener=lambda _moment, _subject: None)
    memory.stock_up(ASSORTMENT)
    dialect = PLATFORMS[platform].dialect(
        memory, base_url="https://practice.example.com", shop=SHOP, timezone="Asia/Jerusalem"
    )
    variants = (variant for product in ASSORTMENT for variant in product.variants)
    wishes = [(variant, 2) for variant in islice(variants, lines)]
    for number in range(count):
        order = memory.buys(f"{people}{number}@example.com", *wishes)
        topic, payload = dialect.tells("order_placed", order)[0]
        to = Subscription(id=1, topic=topic, url="", secret=SECRET)
        event = str(uuid.UUID(bytes=hashlib.sha256(f"{people}{number}".encode()).digest()[:16]))
        yield dialect.deliver(topic, dialect.encode(payload), to, event=event)
