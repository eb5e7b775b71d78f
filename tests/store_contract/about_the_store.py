"""Who a store is, and whom it lets in."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from connector.errors import AccessLost
from connector.money import Money
from connector.ports.feed import Resource
from connector.ports.keys import KeysByClick
from tests.store_contract import wishes
from tests.store_contract.shop import Shop


def test_a_store_says_who_it_is(shop: Shop) -> None:
    facts = shop.platform.describe(shop.access)
    assert facts.external_id
    assert Money.of("1", facts.currency).amount == 1
    assert ZoneInfo(facts.timezone).key == facts.timezone
    assert facts.locale[:2].islower()


def test_its_version_is_one_that_we_are_written_for(shop: Shop) -> None:
    version = shop.hand.version()
    assert shop.hand.is_known(version), f"never tried with {version}"


def test_what_a_merchant_pastes_leads_to_her_store(shop: Shop) -> None:
    ours = shop.access.shop or shop.access.base_url
    assert shop.platform.address(f" {ours}/ ") == ours
    if isinstance(shop.platform, KeysByClick):
        pasted = f"{ours}/wp-admin/admin.php?page=wc-settings"
        assert shop.platform.find(pasted).base_url == ours


def test_our_key_may_do_all_that_we_ask_of_it(shop: Shop) -> None:
    assert shop.platform.shortcomings(shop.access) == ()


def test_who_holds_no_key_is_refused_and_changes_nothing(shop: Shop) -> None:
    code = shop.code()
    for stranger in shop.hand.strangers():
        with pytest.raises(AccessLost):
            shop.platform.describe(stranger)
        with pytest.raises(AccessLost):
            shop.feed.page(stranger, Resource.ORDERS, "", since=shop.lately())
        with pytest.raises(AccessLost):
            shop.platform.create_coupon(stranger, wishes.ten_percent(shop, code))
        with pytest.raises(AccessLost):
            shop.feed.reconcile_webhooks(stranger, shop.address(), "no secret")
    assert shop.hand.coupons(code) == []
    assert shop.hand.webhooks(shop.hand.hooks[0]) == {}
