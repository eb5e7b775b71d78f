"""The merchant is told the truth: her store's own mails, what we may not do, whom we refuse."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from connector import texts
from connector.inbox.refusals import Refusals
from connector.ports.notices import Code
from connector.stores.models import Store
from connector.sync.models import WebhookCheck
from tests.companion import Companion
from tests.fakes import MUG, PracticeStore, faults
from tests.fakes.woocommerce.options import Mail
from tests.merchant import Merchant
from tests.road import Road

PATH = "/app/stores"
ANN = "ann@example.com"
CANCELLED = "WooCommerce writes to customers whose order was cancelled"


def later(road: Road) -> None:
    """The next hourly look."""
    road.clock.advance(hours=1)
    road.settles()


def said(road: Road, locale: str = "en") -> str:
    merchant = Merchant(road, locale=locale)
    merchant.opens(PATH)
    words = merchant.reads()
    merchant.close()
    return words


def test_a_mail_of_the_stores_own_is_told_until_it_is_switched_off(road: Road) -> None:
    store = road.opens("woocommerce", syncs=True)
    road.settles()
    assert "The store's own reminder mails none seen" in said(road)
    store.options.mails["customer_cancelled_order"].enabled = True
    later(road)
    words = said(road)
    assert CANCELLED in words
    assert "WooCommerce → Settings → Emails → Cancelled order" in words
    assert "none seen" not in words
    store.options.mails["customer_cancelled_order"].enabled = False
    later(road)
    assert CANCELLED not in said(road)


def test_a_sign_in_looks_at_the_mails_too(road: Road) -> None:
    store = road.opens("woocommerce", syncs=True)
    road.settles()
    recovery = Mail("Abandoned cart recovery", enabled=True, automated=True)
    store.options.mails["customer_abandoned_cart_recovery"] = recovery
    Merchant(road).close()
    road.settles()
    assert "WooCommerce itself reminds shoppers of the cart they left" in said(road)


def test_what_could_not_be_seen_this_time_stays_as_it_was(road: Road) -> None:
    store = road.opens("woocommerce", syncs=True)
    store.options.mails["customer_cancelled_order"].enabled = True
    road.settles()
    store.options.mails["customer_cancelled_order"].enabled = False
    store.faults.next("shop", *[faults.ServerError(503)] * 9)
    later(road)
    assert CANCELLED in said(road)


def test_a_notice_that_this_version_does_not_know_costs_no_page(road: Road) -> None:
    """After an update was taken back, the newer version's words are still there."""
    store = road.opens("woocommerce", syncs=True)
    store.options.mails["customer_cancelled_order"].enabled = True
    road.settles()
    with road.machine.database.transaction() as session:
        check = session.scalars(select(WebhookCheck)).one()
        odd = [{"code": "of_tomorrow"}, "text", None]
        check.notices = {**check.notices, "mails": [*odd, *check.notices["mails"]]}
    assert CANCELLED in said(road)


def test_a_plugin_that_may_write_is_a_hint_and_no_alarm(road: Road) -> None:
    store = road.opens("woocommerce", syncs=True)
    store.options.plugins["mailpoet/mailpoet.php"] = "MailPoet <b>3</b>"
    road.settles()
    merchant = Merchant(road)
    page = merchant.opens(PATH).text
    assert "MailPoet <b>" not in page
    assert "whether it does cannot be seen from here" in page.partition("<dl")[2]
    assert "whether it does cannot be seen from here" not in page.partition("<dl")[0]
    merchant.close()


@pytest.fixture
def shopify(road: Road) -> PracticeStore:
    store = road.opens("shopify", syncs=True)
    road.settles()
    return store


def test_shopifys_own_mail_and_missing_rights_are_on_the_page(
    road: Road, shopify: PracticeStore
) -> None:
    words = said(road)
    assert "none seen Does Shopify already write to shoppers who left?" in words
    assert "is missing" not in words
    shopify.reminds(shopify.leaves_checkout(ANN, MUG))
    shopify.app.protected_data = False
    shopify.app.scopes = tuple(one for one in shopify.app.scopes if one != "write_draft_orders")
    later(road)
    words = said(road)
    assert "Shopify itself writes to shoppers who left, last to one who left on" in words
    assert "The permission write_draft_orders is missing. It is for: an order completed" in words
    assert "Access to protected customer data is not approved" in words
    assert "Partner Dashboard" in words


