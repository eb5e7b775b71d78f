"""Signing in takes a link and a button, and tells nobody who has an account."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from connector.stores import actions
from connector.stores.models import LoginToken, User
from connector.web import create_app
from tests.merchant import MERCHANT, Merchant
from tests.road import Road


@pytest.fixture
def client(road: Road) -> FlaskClient:
    """A browser that waits until everything is done, the mail included."""
    with road.machine.database.transaction() as session:
        account = actions.the_account(session, road.clock.now())
        actions.user_for(session, MERCHANT, road.clock.now(), account=account)
    return create_app(road.machine).test_client()


def token_of(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]


def asks_for_a_link(client: FlaskClient, address: str) -> tuple[int, str]:
    token = token_of(client.get("/login").text)
    with client.post("/login", data={"csrf_token": token, "email": address}) as answer:
        return answer.status_code, answer.text


def test_known_and_unknown_addresses_get_the_same_page(road: Road, client: FlaskClient) -> None:
    known, unknown = (
        asks_for_a_link(client, one) for one in (f" {MERCHANT.upper()} ", "nobody@example.com")
    )
    assert known == unknown
    assert known[0] == 200
    assert road.mailbox.subjects(MERCHANT) == ["Your sign-in link"]
    assert road.mailbox.subjects("nobody@example.com") == []


def test_opening_the_link_signs_nobody_in_and_its_button_does_once(
    road: Road, client: FlaskClient
) -> None:
    asks_for_a_link(client, MERCHANT)
    path = road.mailbox.link(MERCHANT, "login").removeprefix(road.base_url)
    page = client.get(path).text
    assert client.get("/app/orders-in-progress").location == "/login"
    data = {"csrf_token": token_of(page)}
    first = client.post(path, data=data)
    assert (first.status_code, first.location) == (303, "/app/orders-in-progress")
    assert client.get("/app/orders-in-progress").status_code == 200
    stranger = create_app(road.machine).test_client()
    again = stranger.post(path, data={"csrf_token": token_of(stranger.get(path).text)})
    assert again.status_code == 410
    assert stranger.get("/app/orders-in-progress").location == "/login"


def test_a_link_is_too_old_after_half_an_hour(road: Road, client: FlaskClient) -> None:
    asks_for_a_link(client, MERCHANT)
    path = road.mailbox.link(MERCHANT, "login").removeprefix(road.base_url)
    data = {"csrf_token": token_of(client.get(path).text)}
    road.clock.advance(minutes=actions.LOGIN_MINUTES)
    assert client.post(path, data=data).status_code == 410


def test_the_session_of_before_is_not_carried_into_the_signed_in_one(
    road: Road, client: FlaskClient
) -> None:
    asks_for_a_link(client, MERCHANT)
    path = road.mailbox.link(MERCHANT, "login").removeprefix(road.base_url)
    page = client.get(path).text
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"
    client.post(path, data={"csrf_token": token_of(page)})
    with client.session_transaction() as session:
        assert set(session) == {"_permanent", "user_id", "sign_outs"}


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(
    road: Road, client: FlaskClient
) -> None:
    asks_for_a_link(client, MERCHANT)
    path = road.mailbox.link(MERCHANT, "login").removeprefix(road.base_url)
    signed_in = client.post(path, data={"csrf_token": token_of(client.get(path).text)})
    (cookie,) = signed_in.headers.getlist("Set-Cookie")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_nobody_is_flooded_with_links(road: Road, client: FlaskClient) -> None:
    for _ in range(8):
        asks_for_a_link(client, MERCHANT)
    assert len(road.mailbox.to(MERCHANT)) == 5
    road.clock.advance(minutes=actions.LOGIN_MINUTES + 1)
    asks_for_a_link(client, MERCHANT)
    assert len(road.mailbox.to(MERCHANT)) == 6


def test_no_form_is_taken_without_its_token(road: Road, client: FlaskClient) -> None:
    assert client.post("/login", data={"email": MERCHANT}).status_code == 400
    assert road.rows(LoginToken) == []


def test_signing_out_closes_the_pages(merchant: Merchant) -> None:
    assert merchant.opens("/app/stores").url.endswith("/app/stores")
    merchant.presses("/logout")
    assert merchant.opens("/app/stores").url.endswith("/login")


@pytest.mark.parametrize("has_store", [True, False])
def test_signing_out_everywhere_ends_every_browser_and_every_link_on_its_way(
    road: Road, merchant: Merchant, *, has_store: bool
) -> None:
    if has_store:
        road.opens("woocommerce")
    lost, stolen = Merchant(road), dict(merchant.browser.cookies)
    client = create_app(road.machine).test_client()
    asks_for_a_link(client, MERCHANT)
    link = road.mailbox.link(MERCHANT, "login").removeprefix(road.base_url)

    merchant.opens("/app/settings")
    gone = merchant.presses("/app/sign-out-everywhere")
    assert gone.url.endswith("/login?everywhere=1")
    assert "You are signed out in every browser." in merchant.reads()

    assert lost.opens("/app/stores").url.endswith("/login")
    merchant.browser.cookies.update(stolen)
    assert merchant.opens("/app/orders-in-progress").url.endswith("/login")
    data = {"csrf_token": token_of(client.get(link).text)}
    assert client.post(link, data=data).status_code == 410
    again = Merchant(road)
    assert again.opens("/app/stores").url.endswith("/app/stores")
    for one in (lost, again):
        one.close()


def test_nobody_else_is_signed_out_and_no_link_alone_does_it(
    road: Road, merchant: Merchant
) -> None:
    colleague = Merchant(road, "colleague@example.com")
    assert merchant.opens("/app/sign-out-everywhere").status_code == 405
    merchant.opens("/app/settings")
    merchant.browser.post(f"{road.base_url}/app/sign-out-everywhere", timeout=10)
    assert merchant.opens("/app/stores").url.endswith("/app/stores")
    merchant.opens("/app/settings")
    merchant.presses("/app/sign-out-everywhere")
    merchant.presses("/app/sign-out-everywhere")
    assert merchant.page.url.endswith("/login")
    assert colleague.opens("/app/stores").url.endswith("/app/stores")
    assert {one.email: one.sign_outs for one in road.rows(User)} == {
        MERCHANT: 1, "colleague@example.com": 0,
    }  # fmt: skip
    colleague.close()


def test_a_browser_signed_in_before_there_was_a_number_stays_so_until_then(
    road: Road, client: FlaskClient
) -> None:
    with client.session_transaction() as session:
        session["user_id"] = road.rows(User)[0].id
    assert client.get("/app/stores").status_code == 200
    page = client.get("/app/settings").text
    client.post("/app/sign-out-everywhere", data={"csrf_token": token_of(page)})
    with client.session_transaction() as session:
        session["user_id"] = road.rows(User)[0].id
    assert client.get("/app/stores").location == "/login"


def test_a_user_who_was_removed_is_signed_out(road: Road, merchant: Merchant) -> None:
    with road.machine.database.transaction() as session:
        session.delete(session.get_one(User, road.rows(User)[0].id))
    assert merchant.opens("/app/settings").url.endswith("/login")


def test_the_chosen_language_stays_and_leads_back_to_the_own_page_only(
    road: Road, merchant: Merchant
) -> None:
    merchant.opens("/app/stores")
    back = merchant.presses("/app/language", {"locale": "he", "back": "/app/stores"})
    assert back.url == f"{road.base_url}/app/stores"
    assert '<html lang="he" dir="rtl">' in back.text
    assert road.rows(User)[0].locale == "he"
    for foreign in ("https://evil.example.com/", "//evil.example.com/app/", "/app/\\evil", ""):
        gone = merchant.presses("/app/language", {"locale": "xx", "back": foreign})
        assert gone.url == f"{road.base_url}/app/orders-in-progress"
    assert road.rows(User)[0].locale == "he"


def test_tokens_expire_as_the_letter_says(road: Road, client: FlaskClient) -> None:
    asks_for_a_link(client, MERCHANT)
    (token,) = road.rows(LoginToken)
    assert token.expires_at == road.clock.now() + timedelta(minutes=30)
    assert "30 minutes" in road.mailbox.to(MERCHANT)[0].text
