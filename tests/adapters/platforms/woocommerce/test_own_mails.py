"""The store's own mails to shoppers who left are found where WooCommerce shows them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from adapters.http import Http
from adapters.platforms.woocommerce import WooCommerce
from connector.errors import Retryable
from connector.ports.notices import Code, Notice
from connector.ports.platform import Access, CheckoutFacts
from tests.fakes import BEGINNING, MUG, PracticeStore, faults
from tests.fakes.woocommerce.options import Mail

RECOVERY = "customer_abandoned_cart_recovery"


@pytest.fixture
def store() -> Iterator[PracticeStore]:
    with PracticeStore.open("woocommerce") as store:
        yield store


def seen(store: PracticeStore) -> list[Notice]:
    http = Http(allow_private=True, sleep=lambda _: None, jitter=lambda: 0.0)
    access = Access(base_url=store.base_url, credentials=store.credentials)
    return list(WooCommerce(http).own_mails(access, BEGINNING))


def test_a_store_that_writes_to_nobody_is_told_nothing(store: PracticeStore) -> None:
    assert seen(store) == []


@pytest.mark.parametrize(
    ("mail", "code"),
    [
        ("customer_cancelled_order", Code.WOO_CANCELLED_MAIL),
        ("customer_failed_order", Code.WOO_FAILED_MAIL),
    ],
)
def test_a_mail_to_customers_is_found_until_it_is_switched_off(
    store: PracticeStore, mail: str, code: Code
) -> None:
    store.options.mails[mail].enabled = True
    assert seen(store) == [Notice(code=code)]
    store.options.mails[mail].enabled = False
    assert seen(store) == []


def test_the_abandoned_cart_mail_counts_only_where_it_leaves_by_itself(
    store: PracticeStore,
) -> None:
    mail = Mail("Abandoned cart recovery", enabled=True, automated=False)
    store.options.mails[RECOVERY] = mail
    assert seen(store) == []
    mail.automated = True
    assert seen(store) == [Notice(code=Code.WOO_ABANDONED_MAIL)]


def test_a_plugins_mail_about_carts_is_called_by_its_own_name(store: PracticeStore) -> None:
    store.options.mails |= {
        "acme_abandoned_cart": Mail("Come back &amp; buy", enabled=True),
        "acme_birthday": Mail("Birthday", enabled=True),
        "acme_cart_reminder": Mail("Reminder"),
    }
    title = {"title": "Come back & buy"}
    assert seen(store) == [Notice(code=Code.WOO_OTHER_MAIL, facts=title)]


def test_plugins_that_may_write_are_named(store: PracticeStore) -> None:
    store.options.plugins |= {
        "mailpoet/mailpoet.php": "MailPoet",
        "woo-cart-abandonment-recovery/woo-cart-abandonment-recovery.php": "Cart Abandonment",
        "askback-companion/askback-companion.php": "Askback companion",
    }
    assert [one.facts["plugin"] for one in seen(store)] == ["MailPoet", "Cart Abandonment"]


def test_a_key_that_may_not_read_settings_is_told_so(store: PracticeStore) -> None:
    store.options.may_be_read = False
    assert seen(store) == [Notice(code=Code.WOO_HIDDEN)]


def test_a_store_that_does_not_answer_is_not_taken_for_one_without_mails(
    store: PracticeStore,
) -> None:
    store.faults.next("shop", *[faults.ServerError(503)] * 5)
    with pytest.raises(Retryable):
        seen(store)


def checkout_facts(store: PracticeStore, external_id: str) -> CheckoutFacts:
    return CheckoutFacts(
        external_id=external_id, cart_token="", recovery_url="", email="ann@example.com",
        lines=(), created_at=store.clock.now(),
    )  # fmt: skip


def test_when_it_wrote_about_a_checkout_stands_in_the_orders_meta(store: PracticeStore) -> None:
    http = Http(allow_private=True, sleep=lambda _: None, jitter=lambda: 0.0)
    access = Access(base_url=store.base_url, credentials=store.credentials)
    left = store.leaves_checkout("ann@example.com", MUG)

    def written_at(external_id: str) -> dt.datetime | None:
        return WooCommerce(http).own_mail_at(access, checkout_facts(store, external_id))

    assert written_at(store.external_id(left)) is None
    store.clock.advance(hours=2)
    store.reminds(left)
    assert written_at(store.external_id(left)) == store.clock.now()
    store.clock.advance(days=2)
    store.cleans_up_drafts()
    assert written_at(store.external_id(left)) is None
    assert written_at("0123456789abcdef0123456789abcdef") is None
