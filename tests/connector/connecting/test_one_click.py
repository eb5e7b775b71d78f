"""A merchant types her store's address, approves in her own WordPress, and is connected."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from connector.connecting.models import ConnectAttempt
from connector.stores.actions import access, webhook_secrets
from connector.stores.models import Account, Store
from tests.connector.connecting.clicks import PATH, Clicks
from tests.fakes import PracticeStore
from tests.fakes.faults import ServerError
from tests.fakes.till import Till
from tests.merchant import Merchant, neighbour
from tests.road import Road

KEYS = {
    "key_id": 9,
    "consumer_key": f"ck_{'0' * 40}",
    "consumer_secret": f"cs_{'0' * 40}",
    "key_permissions": "read_write",
}


def posts(road: Road, nonce: str, **other: Any) -> requests.Response:
    """What anybody may post: the door for keys is open to the world."""
    return requests.post(
        f"{road.base_url}{PATH}/keys", json={**KEYS, "user_id": nonce, **other}, timeout=10
    )


def test_a_typed_address_becomes_a_connected_store(
    road: Road, ann: Clicks, practice: PracticeStore
) -> None:
    asked = ann.goes_to_her_store(f"{practice.base_url}/wp-admin/")
    assert "Askback (merchant@example.com) would like to connect" in asked.text
    ann.approves()
    assert "Checking the keys" in ann.reads()
    assert '<meta http-equiv="refresh"' in ann.merchant.page.text
    road.settles()
    ann.reloads()
    assert "Connected: Practice Shop" in ann.reads()
    assert "http-equiv" not in ann.merchant.page.text
    (store,) = road.rows(Store)
    assert (store.state, store.base_url, store.currency) == (
        "connected", practice.base_url, "ILS",
    )  # fmt: skip
    held = access(road.machine, store).credentials
    assert practice.keys[held["consumer_key"]] == held["consumer_secret"]
    assert held["consumer_key"] != practice.consumer_key
    assert [len(one) > 30 for one in webhook_secrets(road.machine, store)] == [True]
    (attempt,) = road.rows(ConnectAttempt)
    assert (attempt.state, attempt.keys, attempt.due_at) == ("connected", None, None)


def test_the_flow_ends_the_same_on_each_database(any_road: Road) -> None:
    merchant = Merchant(any_road)
    ann = Clicks(merchant)
    with PracticeStore.open("woocommerce", clock=any_road.clock) as practice:
        practice.takes_http_callbacks = True
        for _ in range(2):
            ann.goes_to_her_store(practice.base_url)
            ann.approves()
            any_road.settles()
            ann.reloads()
            assert "Connected: Practice Shop" in ann.reads()
    assert [one.state for one in any_road.rows(ConnectAttempt)] == ["connected"] * 2
    assert len(any_road.rows(Store)) == 1
    merchant.close()


def test_a_title_without_end_is_cut_to_its_place(any_road: Road) -> None:
    """WordPress keeps its title in a long text, and PostgreSQL refuses what is too long."""
    merchant = Merchant(any_road)
    ann = Clicks(merchant)
    with PracticeStore.open("woocommerce", clock=any_road.clock) as practice:
        practice.takes_http_callbacks = True
        practice.memory.title = "Mugs " * 5000
        ann.goes_to_her_store(practice.base_url)
        ann.approves()
        any_road.settles()
    ((store,), (attempt,)) = any_road.rows(Store), any_road.rows(ConnectAttempt)
    assert (attempt.state, store.name) == ("connected", "Mugs " * 40)
    merchant.close()


def test_a_store_that_counts_in_no_currency_is_not_connected(
    road: Road, practice: PracticeStore, ann: Clicks
) -> None:
    practice.memory.till = Till("USDT")
    ann.goes_to_her_store(practice.base_url)
    ann.approves()
    road.settles()
    (attempt,) = road.rows(ConnectAttempt)
    assert (attempt.state, attempt.reason, road.rows(Store)) == ("refused", "refused", [])


def test_the_store_is_asked_for_what_we_need_and_told_who_asks(
    ann: Clicks, practice: PracticeStore
) -> None:
    ann.goes_to_her_store(practice.base_url)
    (asked,) = [one for one in practice.requests if one.path == "/wc-auth/v1/authorize"]
    origin = urlsplit(ann.merchant.road.base_url).netloc
    assert (asked.query["scope"], asked.query["app_name"]) == (
        "read_write", "Askback (merchant@example.com)",
    )  # fmt: skip
    assert asked.query["return_url"] == f"http://{origin}{PATH}/return"
    assert asked.query["callback_url"] == f"http://{origin}{PATH}/keys"
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", asked.query["user_id"])


def test_the_page_with_the_button_may_lead_to_that_store_and_no_other(
    ann: Clicks, practice: PracticeStore
) -> None:
    policy = ann.asks_for(practice.base_url).headers["Content-Security-Policy"]
    assert f"form-action 'self' {practice.base_url}" in policy
    assert "default-src 'self'" in policy


def test_under_http_she_is_warned_that_a_real_store_refuses(
    ann: Clicks, practice: PracticeStore
) -> None:
    ann.asks_for(practice.base_url)
    assert "WooCommerce hands its keys to https addresses only" in ann.reads()


def test_who_does_not_approve_has_connected_nothing(
    road: Road, ann: Clicks, practice: PracticeStore
) -> None:
    ann.goes_to_her_store(practice.base_url)
    ann.denies()
    assert "You did not approve" in ann.reads()
    road.settles()
    assert road.rows(Store) == []
    assert list(practice.keys) == [practice.consumer_key]


def test_a_replayed_approval_makes_a_second_key_that_the_store_deletes_again(
    road: Road, ann: Clicks, practice: PracticeStore
) -> None:
    ann.goes_to_her_store(practice.base_url)
    link = ann.link_to("approve")
    ann.approves()
    road.settles()
    held = access(road.machine, road.rows(Store)[0]).credentials
    again = requests.get(link, timeout=20)
    assert (again.status_code, "unable to send the consumer data" in again.text) == (401, True)
    road.settles()
    assert access(road.machine, road.rows(Store)[0]).credentials == held
    assert list(practice.keys) == [practice.consumer_key, held["consumer_key"]]


def test_an_approval_that_comes_after_half_an_hour_counts_no_more(
    road: Road, ann: Clicks, practice: PracticeStore
) -> None:
    ann.goes_to_her_store(practice.base_url)
    link = ann.link_to("approve")
    road.clock.advance(minutes=31)
    assert requests.get(link, timeout=20).status_code == 401
    road.settles()
    assert road.rows(Store) == []
    assert list(practice.keys) == [practice.consumer_key]
    ann.denies()
    assert "That took too long" in ann.reads()


def test_keys_of_another_store_do_not_count_for_the_address_that_was_typed(
    road: Road, ann: Clicks, practice: PracticeStore
) -> None:
    ann.goes_to_her_store(practice.base_url)
    nonce = parse_qs(urlsplit(ann.link_to("deny")).query)["user_id"][0]
    assert posts(road, nonce).status_code == 200
    road.settles()
    ann.denies()
    assert "The keys do not open the store at this address." in ann.reads()
    assert road.rows(Store) == []
    (attempt,) = road.rows(ConnectAttempt)
    assert (attempt.state, attempt.keys) == ("refused", None)


def test_of_two_keys_that_come_at_once_one_is_taken(any_road: Road) -> None:
    merchant = Merchant(any_road)
    ann = Clicks(merchant)
    with PracticeStore.open("woocommerce", clock=any_road.clock) as practice:
        practice.takes_http_callbacks = True
        ann.goes_to_her_store(practice.base_url)
        link = ann.link_to("approve")
        with ThreadPoolExecutor(4) as tabs:
            opened = [tabs.submit(requests.get, link, timeout=20) for _ in range(4)]
        answered = [one.result().history != [] for one in opened]
        assert sorted(answered) == [False, False, False, True]
        any_road.settles()
        assert [one.state for one in any_road.rows(Store)] == ["connected"]
        assert len(practice.keys) == 2
    merchant.close()


SPOILED: tuple[tuple[dict[str, Any], int], ...] = (
    ({"user_id": "nobody-knows-this-nonce"}, 404),
    ({"user_id": "x"}, 400),
    ({"user_id": 42}, 400),
    ({"consumer_key": "ck_short"}, 400),
    ({"consumer_secret": None}, 400),
    ({"key_permissions": "read"}, 400),
    ({"key_id": "nine"}, 400),
    ({"padding": "x" * 5000}, 413),
)


def test_what_is_no_answer_to_an_attempt_of_ours_has_no_effect(
    road: Road, ann: Clicks, practice: PracticeStore
) -> None:
    ann.goes_to_her_store(practice.base_url)
    nonce = parse_qs(urlsplit(ann.link_to("deny")).query)["user_id"][0]
    for spoiled, status in SPOILED:
        answer = posts(road, nonce, **spoiled)
        assert (answer.status_code, list(answer.json())) == (status, ["error"]), spoiled
    assert [one.state for one in road.rows(ConnectAttempt)] == ["waiting"]
    ann.approves()
    road.settles()
    assert [one.state for one in road.rows(Store)] == ["connected"]


def test_a_body_that_is_no_json_object_is_refused_with_an_error(road: Road) -> None:
    for body in (b"", b"[]", b"null", b"\xff", b"[" * 4000, b'{"user_id":'):
        answer = requests.post(f"{road.base_url}{PATH}/keys", data=body, timeout=10)
        assert (answer.status_code, list(answer.json())) == (400, ["error"]), body


def test_a_store_that_is_busy_answering_us_is_asked_again(
    road: Road, ann: Clicks, practice: PracticeStore
) -> None:
    ann.goes_to_her_store(practice.base_url)
    ann.approves()
    practice.faults.next("shop", *[ServerError()] * 3)
    road.settles()
    ann.reloads()
    assert "Checking the keys" in ann.reads()
    road.clock.advance(seconds=16)
    road.settles()
    ann.reloads()
    assert "Connected: Practice Shop" in ann.reads()


def test_a_store_that_stays_silent_is_not_connected_and_she_is_told(
    road: Road, ann: Clicks, practice: PracticeStore
) -> None:
    ann.goes_to_her_store(practice.base_url)
    ann.approves()
    practice.close()
    for _ in range(4):
        road.settles()
        road.clock.advance(minutes=10)
    ann.reloads()
    assert "the store did not answer when we tried them" in ann.reads()
    assert road.rows(Store) == []


def test_connecting_again_renews_the_keys_and_keeps_the_webhooks_secret(
    road: Road, ann: Clicks
) -> None:
    practice = road.opens("woocommerce")
    practice.takes_http_callbacks = True
    ann.goes_to_her_store(practice.base_url)
    ann.approves()
    road.settles()
    (store,) = road.rows(Store)
    assert access(road.machine, store).credentials["consumer_key"] != practice.consumer_key
    assert webhook_secrets(road.machine, store) == (practice.webhook_secret,)


def test_a_store_of_another_account_is_not_taken_over(road: Road, ann: Clicks) -> None:
    practice = road.opens("woocommerce")
    practice.takes_http_callbacks = True
    with road.machine.database.transaction() as session:
        other = Account(name="The neighbour", created_at=road.clock.now())
        session.add(other)
        session.flush()
        session.get_one(Store, 1).account_id = other.id
        sealed = session.get_one(Store, 1).credentials
    ann.goes_to_her_store(practice.base_url)
    ann.approves()
    road.settles()
    ann.reloads()
    assert "This store belongs to another account." in ann.reads()
    assert road.rows(Store)[0].credentials == sealed


def test_anothers_attempt_is_unknown_to_everybody_else(
    road: Road, ann: Clicks, practice: PracticeStore
) -> None:
    ann.goes_to_her_store(practice.base_url)
    ann.approves()
    nonce = ann.nonce()
    neighbour(road.machine, road.clock.now())
    nina = Merchant(road, "nina@example.com")
    answer = nina.opens(f"{PATH}/return?success=1&user_id={nonce}")
    assert answer.status_code == 404
    assert practice.base_url not in answer.text
    nina.close()


def test_looking_at_the_page_of_return_changes_nothing(
    road: Road, ann: Clicks, practice: PracticeStore
) -> None:
    ann.goes_to_her_store(practice.base_url)
    nonce = parse_qs(urlsplit(ann.link_to("deny")).query)["user_id"][0]
    for query in ("success=1", "success=0", "success=2", ""):
        ann.merchant.opens(f"{PATH}/return?{query}&user_id={nonce}")
    assert [one.state for one in road.rows(ConnectAttempt)] == ["waiting"]
    assert ann.merchant.opens(f"{PATH}/return?success=1").status_code == 404


def test_who_has_not_signed_in_is_led_to_the_sign_in_page(road: Road) -> None:
    for path in (f"{PATH}?url=https://shop.example.com", f"{PATH}/return?success=1"):
        answer = requests.get(f"{road.base_url}{path}", timeout=10, allow_redirects=False)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/login")


def test_a_button_held_down_begins_only_so_many_attempts(
    road: Road, ann: Clicks, practice: PracticeStore
) -> None:
    ann.asks_for(practice.base_url)
    form = ann.merchant.page
    for _ in range(21):
        ann.merchant.page = form
        ann.merchant.presses(PATH, {"url": practice.base_url})
    assert "Too many attempts at once" in ann.reads()
    assert len(road.rows(ConnectAttempt)) == 20
