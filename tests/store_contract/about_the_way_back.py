"""The link in our mail: back to her cart, in the store itself, her coupon on it."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from tests.store_contract import wishes
from tests.store_contract.shop import Shop


def test_the_link_fills_her_cart_on_the_stores_own_host_and_applies_the_coupon(
    shop: Shop,
) -> None:
    goods = shop.hand.goods()
    wish = wishes.ten_percent(shop, shop.code())
    shop.platform.create_coupon(shop.access, wish)
    left = replace(wishes.left(shop, shop.email()), lines=(wishes.two_pieces(shop, goods),))
    url = shop.platform.cart_url(shop.access.base_url, left, coupon_code=wish.code)
    assert urlsplit(url).netloc == urlsplit(shop.access.base_url).netloc
    till = shop.hand.follows(url)
    facts = shop.platform.describe(shop.access)
    homes = (shop.access.base_url, facts.home_url, facts.address)
    assert urlsplit(till.url).netloc in [urlsplit(home).netloc for home in homes]
    if till.pieces is not None:
        assert till.pieces == {goods.sizes[0]: 2}
        assert till.codes == (wish.code.lower(),)


def test_the_way_back_that_a_left_checkout_names_can_be_gone(shop: Shop) -> None:
    email, goods = shop.email(), shop.hand.goods()
    number = shop.hand.leaves_checkout(email, goods)
    left = wishes.left(shop, email, external_id=number or "")
    left = replace(left, lines=(wishes.two_pieces(shop, goods),))
    if number is not None:
        left = replace(left, recovery_url=shop.left(number).recovery_url)
    url = shop.platform.cart_url(shop.access.base_url, left)
    assert urlsplit(url).netloc == urlsplit(shop.access.base_url).netloc
    assert shop.hand.follows(url).url
