"""Shopify's permission, as Shopify's own libraries ask for it and prove it."""

from __future__ import annotations

import datetime as dt
import hmac
import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.http import Http
from adapters.platforms.shopify import scopes
from adapters.platforms.shopify.oauth import OAuth
from connector.errors import AccessLost, AskbackError, NotAuthentic, Refused, Retryable
from connector.ports.authorization import Authorization
from connector.ports.platform import Access
from tests.adapters.loopback import Answer, Loopback
from tests.contracts import shopify_material as material

SHOP = "some-shop.myshopify.com"
KEY, SECRET = "test-client-id-0001", "test-client-secret-not-a-real-one-0001"
NOW = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
Pairs = list[tuple[str, str]]


def at(timestamp: str) -> dt.datetime:
    return dt.datetime.fromtimestamp(int(timestamp), dt.UTC)


def app(origin: str = "https://{shop}", *secrets: str) -> OAuth:
    http = Http(allow_private=True, sleep=lambda _: None, read_seconds=5)
    return OAuth(http, client_id=KEY, secrets=secrets or (SECRET,), admin_origin=origin)


def signed(secret: str = SECRET, **other: str) -> Pairs:
    """A redirect of Shopify's, with plain values only."""
    said = {"code": "c0de", "shop": SHOP, "state": "5tate", "timestamp": f"{NOW.timestamp():.0f}"}
    said |= other
    text = "&".join(f"{name}={value}" for name, value in sorted(said.items()))
    return [*said.items(), ("hmac", hmac.new(secret.encode(), text.encode(), "sha256").hexdigest())]


@material.needs_material
def test_every_query_that_shopifys_libraries_sign_is_authentic_and_no_altered_one() -> None:
    vectors = material.load("vectors/oauth_query_hmac.json")
    oauth = app("https://{shop}", vectors["client_secret"])
    genuine = 0
    for case in vectors["agreed"] + vectors["libraries_disagree_do_not_assert"]:
        said: dict[str, str] = case["params"]
        for signature in {case["hmac_node"], case["hmac_ShopifyAPI"]}:
            query = [*said.items(), ("hmac", signature)]
            if "code" in said:
                callback = oauth.authenticate(query, at(said["timestamp"]))
                assert (callback.shop, callback.state) == (said["shop"], said["state"])
                genuine += 1
            for name, value in said.items():
                altered = [*(said | {name: value + "x"}).items(), ("hmac", signature)]
                with pytest.raises(NotAuthentic):
                    oauth.authenticate(altered, at(said["timestamp"]))
    assert genuine == 9


@pytest.mark.parametrize("hours", [25, -2, 24 * 365 * 40])
def test_a_redirect_of_another_day_is_refused(hours: int) -> None:
    query = signed()
    assert app().authenticate(query, NOW).code == "c0de"
    with pytest.raises(NotAuthentic):
        app().authenticate(query, NOW + dt.timedelta(hours=hours))


def test_the_secret_before_this_one_is_still_believed() -> None:
    assert app("", "new", SECRET).authenticate(signed(), NOW).state == "5tate"


@pytest.mark.parametrize(
    "spoilt",
    [
        [],
        signed()[:-1],
        [*signed(), ("shop", "evil.myshopify.com")],
        [*signed()[:-1], ("hmac", "é")],
        [*signed()[:-1], ("hmac", "00")],
        signed(secret="another"),
        signed(secret=""),
        signed(timestamp=""),
        signed(timestamp="1e9"),
        signed(timestamp="²"),
        signed(timestamp="9" * 400),
        signed(shop="evil.example.com"),
        signed(shop=f"{SHOP}.evil.example.com"),
        signed(shop=""),
        signed(code=""),
        signed(state=""),
    ],
)
def test_what_shopify_did_not_say_is_not_authentic(spoilt: Pairs) -> None:
    with pytest.raises(NotAuthentic):
        app().authenticate(spoilt, NOW)


@given(st.lists(st.tuples(st.sampled_from(["hmac", "shop", "timestamp", "é"]), st.text())))
def test_a_stranger_causes_nothing_but_not_authentic(query: Pairs) -> None:
    with pytest.raises(NotAuthentic):
        app().authenticate(query, NOW)


@given(st.text())
def test_no_strangers_text_is_a_session_token(token: str) -> None:
    with pytest.raises(NotAuthentic):
        app().exchange(token, NOW)


@material.needs_material
def test_session_tokens_are_judged_as_the_stricter_library_judges_them(store: Loopback) -> None:
    vectors = material.load("vectors/session_tokens.json")
    oauth = app(store.origin)
    store.answers = [Answer.of({"access_token": "t", "scope": ""})]
    verdicts = {}
    for case in vectors["cases"]:
        try:
            oauth.exchange(case["token"], NOW)
            verdicts[case["name"]] = True
        except NotAuthentic:
            verdicts[case["name"]] = False
    strict = {case["name"]: case["ShopifyAPI"]["ok"] for case in vectors["cases"]}
    assert strict["no_exp"]  # it would be good for ever: here we are stricter than the library
    assert verdicts == strict | {"no_exp": False}


