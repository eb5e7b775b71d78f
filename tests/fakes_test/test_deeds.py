"""What shoppers and merchants do in the practice store, to the last coin."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.fakes import (
    BEGINNING,
    MUG,
    PLATFORMS,
    SHIRT,
    Clock,
    CouponRefused,
    PracticeStore,
)
from tests.fakes_test.story import coupons


def test_a_shopper_leaves_with_her_last_touch_now(store):
    checkout = store.leaves_checkout("ann@example.com", (MUG, 2), name="Ann Ash Ray")
    assert (checkout.subtotal, checkout.shipping, checkout.total) == (
        Decimal("47.80"),
        Decimal("25.00"),
        Decimal("72.80"),
    )
    assert (checkout.first_name, checkout.last_name) == ("Ann", "Ash Ray")
    assert checkout.created_at == BEGINNING - timedelta(seconds=90)
    assert checkout.updated_at == BEGINNING


def test_who_stops_at_contact_has_given_neither_name_nor_phone(store):
    checkout = store.leaves_checkout(
        "ann@example.com", MUG, name="Ann Ash", phone="+972500000001", stage="contact"
    )
    assert (checkout.email, checkout.first_name, checkout.phone) == ("ann@example.com", "", "")


def test_a_later_state_always_looks_later_even_within_a_second(store):
    checkout = store.leaves_checkout("ann@example.com", MUG)
    seen = [checkout.updated_at]
    seen.append(store.changes_cart(checkout, (MUG, 3)).updated_at)
    seen.append(store.changes_email(checkout, "anna@example.com").updated_at)
    assert seen == sorted(set(seen))


@pytest.mark.parametrize(
    ("code", "total"), [("TEN", "133.27"), ("FIX", "125.30"), ("SHIP", "120.30")]
)
def test_a_coupon_takes_off_exactly_what_it_says_and_is_used(store, code, total):
    coupons(store)
    store.leaves_checkout("ann@example.com", (MUG, 2), SHIRT["L"])
    order = store.buys("ann@example.com", coupon=code.lower())
    assert order.total == Decimal(total)
    assert store.coupons[code.lower()].used_by == ["ann@example.com"]


def test_an_amount_spread_over_lines_loses_nothing_to_rounding(store):
    store.makes_coupon("ODD", kind="fixed", amount=Decimal("10.01"))
    order = store.buys("ann@example.com", MUG, (MUG, 2), SHIRT["M"], coupon="ODD")
    shares = [line.discount for line in order.checkout.lines]
    assert shares == [Decimal("1.69"), Decimal("3.38"), Decimal("4.94")]
    assert sum(shares) == Decimal("10.01")


def test_a_coupon_that_is_unknown_expired_used_or_too_early_is_refused(store):
    coupons(store)
    store.makes_coupon(
        "SOON", kind="fixed", amount=Decimal(1), starts_at=BEGINNING + timedelta(hours=1)
    )
    store.makes_coupon("OLD", kind="fixed", amount=Decimal(1), expires_at=BEGINNING)
    store.buys("bob@example.com", MUG, coupon="TEN")
    for code, reason in (
        ("NONE", "no coupon NONE"),
        ("SOON", "SOON: not started"),
        ("OLD", "OLD: expired"),
        ("TEN", "TEN: used up"),
        ("FIX", "FIX: below the minimum"),
    ):
        with pytest.raises(CouponRefused, match=reason):
            store.buys("ann@example.com", MUG, coupon=code)
    assert [order.checkout.email for order in store.orders] == ["bob@example.com"]


def test_nobody_buys_what_she_has_not_left(store):
    with pytest.raises(LookupError):
        store.buys("ann@example.com")


def test_stock_falls_with_a_purchase_and_comes_back_with_a_cancellation(store):
    order = store.buys("ann@example.com", (MUG, 3))
    assert store.memory.shelf.stock[MUG.variants[0].id] == 67
    store.cancels(order)
    assert store.memory.shelf.stock[MUG.variants[0].id] == 70


def test_no_more_is_refunded_than_was_paid(store):
    order = store.buys("ann@example.com", (MUG, 2))
    store.refunds(order, "70.00")
    assert not order.is_refunded
    with pytest.raises(ValueError, match=r"3\.00 cannot be refunded of 2\.80"):
        store.refunds(order, "3.00")
    store.refunds(order)
    assert order.is_refunded


def test_a_refused_card_leaves_the_checkout_open_for_a_second_try(store):
    checkout = store.leaves_checkout("ann@example.com", MUG)
    failed = store.fails_payment(checkout)
    assert (failed.state, checkout.completed_at) == ("failed", None)
    bought = store.buys("ann@example.com")
    assert bought is failed
    assert (bought.state, len(store.orders)) == ("paid", 1)


def test_300_lines_and_a_quantity_of_0_are_sold_too(store):
    order = store.buys("ann@example.com", *[(MUG, 1)] * 299, (MUG, 0))
    assert len(order.checkout.lines) == 300
    assert order.total == Decimal("23.90") * 299 + 25


def test_a_deleted_product_stays_in_the_carts_that_hold_it(store):
    checkout = store.leaves_checkout("ann@example.com", SHIRT["L"])
    store.deletes_product(SHIRT)
    assert store.buys(checkout).total == Decimal("97.50")
    with pytest.raises(KeyError):
        store.leaves_checkout("bob@example.com", SHIRT["L"])


@pytest.mark.parametrize("platform", PLATFORMS)
def test_yen_have_no_coins_below_one(platform):
    with PracticeStore.open(platform, currency="JPY") as store:
        store.makes_coupon("TEN", kind="percent", amount=Decimal(10))
        order = store.buys("ann@example.com", (MUG, 2), coupon="TEN")
        assert (str(order.total), str(order.checkout.discount)) == ("68", "5")


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_store_whose_clock_is_off_writes_its_own_time(platform):
    clock = Clock()
    with PracticeStore.open(platform, clock=clock) as store:
        store.clock_is_off(minutes=7)
        order = store.buys("ann@example.com", MUG)
    assert order.updated_at == BEGINNING + timedelta(minutes=7)
    assert clock.now() == BEGINNING


def test_a_variant_is_asked_for_by_its_option():
    assert SHIRT["L"].sku == "SHIRT-L"
    with pytest.raises(KeyError, match="Linen shirt comes in: M, L"):
        SHIRT["XL"]
