"""How a call travels: its keys, its signature, and what becomes of each kind of no."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from woocommerce.oauth import OAuth

from adapters.http import Http
from adapters.platforms.woocommerce import api
from connector.errors import AccessLost, OutcomeUnknown, Refused, Retryable
from connector.ports.platform import Access
from tests.adapters.loopback import Answer, Loopback, serving
from tests.adapters.platforms.woocommerce import recordings
from tests.adapters.platforms.woocommerce.practice import recorded
from tests.adapters.test_http import _self_signed

recordings.needed()

KEYS = {"consumer_key": "ck_test", "consumer_secret": "cs_test"}


@pytest.fixture
def loopback() -> Iterator[Loopback]:
    with serving() as server:
        yield server


def called(server: Loopback, http: Http | None = None, folder: str = "") -> api.Store:
    http = http or Http(allow_private=True, sleep=lambda _: None)
    return api.Store(http, Access(base_url=server.origin + folder, credentials=KEYS))


def test_over_https_the_keys_travel_as_basic_authorization(tmp_path: Path) -> None:
    with serving(_self_signed(tmp_path)) as server:
        http = Http(allow_private=True)
        http.session.verify = next(str(path) for path in tmp_path.iterdir())
        store = called(server, http)
        store.get("orders/1")
        store.get("orders/2", params={"_fields": "id,status"})
    first, second = server.asked
    expected = "Basic " + base64.b64encode(b"ck_test:cs_test").decode()
    assert first.headers["Authorization"] == second.headers["Authorization"] == expected
    assert second.path == "/wp-json/wc/v3/orders/2?_fields=id%2Cstatus"
    assert server.connections == 1


def test_over_http_the_keys_sign_and_the_secret_stays_at_home(loopback: Loopback) -> None:
    called(loopback).get("orders", params={"per_page": "1", "_fields": "id,status"})
    (asked,) = loopback.asked
    query = dict(parse_qsl(urlsplit(asked.path).query))
    signature = query.pop("oauth_signature")
    url = loopback.origin + urlsplit(asked.path).path
    signer = OAuth(url, "ck_test", "cs_test", version="wc/v3", method="GET")
    assert signature == signer.generate_oauth_signature(query, url)
    assert "Authorization" not in asked.headers
    assert "cs_test" not in asked.path
    recorded_names = recordings.pair("oauth1-over-http-pypi-woocommerce-3.0.0").query_names
    assert {*query, "oauth_signature"} == recorded_names


def test_over_http_every_call_is_signed_anew(loopback: Loopback) -> None:
    store = called(loopback)
    store.get("orders/1")
    store.get("orders/1")
    nonces = {dict(parse_qsl(asked.path))["oauth_nonce"] for asked in loopback.asked}
    assert len(nonces) == 2


def test_over_http_a_signature_is_never_sent_twice(loopback: Loopback) -> None:
    loopback.answers = [Answer(500, b""), Answer(200, b"{}")]
    with pytest.raises(Retryable):
        called(loopback).get("orders/1")
    assert len(loopback.asked) == 1


def test_a_store_in_a_sub_folder_is_asked_there(loopback: Loopback) -> None:
    called(loopback, folder="/he/shop").get("orders/1")
    assert urlsplit(loopback.asked[0].path).path == "/he/shop/wp-json/wc/v3/orders/1"


@pytest.mark.parametrize("keys", [{}, {"consumer_key": "ck"}, {**KEYS, "consumer_secret": ""}])
def test_a_store_without_keys_is_never_called(keys: dict[str, str]) -> None:
    with pytest.raises(AccessLost):
        api.Store(Http(), Access(base_url="https://shop.example.com", credentials=keys))


@pytest.mark.parametrize(
    "name", sorted(pair.name for pair in recordings.pairs("errors") if pair.status < 500)
)
def test_every_recorded_no_has_its_name(loopback: Loopback, name: str) -> None:
    refusal = recorded(name)
    loopback.answers = [refusal]
    expected = AccessLost if refusal.status == 401 else Refused
    with pytest.raises(expected) as caught:
        called(loopback).get("anything")
    code = recordings.pair(name).json["code"]
    assert code in str(caught.value)
    assert getattr(caught.value, "code", code) == code


@pytest.mark.parametrize(
    "name", ["err-501-customer-trash", "err-500-refund-too-much-data-is-an-int"]
)
def test_a_server_error_may_pass(loopback: Loopback, name: str) -> None:
    loopback.answers = [recorded(name)]
    with pytest.raises(Retryable):
        called(loopback).get("anything")


@pytest.mark.parametrize("body", [b"<html>Checking your browser", b"", b"<br />Notice: x\n{}"])
def test_what_is_no_json_is_asked_for_again_or_looked_after(
    loopback: Loopback, body: bytes
) -> None:
    loopback.answers = [Answer(200, body)]
    with pytest.raises(Retryable) as read:
        called(loopback).get("orders/1")
    assert not isinstance(read.value, OutcomeUnknown)
    with pytest.raises(OutcomeUnknown):
        called(loopback).post("coupons", {"code": "x"})


def test_a_firewalls_page_says_that_nothing_was_done(loopback: Loopback) -> None:
    loopback.answers = [Answer(403, b"<html>Blocked")]
    with pytest.raises(Retryable, match="security plugin") as caught:
        called(loopback).post("coupons", {"code": "x"})
    assert not isinstance(caught.value, OutcomeUnknown)
