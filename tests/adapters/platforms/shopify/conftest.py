"""A store of Shopify on loopback, as far as the Admin API goes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from adapters.http import Http
from adapters.platforms.shopify import Shopify
from connector.money import Money
from connector.ports.platform import Access, CheckoutFacts, CouponKind, CouponWish
from connector.records import LineItem
from tests.adapters.loopback import Loopback, serving

SHOP = "practice.myshopify.com"
DAY = dt.datetime(2026, 11, 20, 9, 30, tzinfo=dt.UTC)


@pytest.fixture
def store() -> Iterator[Loopback]:
    with serving() as loopback:
        yield loopback


@pytest.fixture
def naps() -> list[float]:
    return []


@pytest.fixture
def shopify(store: Loopback, naps: list[float]) -> Shopify:
    http = Http(allow_private=True, sleep=naps.append, jitter=lambda: 0.0, read_seconds=5)
    return Shopify(http, admin_origin=store.origin)


@pytest.fixture
def access(store: Loopback) -> Access:
    return Access(base_url=store.origin, credentials={"access_token": "shpat_made_up"}, shop=SHOP)


@pytest.fixture
def ten_percent() -> CouponWish:
    return CouponWish(
        code="COME-BACK-7F3K",
        kind=CouponKind.PERCENT,
        percent=10,
        starts_at=DAY,
        ends_at=DAY + dt.timedelta(days=3),
    )


@pytest.fixture
def two_mugs() -> CheckoutFacts:
    price = Money(1250, "USD")
    mug = LineItem(
        title="Blue mug", quantity=2, unit_price=price, total=price * 2, variant_external_id="808"
    )
    return CheckoutFacts(
        external_id="c0ffee",
        cart_token="ca57",
        recovery_url="",
        email="ann@example.com",
        lines=(mug,),
        created_at=DAY,
        customer_external_id="603851970716743426",
    )