def test_connecting_again_with_every_permission_ends_the_notice_at_once(
    road: Road, shopify: PracticeStore
) -> None:
    every = shopify.app.scopes
    shopify.app.scopes = tuple(one for one in every if one != "write_draft_orders")
    merchant = Merchant(road)
    later(road)
    merchant.opens(PATH)
    assert "The permission write_draft_orders is missing" in merchant.reads()
    assert f"/connect/shopify?shop={shopify.shop}" in merchant.page.text
    shopify.app.scopes = every
    typed = {"address": shopify.shop, "access_token": shopify.access_token}
    merchant.opens("/app/stores/connect")
    merchant.presses("/app/stores/connect", {"platform": "shopify", **typed})
    road.settles()
    merchant.opens(PATH)
    assert "is missing" not in merchant.reads()
    merchant.close()


@pytest.mark.parametrize("locale", texts.LOCALES)
def test_problems_with_webhooks_are_told_in_her_language(road: Road, locale: str) -> None:
    road.opens("woocommerce", syncs=True)
    road.settles()
    port = road.base_url.rpartition(":")[2]
    told = texts.text("notice.webhook_port.said", locale, port=port)
    assert told.partition(port)[0].strip() + f" {port} " in said(road, locale)


def test_a_companion_with_an_old_secret_is_heard_of(any_road: Road) -> None:
    road = any_road
    companion = Companion(road, road.opens("woocommerce"))
    assert "were refused" not in said(road)
    with road.machine.database.transaction() as session:
        known = session.get_one(Store, companion.store.id)
        known.webhook_secret = road.machine.vault.seal("a new secret, set by hand")
    old = companion.secret
    companion.secret = "a new secret, set by hand"
    for _ in range(3):
        assert companion.posts(companion.snapshot(ANN, MUG), secret=old).status_code == 401
    words = said(road)
    assert "Carts from the classic checkout were refused: 1 or more" in words
    assert "Download the companion below anew" in words
    road.clock.advance(minutes=1)
    companion.captures(ANN, MUG)
    assert "were refused" not in said(road)


def test_refusals_of_long_ago_are_over(road: Road) -> None:
    companion = Companion(road, road.opens("woocommerce"))
    assert companion.posts(companion.snapshot(ANN, MUG), secret="another").status_code == 401
    assert "were refused" in said(road)
    road.clock.advance(days=8)
    assert "were refused" not in said(road)


def test_a_word_of_another_kind_from_the_store_does_not_mend_its_companion(road: Road) -> None:
    """Its webhooks bear the new secret all the while: no cart has come through yet."""
    practice = road.opens("woocommerce")
    companion = Companion(road, practice)
    assert companion.posts(companion.snapshot(ANN, MUG), secret="another").status_code == 401
    road.clock.advance(minutes=5)
    practice.leaves_checkout("dana@example.com", MUG)
    road.settles()
    assert "were refused" in said(road)


def turned_away(road: Road, companion: Companion) -> tuple[str, str, str]:
    """One more, at a process that has counted none yet: how many, the first, the last."""
    Refusals(road.machine.database).add(companion.store.id, road.clock.now())
    told = re.search(
        r"were refused: (\d+) or more, the first (.+?), the last (.+?)\. They", said(road)
    )
    assert told
    return told[1], told[2], told[3]


def test_refusals_are_counted_from_their_first_and_anew_after_a_week_of_peace(road: Road) -> None:
    companion = Companion(road, road.opens("woocommerce"))
    count, first, last = turned_away(road, companion)
    assert (count, first) == ("1", last)
    road.clock.advance(days=6)
    count, still, last = turned_away(road, companion)
    assert (count, still) == ("2", first)
    assert last != first
    road.clock.advance(days=7, minutes=1)
    count, anew, last = turned_away(road, companion)
    assert (count, anew) == ("1", last)


def test_whoever_connects_a_store_is_asked_to_look(merchant: Merchant) -> None:
    merchant.opens("/app/stores/connect")
    words = merchant.reads()
    for platform in ("woocommerce", "shopify"):
        assert texts.text(f"notice.own_hint_{platform}", "en") in words


@pytest.mark.parametrize("locale", texts.LOCALES)
def test_every_notice_says_what_is_so_and_what_to_do(locale: str) -> None:
    for code in Code:
        assert texts.sentence(f"notice.{code}.said", locale)
        assert texts.sentence(f"notice.{code}.remedy", locale)
