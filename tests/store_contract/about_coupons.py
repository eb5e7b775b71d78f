"""Coupons of every kind: minted once, as wished, counted, and taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from connector.errors import Refused
from connector.money import Money
from connector.ports.coupons import CouponKind, CouponMade, CouponWish
from tests.store_contract import wishes
from tests.store_contract.hand import CouponSeen
from tests.store_contract.shop import Shop


def _money(shop: Shop, amount: str) -> Money:
    return Money.of(amount, shop.platform.describe(shop.access).currency)


def _fixed(shop: Shop, wish: CouponWish) -> CouponWish:
    return replace(wish, kind=CouponKind.FIXED, percent=0, amount=_money(shop, "5"))


def _free_shipping(_: Shop, wish: CouponWish) -> CouponWish:
    return replace(wish, kind=CouponKind.FREE_SHIPPING, percent=0)


def _with_minimum(shop: Shop, wish: CouponWish) -> CouponWish:
    return replace(wish, minimum=_money(shop, "40"))


def _one_product(shop: Shop, wish: CouponWish) -> CouponWish:
    return replace(wish, product_external_ids=(shop.hand.goods().product,))


_KINDS: dict[str, tuple[Callable[[Shop, CouponWish], CouponWish], int]] = {
    "percent": (lambda _, wish: wish, 10),
    "fixed": (_fixed, 5),
    "free shipping": (_free_shipping, 0),
    "from a minimum on": (_with_minimum, 10),
    "for one product": (_one_product, 10),
}
"""Kind → how the plain wish becomes it, and what the store then says it is worth."""


@pytest.mark.parametrize("kind", _KINDS)
def test_a_coupon_stands_in_the_store_as_wished_however_often_it_is_wished_for(
    shop: Shop, kind: str
) -> None:
    becomes, worth = _KINDS[kind]
    wish = becomes(shop, wishes.ten_percent(shop, shop.code()))
    made = shop.platform.create_coupon(shop.access, wish)
    assert made.code.upper() == wish.code
    assert shop.hand.coupons(wish.code) == [
        CouponSeen(
            code=made.code,
            kind=wish.kind,
            worth=Decimal(worth),
            ends_at=wish.ends_at,
            uses_allowed=1,
            minimum=wish.minimum.amount if wish.minimum else Decimal(0),
            products=tuple(wish.product_external_ids),
        )
    ]
    again = shop.platform.create_coupon(shop.access, wish)
    assert (again.external_id, again.code.upper()) == (made.external_id, wish.code)
    assert len(shop.hand.coupons(wish.code)) == 1


def test_a_cart_takes_a_coupon_only_for_what_it_was_wished_for(shop: Shop) -> None:
    goods = shop.hand.goods()
    plain = wishes.ten_percent(shop, shop.code())
    if shop.hand.takes(plain.code, goods, 1) is None:
        pytest.skip("here a coupon can only be tried in a browser")
    dear = replace(_with_minimum(shop, plain), code=shop.code("DEAR"))
    other = replace(plain, code=shop.code("OTHER"), product_external_ids=("999999999",))
    theirs = replace(_one_product(shop, plain), code=shop.code("THIS"))
    for wish in (plain, dear, other, theirs):
        shop.platform.create_coupon(shop.access, wish)
    # A piece costs 30, the minimum is 40.
    tried = ((plain, 1), (dear, 1), (dear, 2), (other, 1), (theirs, 1))
    taken = [shop.hand.takes(wish.code, goods, pieces) for wish, pieces in tried]
    assert taken == [True, False, True, False, True]


def test_a_coupon_counts_its_use(shop: Shop) -> None:
    wish = wishes.ten_percent(shop, shop.code())
    made = shop.platform.create_coupon(shop.access, wish)
    assert shop.platform.coupon_uses(shop.access, made) == 0
    shop.hand.buys(shop.email(), shop.hand.goods(), coupon=made.code)
    assert shop.eventually(lambda: shop.platform.coupon_uses(shop.access, made)) == 1


def test_a_coupon_taken_back_is_gone_and_may_be_taken_back_twice(shop: Shop) -> None:
    wish = wishes.ten_percent(shop, shop.code())
    made = shop.platform.create_coupon(shop.access, wish)
    for _ in range(2):
        shop.platform.delete_coupon(shop.access, made.external_id)
        assert shop.hand.coupons(wish.code) == []
        assert shop.platform.coupon_uses(shop.access, made) is None


def test_a_coupon_is_found_by_its_code_alone_while_it_is_there_and_ours(shop: Shop) -> None:
    wish = wishes.ten_percent(shop, shop.code())
    assert shop.platform.find_coupon(shop.access, wish.code) is None
    made = shop.platform.create_coupon(shop.access, wish)
    assert shop.platform.find_coupon(shop.access, wish.code) == made
    shop.platform.delete_coupon(shop.access, made.external_id)
    assert shop.platform.find_coupon(shop.access, wish.code) is None
    theirs = shop.code("HERS")
    shop.hand.makes_coupon(theirs)
    assert shop.platform.find_coupon(shop.access, theirs) is None


def test_a_coupon_that_never_was_has_no_uses(shop: Shop) -> None:
    number = "gid://shopify/DiscountCodeNode/1" if shop.access.shop else "999999999"
    never = CouponMade(external_id=number, code=shop.code("NEVER"))
    assert shop.platform.coupon_uses(shop.access, never) is None


def test_a_code_of_the_merchants_own_is_refused_and_left_as_it_is(shop: Shop) -> None:
    code = shop.code("HERS")
    shop.hand.makes_coupon(code)
    hers = shop.hand.coupons(code)
    with pytest.raises(Refused):
        shop.platform.create_coupon(shop.access, wishes.ten_percent(shop, code))
    assert len(hers) == 1
    assert shop.hand.coupons(code) == hers
