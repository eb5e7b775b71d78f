"""The same deed, told in two dialects and read by two adapters, is the same record."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.http import Http
from adapters.platforms.shopify import Shopify
from adapters.platforms.woocommerce import WooCommerce
from connector.money import Money
from connector.ports.platform import Access, CheckoutFacts, CouponKind, CouponWish, Envelope
from connector.ports.platform import Platform as Port
from connector.records import Checkout, OrderState, Record
from tests.fakes import BEGINNING, HEBREW_MUG, MUG, PLATFORMS, SHIRT, PracticeStore, faults

_WISH = CouponWish(
    code="BACK-7",
    kind=CouponKind.PERCENT,
    percent=10,
    starts_at=BEGINNING,
    ends_at=BEGINNING + timedelta(days=3),
)


def _adapter(store: PracticeStore) -> Port:
    http = Http(allow_private=True, sleep=lambda _: None, jitter=lambda: 0.0)
    if store.platform == "shopify":
        return Shopify(http, admin_origin=store.base_url)
    return WooCommerce(http)


def _access(store: PracticeStore) -> Access:
    return Access(base_url=store.base_url, credentials=store.credentials, shop=store.shop)


def _told(store: PracticeStore, adapter: Port, *topics: str) -> list[Record]:
    """The records of what waits under these topics, each delivery authentic."""
    records: list[Record] = []
    for delivery in store.pending:
        headers = {name.lower(): value for name, value in delivery.headers.items()}
        adapter.authenticate(Envelope(headers=headers, body=delivery.body), [store.webhook_secret])
        if delivery.topic in topics:
            records.extend(adapter.read(delivery.topic, delivery.body))
    return records


def _left(store: PracticeStore) -> Checkout:
    with store.holding():
        store.connect("http://127.0.0.1:1/")
        store.leaves_checkout(
            "dana@example.com", (HEBREW_MUG, 2), SHIRT["L"], name="דנה לוי", note="ring twice"
        )
    last = _told(store, _adapter(store), "order.updated", "checkouts/update")[-1]
    assert isinstance(last, Checkout)
    return last


def test_a_left_checkout_is_the_same_record_on_both_platforms():
    records = {}
    for platform in PLATFORMS:
        with PracticeStore.open(platform) as store:
            left = _left(store)
        assert left.customer is not None
        lines = [(x.title, x.variant_title, x.quantity, x.sku, x.total) for x in left.lines]
        person = (left.customer.email, left.customer.first_name, left.customer.last_name)
        sums = (left.subtotal, left.discount, left.shipping, left.tax, left.total)
        course = (left.created_at, left.updated_at, left.completed_at, left.chose_delivery)
        records[platform] = (lines, person, sums, course, left.note, left.currency)
    assert records["shopify"] == records["woocommerce"]
    assert records["shopify"][0] == [
        ("ספל קפה כחול", "", 2, "MUG-HE", Money(9980, "ILS")),
        ("Linen shirt", "L", 1, "SHIRT-L", Money(7250, "ILS")),
    ]
    assert records["shopify"][2][-1] == Money(19730, "ILS")


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_bought_checkout_is_found_before_its_webhook_arrives(platform):
    with PracticeStore.open(platform) as store:
        left, adapter, access = _left(store), _adapter(store), _access(store)
        facts = CheckoutFacts(
            external_id=left.external_id,
            cart_token=left.cart_token,
            recovery_url=left.recovery_url,
            email="dana@example.com",
            lines=left.lines,
            created_at=left.created_at,
        )
        assert adapter.find_order(access, facts) is None
        store.clock.advance(hours=1)
        with store.holding():
            order = store.buys("dana@example.com")
        found = adapter.find_order(access, facts)
        assert found is not None
        assert (found.external_id, found.state) == (store.external_id(order), OrderState.PLACED)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_coupon_whose_answer_was_lost_is_made_once_and_can_be_spent(platform):
    with PracticeStore.open(platform) as store:
        adapter, access = _adapter(store), _access(store)
        store.faults.next("coupons", faults.TimeOutAfterDoing())
        made = [_made(adapter, access) for _ in range(2)]
        assert made[-1] == store.external_id(store.coupons["back-7"])
        assert len(store.coupons) == 1
        store.clock.advance(hours=1)
        order = store.buys("ann@example.com", (MUG, 2), coupon="BACK-7")
        assert str(order.total) == "68.02"


def _made(adapter: Port, access: Access) -> str:
    return adapter.create_coupon(access, _WISH).external_id.rpartition("/")[2]


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_kind_of_coupon_that_we_wish_for_is_one_that_the_store_makes(platform):
    kinds = {
        "P": {"kind": CouponKind.PERCENT, "percent": 10},
        "F": {"kind": CouponKind.FIXED, "percent": 0, "amount": Money.of("15", "ILS")},
        "S": {"kind": CouponKind.FREE_SHIPPING, "percent": 0},
    }
    with PracticeStore.open(platform) as store:
        for code, kind in kinds.items():
            _adapter(store).create_coupon(_access(store), replace(_WISH, code=code, **kind))
        made = {code: (x.kind, str(x.amount)) for code, x in store.coupons.items()}
        limits = {x.usage_limit for x in store.coupons.values()}
        deaths = {x.expires_at for x in store.coupons.values()}
    assert [kind for kind, _ in made.values()] == ["percent", "fixed", "free_shipping"]
    assert (limits, deaths) == ({1}, {_WISH.ends_at})


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_store_says_who_it_is(platform):
    with PracticeStore.open(platform, currency="JPY", timezone="Asia/Tokyo") as store:
        facts = _adapter(store).describe(_access(store))
    assert (facts.name, facts.currency, facts.timezone) == ("Practice Shop", "JPY", "Asia/Tokyo")
