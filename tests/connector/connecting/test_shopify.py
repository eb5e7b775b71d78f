"""A merchant clicks once and her Shopify store is there; whatever goes wrong is said on a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from sqlalchemy import func, select

from connector.connecting.models_shopify import SpentState
from connector.errors import AccessLost
from connector.stores import tokens
from connector.stores.models import Account, Store
from connector.sync import webhooks
from tests.fakes import Clock, PracticeStore, faults
from tests.merchant import Merchant, neighbour
from tests.road import Road, environment, served

SHOP = "practice.myshopify.com"
BEGIN = f"/connect/shopify?shop={SHOP}"


@pytest.fixture
def practice(road: Road) -> Iterator[PracticeStore]:
    """A Shopify store that is not connected yet."""
    road.machine.platforms["shopify"].http.sleep = lambda _: None
    with PracticeStore.open("shopify", clock=road.clock, port=road.shopify_port) as store:
        yield store


@pytest.fixture
def merchant(road: Road) -> Iterator[Merchant]:
    browser = Merchant(road)
    yield browser
    browser.close()


def token_calls(practice: PracticeStore) -> int:
    return sum(1 for one in practice.requests if one.about.resource == "tokens")


def spent(road: Road) -> int:
    with road.machine.database.reading() as session:
        return session.scalar(select(func.count()).select_from(SpentState)) or 0


def begins(merchant: Merchant, shop: str = SHOP) -> str:
    """She is sent to the permission page; its address."""
    url = f"{merchant.road.base_url}/connect/shopify?shop={shop}"
    answer = merchant.browser.get(url, allow_redirects=False, timeout=10)
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


def permits(merchant: Merchant, permission_page: str) -> str:
    """She says yes (or no); the path with which Shopify sends her back."""
    answer = merchant.browser.get(permission_page, allow_redirects=False, timeout=10)
    return answer.headers["Location"].removeprefix(merchant.road.base_url)


def state_of(permission_page: str) -> str:
    return parse_qs(urlsplit(permission_page).query)["state"][0]


def test_one_click_and_the_store_is_there(
    road: Road, merchant: Merchant, practice: PracticeStore
) -> None:
    nudged = []
    road.machine.database.knock = lambda queue, store_id: nudged.append((queue, store_id))
    page = merchant.opens("/app/stores")
    form = re.search(r'<form method="get" action="([^"]+)">', page.text)
    assert form is not None
    merchant.opens(f"{form[1]}?shop=Practice")
    assert urlsplit(merchant.page.url).path == "/app/stores"
    assert "Connected: Practice Shop" in merchant.reads()
    (store,) = road.rows(Store)
    assert (store.platform, store.external_id, store.state) == ("shopify", SHOP, "connected")
    access = tokens.fresh_access(road.machine, store.id)
    assert road.machine.platforms["shopify"].describe(access).name == "Practice Shop"
    assert access.credentials["expires_at"] == "2026-11-22T10:00:00+00:00"
    assert access.credentials["access_token"].encode() not in store.credentials
    assert nudged == [("webhooks", store.id), ("sync", store.id)]


def test_the_browser_may_follow_the_form_to_shopify(
    road: Road, merchant: Merchant, practice: PracticeStore
) -> None:
    policy = merchant.opens("/app/stores").headers["Content-Security-Policy"]
    allowed = policy.partition("form-action ")[2].split(";")[0].split()
    assert allowed[:3] == ["'self'", "https://*.myshopify.com", "https://*.shopify.com"]
    assert practice.base_url in allowed
    assert "myshopify" not in merchant.opens("/app/settings").headers["Content-Security-Policy"]


def test_beginning_writes_nothing_and_cannot_be_guessed(
    road: Road, merchant: Merchant, practice: PracticeStore
) -> None:
    first, second = begins(merchant), begins(merchant)
    assert first.startswith(f"{practice.base_url}/admin/oauth/authorize?client_id=practice-app-key")
    assert state_of(first) != state_of(second)
    assert len(state_of(first)) == 43  # 256 bits in base64url
    assert (road.rows(Store), spent(road)) == ([], 0)
    for page in (first, second):  # two tabs, both come back
        assert "/app/stores?connected=" in merchant.opens(permits(merchant, page)).url
    assert spent(road) == 2
    road.clock.advance(hours=1)
    merchant.opens(BEGIN)
    assert spent(road) == 1  # what is too old to be tried again is not kept


def test_of_many_open_permission_pages_the_newest_are_remembered(
    road: Road, merchant: Merchant, practice: PracticeStore
) -> None:
    opened = []
    for _ in range(6):
        opened.append(permits(merchant, begins(merchant)))
        road.clock.advance(minutes=1)
    answers = [merchant.opens(back).status_code for back in opened]
    assert answers == [403, 403, 200, 200, 200, 200]


@pytest.mark.parametrize(
    "shop",
    ["", "evil.example.com", f"{SHOP}.evil.example.com", f"{SHOP}@evil.example.com", "a%0d%0ab"],
)
def test_nobody_is_led_to_what_is_no_shop(shop: str, merchant: Merchant) -> None:
    page = merchant.opens(f"/connect/shopify?shop={shop}")
    assert page.status_code == 422
    assert page.history == []
    assert "This is not the address of a Shopify store." in merchant.reads()


def test_a_merchant_may_say_no(road: Road, merchant: Merchant, practice: PracticeStore) -> None:
    practice.app.approves = False
    page = merchant.opens(BEGIN)
    assert page.status_code == 403
    assert "You didn't give the permission, and nothing was changed." in merchant.reads()
    assert "Try again" in merchant.reads()
    assert (road.rows(Store), token_calls(practice)) == ([], 0)


def test_a_permission_that_shopify_did_not_sign_is_forged(
    road: Road, merchant: Merchant, practice: PracticeStore
) -> None:
    back = permits(merchant, begins(merchant))
    for forged in (
        back.replace("code=", "code=x"),
        re.sub("hmac=[0-9a-f]+", "", back),
        f"{back}&shop=evil.myshopify.com",
        "/connect/shopify/callback",
        "/connect/shopify/callback?hmac=%ff%00&timestamp=9e999&shop[]=1&state=%F0%9F%90%88",
    ):
        assert merchant.opens(forged).status_code == 401
        assert "This address doesn't come from Shopify" in merchant.reads()
    assert (road.rows(Store), token_calls(practice)) == ([], 0)
    assert "connected=" in merchant.opens(back).url  # a forgery spends nobody's state


def test_a_permission_counts_in_the_browser_that_asked_for_it(
    road: Road, merchant: Merchant, practice: PracticeStore
) -> None:
    """Else a stranger's link would connect the stranger's store to her account."""
    back = permits(merchant, begins(merchant))
    victim = Merchant(road, "vera@example.com")
    assert victim.opens(back).status_code == 403
    assert "You didn't begin this connection in this browser" in victim.reads()
    victim.close()
    assert (road.rows(Store), token_calls(practice)) == ([], 0)


def test_a_permission_that_took_too_long_begins_again(
    road: Road, merchant: Merchant, practice: PracticeStore
) -> None:
    back = permits(merchant, begins(merchant))
    road.clock.advance(minutes=31)
    assert merchant.opens(back).status_code == 403
    assert "it took longer than half an hour" in merchant.reads()
    assert (road.rows(Store), token_calls(practice)) == ([], 0)


def test_another_shop_than_the_one_she_named_is_not_connected(
    road: Road, merchant: Merchant, practice: PracticeStore
) -> None:
    begun = begins(merchant, "another-shop")
    assert merchant.opens(permits(merchant, begun)).status_code == 403
    assert "Shopify answered for another store" in merchant.reads()
    assert (road.rows(Store), token_calls(practice)) == ([], 0)


def test_a_permission_works_once_however_often_she_clicks(
    road: Road, merchant: Merchant, practice: PracticeStore
) -> None:
    back = permits(merchant, begins(merchant))
    url, cookies = f"{road.base_url}{back}", merchant.browser.cookies.get_dict()

    def clicks(_: int) -> requests.Response:
        return requests.get(url, cookies=cookies, allow_redirects=False, timeout=10)

    with ThreadPoolExecutor(3) as fingers:
        answers = list(fingers.map(clicks, range(3)))
    assert sorted(one.status_code for one in answers) == [302, 409, 409]
    assert merchant.opens(back).status_code == 409
    assert "This permission was used already" in merchant.reads()
    assert token_calls(practice) == 1
    assert [one.state for one in road.rows(Store)] == ["connected"]


def test_a_code_that_shopify_does_not_know_any_more_is_said_so(
    road: Road, merchant: Merchant, practice: PracticeStore
) -> None:
    said = {"code": "0ld", "shop": SHOP, "state": state_of(begins(merchant))}
    signed = practice.app.signed(said)
    query = "&".join(f"{name}={value}" for name, value in signed.items())
    assert merchant.opens(f"/connect/shopify/callback?{query}").status_code == 409
    assert "or it has expired" in merchant.reads()
    assert road.rows(Store) == []


@pytest.mark.parametrize("resource", ["tokens", "shop"])
def test_a_shopify_that_is_down_is_tried_again_later(
    resource: str, road: Road, merchant: Merchant, practice: PracticeStore
) -> None:
    back = permits(merchant, begins(merchant))
    practice.faults.next(resource, *[faults.ServerError(500)] * (1 if resource == "tokens" else 3))
    assert merchant.opens(back).status_code == 503
    assert "Shopify can't be reached just now." in merchant.reads()
    assert (road.rows(Store), practice.faults.waiting) == ([], 0)
    again = re.search(r'class="button" href="([^"]+)"', merchant.page.text)
    assert again is not None
    assert "connected=" in merchant.opens(again[1]).url


def test_a_store_that_does_not_let_us_in_says_why(
    road: Road, merchant: Merchant, practice: PracticeStore
) -> None:
    practice.revokes_access()
    assert merchant.opens(BEGIN).status_code == 422
    assert "Shopify did not let us in." in merchant.reads()
    assert "the access token is not valid" in merchant.reads()
    assert road.rows(Store) == []


def test_a_store_of_another_account_stays_there(
    road: Road, merchant: Merchant, practice: PracticeStore
) -> None:
    theirs = neighbour(road.machine, road.clock.now())
    with road.machine.database.transaction() as session:
        store = session.get_one(Store, theirs.id)
        store.platform, store.external_id = "shopify", SHOP
    assert merchant.opens(BEGIN).status_code == 409
    assert "This store belongs to another account." in merchant.reads()
    assert [one.credentials for one in road.rows(Store)] == [theirs.credentials]


def test_without_signing_in_it_can_only_be_the_only_account(
    road: Road, practice: PracticeStore
) -> None:
    with requests.Session() as browser:
        assert browser.get(f"{road.base_url}{BEGIN}", timeout=10).url.endswith("/login")
        (account,) = road.rows(Account)
        assert [one.account_id for one in road.rows(Store)] == [account.id]
        neighbour(road.machine, road.clock.now())
        page = browser.get(f"{road.base_url}{BEGIN}", timeout=10)
        assert page.status_code == 403
        assert "Please sign in to yours first" in page.text


def test_a_browser_that_was_signed_out_from_afar_connects_no_store_to_its_account(
    road: Road, merchant: Merchant, practice: PracticeStore
) -> None:
    neighbour(road.machine, road.clock.now())
    lost = Merchant(road)
    merchant.opens("/app/settings")
    merchant.presses("/app/sign-out-everywhere")
    assert lost.opens(BEGIN).status_code == 403
    assert [one.platform for one in road.rows(Store)] == ["woocommerce"]  # the neighbour's
    lost.close()


def test_opened_from_the_stores_admin_it_comes_straight_back_connected(
    road: Road, merchant: Merchant, practice: PracticeStore
) -> None:
    """Shopify opens the app with all that it says of itself; what is not asked for is left."""
    opened = practice.app.signed({"shop": SHOP, "embedded": "1", "locale": "en", "session": "5"})
    merchant.opens(f"/connect/shopify?{urlencode(opened)}")
    assert urlsplit(merchant.page.url).path == "/app/stores"
    assert [one.state for one in road.rows(Store)] == ["connected"]


def test_an_app_that_was_away_has_its_webhooks_again_at_once(
    road: Road, merchant: Merchant, practice: PracticeStore
) -> None:
    merchant.opens(BEGIN)
    webhooks.check(road.machine, 1, road.clock.now())
    practice.uninstalls()
    practice.subscriptions.clear()
    practice.has_access = True
    road.clock.advance(minutes=5)
    merchant.opens(BEGIN)
    assert webhooks.check(road.machine, 1, road.clock.now()) == 1
    assert {one.url for one in practice.subscriptions} == {f"{road.base_url}/webhooks/shopify"}


def test_connecting_again_gives_a_lost_store_new_keys(
    road: Road, merchant: Merchant, practice: PracticeStore
) -> None:
    merchant.opens(BEGIN)
    practice.app.expires_tokens()
    road.clock.advance(hours=2)
    with pytest.raises(AccessLost):
        tokens.fresh_access(road.machine, 1)
    merchant.opens("/app/stores")
    assert "access lost" in merchant.reads()
    assert "the store no longer lets us in (Shopify answered 400" in merchant.reads()
    again = re.search(r'href="(/connect/shopify[^"]+)">Connect again', merchant.page.text)
    assert again is not None
    merchant.opens(again[1])
    assert "Connected: Practice Shop" in merchant.reads()
    assert [one.state for one in road.rows(Store)] == ["connected"]
    assert "Connect again" not in merchant.reads()
    access = tokens.fresh_access(road.machine, 1)
    assert road.machine.platforms["shopify"].describe(access).currency == "ILS"


@pytest.mark.parametrize(
    ("locale", "direction", "said"),
    [
        ("en", "ltr", "The store is not connected"),
        ("he", "rtl", "החנות לא חוברה"),
        ("ar", "rtl", "لم يُربط المتجر"),
        ("ru", "ltr", "Магазин не подключён"),
    ],
)
def test_failures_are_told_in_her_language(
    locale: str, direction: str, said: str, *, road: Road
) -> None:
    page = requests.get(
        f"{road.base_url}/connect/shopify/callback",
        headers={"Accept-Language": locale},
        timeout=10,
    )
    assert f'<html lang="{locale}" dir="{direction}">' in page.text
    assert said in page.text


def test_the_language_that_she_chose_goes_before_her_browsers(
    merchant: Merchant, practice: PracticeStore
) -> None:
    merchant.opens("/app/stores")
    merchant.presses("/app/language", {"locale": "ru"})
    practice.app.approves = False
    assert "Магазин не подключён" in merchant.opens(BEGIN).text


def test_a_machine_without_an_app_says_what_it_needs(
    sqlite_url: str, tmp_path: Path, clock: Clock
) -> None:
    variables = environment(tmp_path, sqlite_url, SHOPIFY_API_KEY="")
    with served(variables, clock) as road:
        for path in (BEGIN, "/connect/shopify/callback?code=1"):
            page = requests.get(f"{road.base_url}{path}", timeout=10)
            assert page.status_code == 404
            assert "SHOPIFY_API_KEY" in page.text
        session = requests.post(f"{road.base_url}/connect/shopify/session", timeout=10)
        assert (session.status_code, session.json()["error"]) == (404, "off")
        merchant = Merchant(road)
        assert "/connect/shopify" not in merchant.opens("/app/stores").text
        merchant.close()


def shows_page(road: Road, token: str) -> requests.Response:
    """The page inside Shopify's admin asks to be connected."""
    return requests.post(
        f"{road.base_url}/connect/shopify/session",
        headers={"Authorization": f"Bearer {token}"},
        timeout=10,
    )


def test_the_embedded_page_connects_by_its_session_token(
    road: Road, practice: PracticeStore
) -> None:
    for _ in range(2):
        answer = shows_page(road, practice.app.session_token())
        assert answer.status_code == 200
    (store,) = road.rows(Store)
    assert answer.json() == {"connected": True, "store_key": store.key, "shop": SHOP}
    access = tokens.fresh_access(road.machine, store.id)
    assert road.machine.platforms["shopify"].describe(access).name == "Practice Shop"
    neighbour(road.machine, road.clock.now())  # which account is meant is known all the same
    assert shows_page(road, practice.app.session_token()).status_code == 200


def test_a_session_token_that_shopify_did_not_make_connects_nothing(
    road: Road, practice: PracticeStore
) -> None:
    practice.app.secret = "another-secret"
    for token in ("", "a.b.c", practice.app.session_token()):
        answer = shows_page(road, token)
        assert (answer.status_code, answer.json()["error"]) == (401, "forged")
        assert answer.headers["X-Shopify-Retry-Invalid-Session-Request"] == "1"
    practice.app.secret = "practice-app-secret"
    assert shows_page(road, practice.app.session_token(exp=1)).status_code == 401
    assert (road.rows(Store), token_calls(practice)) == ([], 0)
