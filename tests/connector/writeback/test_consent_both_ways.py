"""A word on marketing mail said here reaches the store, and one said there reaches us."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connector.commerce.models import Customer
from connector.consent import actions as consent
from connector.consent.models import ConsentEntry, Suppression
from connector.writeback.models import StoreWrite
from tests.fakes import MUG, PracticeStore, faults
from tests.road import Road

ANN = "ann@example.com"
PLATFORMS = pytest.mark.parametrize("platform", ["shopify", "woocommerce"])


def asked(road: Road, platform: str, *, registered: bool = True) -> PracticeStore:
    """Ann, who gets the store's newsletter, left a checkout and was written to."""
    store = road.opens(platform)
    if registered:
        store.registers(ANN, accepts_marketing=True)
    store.leaves_checkout(ANN, (MUG, 1))
    road.runs_for(minutes=61)
    return store


def says(road: Road, **form: str) -> None:
    link = road.mailbox.link(ANN, "u", last=False)
    assert road.browser.post(link, data=form, timeout=10).status_code == 200


def word_in(store: PracticeStore) -> object:
    """The store's own idea of Ann's consent."""
    account = store.memory.accounts[ANN]
    if store.platform == "shopify":
        return account.accepts_marketing
    return {"yes": True, "no": False, None: None}[account.meta.get("askback_marketing")]  # type: ignore[index] # a text or nothing


@PLATFORMS
def test_an_unsubscription_here_is_one_in_the_store(road: Road, platform: str) -> None:
    store = asked(road, platform)
    store.faults.next("customers", faults.TimeOutAfterDoing())
    says(road)
    road.runs_for(hours=1)
    assert word_in(store) is False
    store.deliver()  # the store tells us of the change that we made: nothing is echoed back
    road.settles()
    assert [one.state for one in road.rows(StoreWrite)] == ["done"]


@PLATFORMS
def test_only_her_own_act_subscribes_her_again_in_the_store(road: Road, platform: str) -> None:
    store = asked(road, platform)
    says(road)
    road.settles()
    assert word_in(store) is False
    road.clock.advance(minutes=1)
    says(road, subscribed="yes")
    road.settles()
    assert word_in(store) is True


@PLATFORMS
def test_a_word_that_waited_does_not_overtake_a_newer_one(road: Road, platform: str) -> None:
    store = asked(road, platform)
    store.faults.next("customers", *[faults.ServerError(503)] * 9)
    says(road)
    road.settles()
    road.clock.advance(seconds=1)
    says(road, subscribed="yes")
    road.runs_for(hours=2)
    assert word_in(store) is True
    assert {one.state for one in road.rows(StoreWrite, kind="consent")} == {"done"}


def test_a_yes_in_the_store_does_not_turn_our_no_on_its_way_there_into_a_yes(road: Road) -> None:
    """She unsubscribed here, and that stands until she herself takes it back here."""
    store = asked(road, "woocommerce")
    store.faults.next("customers", faults.RateLimited(600))
    says(road)
    road.settles()
    assert word_in(store) is not False
    (ann,) = road.rows(Customer)
    with road.machine.database.transaction() as session:
        said_at = road.clock.advance(minutes=1)
        consent.note(session, ann, said_at, channel="email", granted=True, source="store")
    road.runs_for(hours=1)
    assert word_in(store) is False


def test_an_old_word_that_is_told_again_and_again_adds_nothing_to_the_ledger(road: Road) -> None:
    """She said yes at noon and no at one; every night the store's list still has her yes."""
    asked(road, "woocommerce")
    (ann,) = road.rows(Customer)
    noon = road.clock.now()
    for minutes, granted in ((0, True), (60, False), (0, True), (30, True), (30, False)):
        with road.machine.database.transaction() as session:
            said_at = noon + timedelta(minutes=minutes)
            consent.note(session, ann, said_at, channel="email", granted=granted, source="store")
    words = [(one.granted, one.said_at) for one in road.rows(ConsentEntry, channel="email")]
    assert words[-1] == (False, noon + timedelta(hours=1))
    assert len(words) == 2


