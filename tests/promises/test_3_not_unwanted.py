"""Who does not want to hear from us, or has not allowed it, does not; and it is written down."""

from __future__ import annotations

import pytest

from connector.consent.models import Suppression
from connector.coupons.models import Coupon
from connector.journeys.models import Answer, Enrollment
from connector.messages.models import Message, Touch
from tests.fakes import MUG
from tests.promises import state
from tests.road import Road

ANN = "ann@example.com"
BOTH = pytest.mark.parametrize("platform", ["shopify", "woocommerce"])


def asked(road: Road, platform: str, **decided: object) -> None:
    road.opens(platform, **decided).leaves_checkout(ANN, MUG)
    road.runs_for(hours=2)


@BOTH
def test_one_click_in_the_mail_program_ends_it_all(any_road: Road, platform: str) -> None:
    road = any_road
    asked(road, platform, case_cooldown_days=0)
    mail = road.mailbox.to(ANN)[0]
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    target = mail.headers["List-Unsubscribe"].strip("<>")
    for _ in range(2):  # mail programs repeat themselves
        posted = road.browser.post(target, data={"List-Unsubscribe": "One-Click"}, timeout=10)
        assert posted.status_code == 200
    assert [one.address_key for one in road.rows(Suppression)] == [ANN]
    assert [one.ended_because for one in road.rows(Enrollment)] == ["unsubscribed"]

    road.answers(ANN, "price")
    assert [one.reason for one in road.rows(Answer)] == ["price"]
    store = road._stores[0]
    road.clock.advance(days=8)
    store.leaves_checkout(ANN, (MUG, 3))
    road.runs_for(days=20)
    assert len(road.mailbox.to(ANN)) == 1
    assert [(one.state, one.reasons) for one in road.rows(Message)] == [
        ("sent", []), ("not_sent", ["unsubscribed"]),
    ]  # fmt: skip


def test_the_preference_page_silences_and_opens_again(road: Road) -> None:
    asked(road, "shopify", case_cooldown_days=0)
    page = road.mailbox.link(ANN, "u")
    assert "a…@example.com" in road.browser.get(page, timeout=10).text
    assert road.browser.post(page, data={}, timeout=10).status_code == 200
    assert [one.reason for one in road.rows(Suppression)] == ["on the preference page"]
    assert road.browser.post(page, data={"subscribed": "yes"}, timeout=10).status_code == 200
    assert road.rows(Suppression) == []


def test_an_unsubscription_between_the_answer_and_its_message_wins(road: Road) -> None:
    asked(road, "shopify")
    link = road.mailbox.link(ANN, "q").partition("?")[0]
    road.browser.post(link, data={"reason": "price"}, timeout=10)
    road.browser.post(f"{road.mailbox.link(ANN, 'u')}/one-click", timeout=10)
    road.runs_for(days=20)
    assert len(road.mailbox.to(ANN)) == 1


@BOTH
def test_without_a_yes_nobody_is_written_to_where_the_merchant_needs_one(
    road: Road, platform: str
) -> None:
    asked(road, platform, basis="opt_in")
    assert road.mailbox.to(ANN) == []
    assert [(one.state, one.reasons) for one in road.rows(Message)] == [
        ("not_sent", ["no lawful basis (opt_in)"])
    ]


def test_a_yes_that_was_taken_back_at_the_store_stops_the_next_message(road: Road) -> None:
    store = road.opens("shopify", basis="opt_in", case_cooldown_days=0)
    store.registers(ANN, accepts_marketing=True)
    store.leaves_checkout(ANN, MUG, accepts_marketing=True)
    road.runs_for(hours=2)
    assert len(road.mailbox.to(ANN)) == 1
    road.clock.advance(days=1)
    store.consents(ANN, False)
    road.answers(ANN, "price")
    road.runs_for(days=3)
    assert len(road.mailbox.to(ANN)) == 1
    assert road.rows(Message)[-1].reasons == [
        "consent withdrawn", "no lawful basis (opt_in)",
    ]  # fmt: skip


def test_who_unsubscribed_at_the_store_before_we_came_is_left_alone(road: Road) -> None:
    """Nobody here has seen her yes: the store's word that she took it back is enough."""
    practice = road.opens("shopify", syncs=True)
    with practice.holding() as pending:  # before we came: no webhook told of it
        practice.registers(ANN)
        practice.consents(ANN, False)
        practice.registers("bob@example.com")
        pending.clear()
    for _ in range(4):
        road.clock.advance(minutes=1)
        road.settles()
    for address in (ANN, "bob@example.com"):
        practice.leaves_checkout(address, MUG)
    road.runs_for(hours=2)
    assert road.mailbox.to(ANN) == []
    assert len(road.mailbox.to("bob@example.com")) == 1
    assert ("not_sent", ["consent withdrawn"]) in [
        (one.state, one.reasons) for one in road.rows(Message)
    ]


def test_no_get_and_no_head_changes_anything_but_the_evidence(any_road: Road) -> None:
    """Link scanners open every link of a mail before its reader does (complaint C10)."""
    road = any_road
    benefit = {"kind": "percent", "percent": 10, "valid_days": 7, "cooldown_days": 180}
    asked(road, "shopify", benefit=benefit)
    road.answers(ANN, "price")
    assert [one.state for one in road.rows(Coupon)] == ["made"]
    letters = road.mailbox.to(ANN)
    links = {road.mailbox.link(ANN, path, last=False) for path in "qcu"}
    links |= {road.mailbox.link(ANN, path) for path in "cu"}
    one_click = {letter.headers["List-Unsubscribe"].strip("<>") for letter in letters}
    before = state.dump(road.machine.database, Touch)
    for link in sorted(links | one_click | {f"{link}/thanks" for link in links if "/q/" in link}):
        for method in ("GET", "HEAD", "OPTIONS"):
            road.browser.request(method, link, timeout=10, allow_redirects=False)
            road.browser.request(method, f"{link}?reason=price", timeout=10, allow_redirects=False)
    road.settles()
    assert state.dump(road.machine.database, Touch) == before


def test_a_token_opens_the_door_it_was_made_for_and_no_other(road: Road) -> None:
    asked(road, "shopify")
    tokens = {
        path: road.mailbox.link(ANN, path).rpartition("/")[2].partition("?")[0] for path in "qcu"
    }
    before = state.dump(road.machine.database)
    for made_for, token in tokens.items():
        for path in set("qcu") - {made_for}:
            got = road.browser.get(
                f"{road.base_url}/{path}/{token}", timeout=10, allow_redirects=False
            )
            assert got.status_code == 404
            if path != "c":
                posted = road.browser.post(
                    f"{road.base_url}/{path}/{token}",
                    data={"reason": "price", "subscribed": ""},
                    timeout=10,
                )
                assert posted.status_code == 404
    one_click = f"{road.base_url}/u/{tokens['q']}/one-click"
    assert road.browser.post(one_click, timeout=10).status_code == 404
    assert state.dump(road.machine.database) == before