@material.needs_material
def test_the_permission_page_is_the_one_that_shopifys_library_opens() -> None:
    vector = urlsplit(
        material.load("vectors/token_endpoint.json")["authorize_redirect"]["location"]
    )
    url = urlsplit(
        app().authorization_url(
            SHOP, state="<nonce>", redirect_uri="https://app.example.com/auth/callback"
        )
    )
    assert (url.scheme, url.netloc, url.path) == (vector.scheme, vector.netloc, vector.path)
    asked = dict(parse_qsl(url.query, keep_blank_values=True))
    assert asked.pop("scope").split(",") == list(scopes.SCOPES)
    wanted = dict(parse_qsl(vector.query, keep_blank_values=True))
    assert wanted.pop("scope")
    assert asked == wanted


def ask(oauth: Authorization, name: str, vector: dict[str, Any]) -> Access:
    body = vector["request"]["body"]
    if name.startswith("authorization_code"):
        return oauth.redeem(signed(code=body["code"]), NOW).access
    if name.startswith("refresh"):
        credentials = {"refresh_token": body["refresh_token"]}
        return oauth.refresh(Access(base_url="", credentials=credentials, shop=SHOP), NOW)
    return oauth.exchange(body["subject_token"], NOW).access


@material.needs_material
@pytest.mark.parametrize(
    "name",
    [
        "authorization_code grant (expiring)",
        "refresh_token grant",
        "token exchange (session token -> expiring offline token)",
    ],
)
def test_tokens_are_asked_for_as_shopifys_library_does(name: str, store: Loopback) -> None:
    exchanges = material.load("vectors/token_endpoint.json")["exchanges"]
    (vector,) = [one for one in exchanges if one["name"] == name]
    store.answers = [Answer.of(vector["simulated_response"]["body"])]
    access = ask(app(store.origin), name, vector)
    (asked,) = store.asked
    wanted = vector["request"]
    assert (asked.method, asked.path) == (wanted["method"], urlsplit(wanted["url"]).path)
    assert asked.json == wanted["body"]
    assert {key: asked.headers[key] for key in wanted["headers"]} == wanted["headers"]
    assert access.shop == SHOP
    assert access.credentials == {
        "access_token": "test-access-token-new",
        "scopes": "read_orders,write_discounts",
        "expires_at": "2026-11-22T10:00:00+00:00",
        "refresh_token": "test-refresh-token-new",
        "refresh_expires_at": "2027-02-20T09:00:00+00:00",
    }


OLD = Access(base_url="", credentials={"refresh_token": "old"}, shop=SHOP)


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (400, {"error": "invalid_grant"}, AccessLost),
        (401, {"error": "invalid_token"}, AccessLost),
        (400, {"error": "invalid_request"}, AccessLost),
        (400, {"error": "invalid_client"}, Retryable),
        (400, {"errors": "Bad Request"}, Retryable),
        (400, "invalid_grant", Retryable),
        (401, {}, Retryable),
        (403, {"error": {"code": 1020}}, Retryable),
        (402, {}, Retryable),
        (500, {}, Retryable),
        (200, {"access_token": ""}, Retryable),
        (200, {"access_token": "t", "expires_in": "soon"}, Retryable),
        (200, {"access_token": "t\n", "scope": ""}, Retryable),
        (200, [], Retryable),
    ],
)
def test_a_renewal_that_fails_says_who_has_to_act(
    status: int, body: Any, error: type[AskbackError], store: Loopback
) -> None:
    store.answers = [Answer(status, json.dumps(body).encode())]
    with pytest.raises(error) as raised:
        app(store.origin).refresh(OLD, NOW)
    assert raised.type is error


@pytest.mark.parametrize("seconds", [3600, "3600", 3600.0])
def test_a_token_endpoint_may_write_its_times_in_its_own_way_and_keep_the_refresh_token(
    store: Loopback, seconds: object
) -> None:
    said = {"access_token": "t", "expires_in": seconds, "scope": "write_orders,read_orders"}
    store.answers = [Answer.of(said)]
    assert app(store.origin).refresh(OLD, NOW).credentials == {
        "access_token": "t",
        "scopes": "write_orders,read_orders",
        "expires_at": "2026-11-22T10:00:00+00:00",
        "refresh_token": "old",
    }


def test_a_token_without_an_end_is_taken_as_it_is(store: Loopback) -> None:
    store.answers = [Answer.of({"access_token": "t", "scope": "read_orders"})]
    grant = app(store.origin).redeem(signed(), NOW)
    assert grant.access.credentials == {"access_token": "t", "scopes": "read_orders"}


def test_a_code_is_sent_once_even_if_the_answer_is_lost(store: Loopback) -> None:
    store.answers = [Answer(500)]
    with pytest.raises(Retryable):
        app(store.origin).redeem(signed(), NOW)
    assert len(store.asked) == 1


def test_a_page_instead_of_an_answer_is_no_error_of_ours(store: Loopback) -> None:
    store.answers = [Answer(400, b"<html>Oauth error invalid_request</html>")]
    with pytest.raises(Refused) as refusal:
        app(store.origin).redeem(signed(), NOW)
    assert refusal.value.code == "http_400"