def test_a_guest_of_woocommerce_has_no_consent_there_to_change(road: Road) -> None:
    store = asked(road, "woocommerce", registered=False)
    before = len(store.requests)
    says(road)
    road.settles()
    assert len(store.requests) == before
    (word,) = road.rows(StoreWrite)
    assert word.state == "dropped"


def texted(road: Road, platform: str, phone: str = "+972501234567") -> PracticeStore:
    """Ann, who agreed to text messages in the store, was written to by mail."""
    store = road.opens(platform)
    store.registers(ANN, phone=phone)
    store.leaves_checkout(ANN, (MUG, 1), phone=phone)
    if platform == "shopify":
        store.consents(ANN, True, texts=True)
    road.runs_for(minutes=61)
    return store


def texts_in(store: PracticeStore) -> object:
    account = store.memory.accounts[ANN]
    if store.platform == "shopify":
        return account.takes_texts
    return account.meta.get("askback_marketing_sms")


@PLATFORMS
def test_a_no_to_text_messages_reaches_the_store_and_says_nothing_of_mail(
    road: Road, platform: str
) -> None:
    store = texted(road, platform)
    store.faults.next("customers", faults.TimeOutAfterDoing())
    says(road, channel="sms", subscribed="no")
    road.runs_for(hours=1)
    assert texts_in(store) in (False, "no")
    store.deliver()
    road.runs_for(hours=1)
    assert [one.state for one in road.rows(StoreWrite, kind="consent")] == ["done"]
    assert [one.channel for one in road.rows(Suppression)] == ["sms"]
    says(road, channel="sms", subscribed="yes")
    road.settles()
    assert texts_in(store) in (True, "yes")
    assert store.memory.accounts[ANN].accepts_marketing is False
    assert "askback_marketing" not in store.memory.accounts[ANN].meta


def test_the_page_offers_to_end_text_messages_to_whoever_agreed_to_them(road: Road) -> None:
    texted(road, "shopify")
    page = road.browser.get(road.mailbox.link(ANN, "u"), timeout=10).text
    assert "No more text messages" in page
    assert "…567" in page
    assert "+972501234567" not in page


def test_whoever_never_agreed_to_text_messages_reads_nothing_of_them(road: Road) -> None:
    asked(road, "shopify")
    page = road.browser.get(road.mailbox.link(ANN, "u"), timeout=10).text
    assert "text messages" not in page
    assert "channel" not in page


def test_consent_to_text_messages_given_in_the_store_reaches_us(road: Road) -> None:
    texted(road, "shopify")
    (word,) = road.rows(ConsentEntry)
    assert (word.channel, word.granted, word.source) == ("sms", True, "store")
    assert road.rows(StoreWrite) == []


@pytest.mark.parametrize(("said", "letters"), [("1", 1), ("0", 0)])
def test_what_woocommerces_newsletter_plugin_was_told_reaches_us(
    road: Road, said: str, letters: int
) -> None:
    store = road.opens("woocommerce", basis="opt_in")
    account = store.registers(ANN)
    account.meta["mailchimp_woocommerce_is_subscribed"] = said
    store.sends("customer.updated", store.dialect.payload(account))
    store.leaves_checkout(ANN, (MUG, 1))
    road.runs_for(minutes=61)
    assert len(road.mailbox.to(ANN)) == letters
    assert {one.granted for one in road.rows(ConsentEntry)} <= {said == "1"}
    assert road.rows(StoreWrite) == []


def test_consent_given_in_the_store_reaches_us(road: Road) -> None:
    store = road.opens("shopify", basis="opt_in")
    store.registers(ANN)
    store.leaves_checkout(ANN, (MUG, 1))
    store.consents(ANN, True)
    road.runs_for(minutes=61)
    assert len(road.mailbox.to(ANN)) == 1
    assert [(one.granted, one.source) for one in road.rows(ConsentEntry)] == [(True, "store")]
    assert road.rows(StoreWrite) == []
