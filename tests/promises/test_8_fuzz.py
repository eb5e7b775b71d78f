"""Whatever is sent to whichever public route, no answer is a 500."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import create_environ, run_wsgi_app

from tests.fakes import Clock
from tests.promises import desk
from tests.promises.desk import Desk
from tests.promises.processes import signature
from tests.road import APP_SECRET

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")
NAMES = (
    "X-Shopify-Hmac-Sha256", "X-WC-Webhook-Signature", "X-Shopify-Shop-Domain", "X-Shopify-Topic",
    "X-WC-Webhook-Topic", "Content-Type", "Accept", "Accept-Language", "Cookie", "User-Agent",
    "Content-Encoding", "Range", "If-None-Match", "If-Modified-Since", "Origin", "Referer", "Host",
    "Authorization", "X-Forwarded-For", "X-Forwarded-Host", "X-HTTP-Method-Override", "Expect",
)  # fmt: skip

header_text = st.text(
    st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=60
)
typical = st.sampled_from(
    ["application/json", "text/html", "application/x-www-form-urlencoded", "he,en;q=0.8",
     "multipart/form-data; boundary=x", "*/*;q=zz", "session=a.b.c", "bytes=5-1", "en-", "%%%",
     "practice.myshopify.com", "checkouts/update", "order.updated", "a" * 5000, ";;;==", ""]
)  # fmt: skip
headers = st.lists(st.tuples(st.sampled_from(NAMES), header_text | typical), max_size=6)
token = st.text(min_size=1, max_size=80).map(lambda text: text.replace("\r", "").replace("\n", ""))
body = (
    st.binary(max_size=400)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
        max_leaves=12,
    ).map(lambda value: json.dumps(value).encode())
    | st.sampled_from(
        [b"reason=price&text=%00%ff", b"subscribed=yes", b"[" * 5000, b"webhook_id=1"]
    )
)


@pytest.fixture(scope="module", params=["sqlite", pytest.param("pg", marks=pytest.mark.postgres)])
def askback(
    request: pytest.FixtureRequest, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    home = tmp_path_factory.mktemp("fuzzed")
    if request.param == "pg":
        url = request.getfixturevalue("postgres_server") % "template"
    else:
        url = f"sqlite:///{home / 'askback.db'}"
        (home / "askback.db").write_bytes(sqlite_template.read_bytes())
    with desk.opened(home, url, Clock()) as one:
        yield one


def _paths(askback: Desk) -> st.SearchStrategy[str]:
    """Every route of the application, its blanks filled with anything, and paths that are none."""
    rules = sorted({str(rule.rule) for rule in askback.app.url_map.iter_rules()})

    def filled(rule: str) -> st.SearchStrategy[str]:
        parts = [part.partition(">") for part in rule.split("<")]
        pieces = [st.just(parts[0][0])]
        for _, _, after in parts[1:]:
            pieces += [token, st.just(after)]
        return st.tuples(*pieces).map("".join)

    return st.one_of([filled(rule) for rule in rules]) | token.map(lambda text: f"/{text}")


def test_no_request_to_any_route_is_answered_with_a_500(askback: Desk) -> None:
    @settings(
        max_examples=200, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    @given(
        path=_paths(askback), method=st.sampled_from(METHODS), headers=headers, body=body,
        query=st.text(max_size=30),
    )  # fmt: skip
    def ask(
        path: str, method: str, headers: list[tuple[str, str]], body: bytes, query: str
    ) -> None:
        environ = create_environ(
            method=method, headers=headers, data=body, query_string={"reason": query}
        )
        # As a server hands it over: percent signs undone, bytes as if they were latin-1.
        environ["PATH_INFO"] = path.encode().decode("latin-1")
        _, status, _ = run_wsgi_app(askback.app, environ)
        assert int(status[:3]) < 500, (method, path, headers, status)

    ask()


@pytest.mark.parametrize("name", ["\0", "a\0b", "é" * 300, "x" * 50_000, "\U0001f382", "\r\nX: y"])
def test_a_name_that_no_database_could_hold_is_simply_unknown(askback: Desk, name: str) -> None:
    environ = create_environ(method="POST", data=b"{}")
    environ["PATH_INFO"] = f"/webhooks/woocommerce/{name}".encode().decode("latin-1")
    _, status, _ = run_wsgi_app(askback.app, environ)
    assert status[:3] == "404"
    proof = {"X-Shopify-Hmac-Sha256": signature(b"{}", APP_SECRET)}
    environ = create_environ("/webhooks/shopify", method="POST", data=b"{}", headers=proof)
    environ["HTTP_X_SHOPIFY_SHOP_DOMAIN"] = name.encode().decode("latin-1")
    _, status, _ = run_wsgi_app(askback.app, environ)
    assert status[:3] == "404"


def test_nothing_rightly_signed_is_answered_with_a_500(askback: Desk) -> None:
    @settings(
        max_examples=100, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    @given(headers=headers, body=body)
    def post(headers: list[tuple[str, str]], body: bytes) -> None:
        proof = ("X-Shopify-Hmac-Sha256", signature(body, APP_SECRET))
        others = [one for one in headers if one[0] != proof[0]]
        answer = askback.client.post("/webhooks/shopify", headers=[*others, proof], data=body)
        assert answer.status_code < 500, (others, answer.status_code)

    post()
