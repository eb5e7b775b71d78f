"""Whatever strangers send gets a clear no; whatever is rightly signed blocks nobody behind it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from connector.commerce.models import Order
from connector.inbox.models import Delivery
from jobs import schedule
from tests.promises import raw
from tests.promises.processes import WEBHOOK_SECRET, Installation, installed, order, signature

pytestmark = pytest.mark.timeout(120)

MIB = 1024 * 1024
JSON = (b"Content-Type", b"application/json")
TOPIC = (b"X-WC-Webhook-Topic", b"order.created")
SIGNATURE = b"X-WC-Webhook-Signature"


@pytest.fixture(scope="module")
def askback(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """The web process alone, as it is served to the world; one for all that is asked of it."""
    home = tmp_path_factory.mktemp("served")
    (home / "askback.db").write_bytes(sqlite_template.read_bytes())
    with installed(home, f"sqlite:///{home / 'askback.db'}") as one:
        one.start("web")
        yield one


@pytest.fixture
def fresh(askback: Installation) -> Installation:
    """Nothing in the inbox, no orders."""
    with askback.database.transaction() as session:
        for table in ("deliveries", "orders", "checkouts", "timeline_events"):
            session.execute(text(f"DELETE FROM {table}"))
    return askback


def signed(askback: Installation, body: bytes, *more: tuple[bytes, bytes]) -> int:
    headers = (JSON, *(more or (TOPIC,)), (SIGNATURE, signature(body).encode()))
    return raw.ask(askback.port, raw.post(door(askback), body, *headers))


def door(askback: Installation) -> bytes:
    return f"/webhooks/woocommerce/{askback.store_key}".encode()


def applied(askback: Installation) -> list[tuple[str, str]]:
    """State and reason of every delivery once everything due is done."""
    schedule.tick(askback.machine, datetime.now(UTC))
    return [(one.state, one.reason) for one in askback.rows(Delivery)]


@pytest.mark.parametrize(
    "given",
    [
        None,
        b"",
        b"d3Jvbmcgc2lnbmF0dXJlLCByaWdodCBsZW5ndGghISE=",
        b"%%% not base64",
        "é".encode("latin-1"),
        "ח".encode(),
        b"=" * 44,
        b"A" * 10_000,
        signature(order(1), "another store's secret").encode(),
        signature(order(1), "").encode(),
        signature(order(2), WEBHOOK_SECRET).encode(),
    ],
    ids=["missing", "empty", "wrong", "not base64", "latin", "hebrew", "padding", "long",
         "another secret", "no secret", "another body"],
)  # fmt: skip
def test_a_signature_that_does_not_fit_is_refused_and_nothing_is_kept(
    fresh: Installation, given: bytes | None
) -> None:
    headers = [JSON, TOPIC, *([(SIGNATURE, given)] if given is not None else [])]
    assert raw.ask(fresh.port, raw.post(door(fresh), order(1), *headers)) == 401
    assert fresh.rows(Delivery) == []


def test_unknown_stores_and_unknown_shops_are_not_found(fresh: Installation) -> None:
    body = order(1)
    right = (SIGNATURE, signature(body).encode())
    for path in (b"/webhooks/woocommerce/nobody", b"/webhooks/woocommerce/a%00b"):
        assert raw.ask(fresh.port, raw.post(path, body, JSON, TOPIC, right)) == 404
    app = signature(body, fresh.machine.settings.shopify_secrets[0]).encode()
    shop = (b"X-Shopify-Shop-Domain", b"nobody.myshopify.com")
    named = [(b"X-Shopify-Hmac-Sha256", app), (b"X-Shopify-Topic", b"orders/create"), shop]
    assert raw.ask(fresh.port, raw.post(b"/webhooks/shopify", body, *named)) == 404
    assert raw.ask(fresh.port, raw.post(b"/webhooks/shopify", body, *named[1:])) == 401
    assert fresh.rows(Delivery) == []


def test_six_mebibytes_are_too_many(fresh: Installation) -> None:
    body = b"[" + b" " * (6 * MIB) + b"]"
    assert signed(fresh, body) == 413
    only_told = raw.post(door(fresh), b"", TOPIC, (b"Content-Length", str(6 * MIB).encode()))
    assert raw.ask(fresh.port, only_told) == 413
    chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    in_chunks = raw.post(door(fresh), chunks, TOPIC, (b"Transfer-Encoding", b"chunked"))
    assert raw.ask(fresh.port, in_chunks) == 413
    assert fresh.rows(Delivery) == []


def test_a_rightly_signed_delivery_in_chunks_is_taken(fresh: Installation) -> None:
    body = order(1)
    chunks = b"%x\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n" % (9, body[:9], len(body) - 9, body[9:])
    proof = (SIGNATURE, signature(body).encode())
    request = raw.post(door(fresh), chunks, TOPIC, proof, (b"Transfer-Encoding", b"chunked"))
    assert raw.ask(fresh.port, request) == 200
    assert applied(fresh) == [("applied", "")]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"an order"',
        b"\xff\xfe\x00broken",
        b'{"id": 1',
        b"[" * 10_000 + b"]" * 10_000,
        b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
        order(1).replace(b'"23.90"', b"NaN"),
        order(1).replace(b'"23.90"', b"Infinity"),
        order(1).replace(b'"23.90"', b"1e999999"),
        order(1).replace(b'"23.90"', b'"' + b"9" * 400 + b'"'),
        order(1).replace(b'"quantity": 1', b'"quantity": 1' + b"0" * 40),
        order(1).replace(b'"quantity": 1', b'"quantity": ' + b"9" * 5000),
        order(1).replace(b'"ILS"', b'"nothing"'),
        order(1).replace(b"2026-11-21T09:00:00", b"0000-99-99T99:99:99"),
        order(1).replace(b"2026-11-21T09:00:00", b"9999-12-31T23:59:59-00:01"),
    ],
    ids=["empty", "null", "list", "text", "not UTF-8", "cut off", "10,000 lists",
         "10,000 objects", "NaN", "Infinity", "1e999999", "400 digits", "a huge quantity",
         "5,000 digits", "no currency", "no time", "the end of time"],
)  # fmt: skip
def test_a_body_that_says_nothing_is_parked_and_those_behind_it_are_applied(
    fresh: Installation, body: bytes
) -> None:
    assert signed(fresh, body) == 200
    assert signed(fresh, order(2)) == 200
    (bad, good) = applied(fresh)
    assert (bad[0], bool(bad[1])) == ("parked", True)
    assert good == ("applied", "")
    assert [one.external_id for one in fresh.rows(Order)] == ["2"]


@pytest.mark.parametrize(
    "body",
    [
        order(1).replace(b"Blue mug", b"Blue\\u0000mug\\ud800"),
        order(1).replace(b"Blue mug", b"m" * 100_000),
        order(1).replace(b"wc_order_1", b"k" * 5_000),
        order(1).replace(b'"23.90"', b"23.9000000000001"),
        order(1).replace(b'"quantity": 1', b'"quantity": 0'),
        b"\xef\xbb\xbf" + order(1),
    ],
    ids=["NUL and half a letter", "a long title", "a long key", "a float", "quantity 0", "a BOM"],
)
def test_a_body_with_odd_content_is_applied_all_the_same(fresh: Installation, body: bytes) -> None:
    assert signed(fresh, body) == 200
    assert applied(fresh) == [("applied", "")]
    assert [one.external_id for one in fresh.rows(Order)] == ["1"]


@pytest.mark.parametrize(
    "headers",
    [
        (),
        ((b"X-WC-Webhook-Topic", b""),),
        ((b"X-WC-Webhook-Topic", b"order.exploded"),),
        ((b"X-WC-Webhook-Topic", b"t" * 5000),),
        ((b"X-WC-Webhook-Topic", b"\xf0\x9f\x8e\x82"),),
    ],
    ids=["none", "empty", "unknown", "long", "an emoji"],
)
def test_an_unknown_topic_is_taken_and_set_aside_with_its_reason(
    fresh: Installation, headers: tuple[tuple[bytes, bytes], ...]
) -> None:
    assert signed(fresh, order(1), *headers, (b"X-Junk", b"\xfe")) == 200
    assert applied(fresh) == [("set_aside", "no reader for this topic")]


@pytest.mark.parametrize("kind", [b"text/plain", b"", b"multipart/form-data; boundary=x", b"\xff"])
def test_the_content_type_does_not_matter_where_the_signature_is_right(
    fresh: Installation, kind: bytes
) -> None:
    body = order(1)
    headers = (TOPIC, (SIGNATURE, signature(body).encode()), (b"Content-Type", kind))
    assert raw.ask(fresh.port, raw.post(door(fresh), body, *headers)) == 200
    assert applied(fresh) == [("applied", "")]


def test_the_unsigned_ping_is_greeted_and_forgotten(fresh: Installation) -> None:
    form = (b"Content-Type", b"application/x-www-form-urlencoded")
    assert raw.ask(fresh.port, raw.post(door(fresh), b"webhook_id=43", form)) == 200
    assert raw.ask(fresh.port, raw.post(door(fresh), b"webhook_id=43&x=1", form)) == 401
    assert fresh.rows(Delivery) == []


def test_requests_that_are_hardly_http_get_a_no_and_the_next_one_is_served(
    fresh: Installation,
) -> None:
    path = door(fresh)
    told = {
        b"GET " + path + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n": {405},
        b"BREW / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n": {404, 405},
        b"GET /" + b"a" * 7000 + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n": {404},
        b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n": {0, 404, 414, 431},
        b"GET /%ff%fe%00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n": {404},
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 1000 + b"\r\n": {0, 400, 404, 431},
        b"nonsense\r\n\r\n": {0, 400},
        b"GET / HTTP/9.9\r\n\r\n": {0, 400, 505},
        raw.post(path, b"", (b"Content-Length", b"-5")): {0, 400},
        raw.post(path, b"", (b"Content-Length", b"many")): {0, 400},
        raw.post(path, b"zz\r\n", (b"Transfer-Encoding", b"chunked")): {0, 400, 401},
        raw.post(path, b"", (b"X-WC-Webhook-Topic", b"a\x00b")): {0, 400},
    }
    answered = [(request, raw.ask(fresh.port, request)) for request in told]
    assert [(asked[-60:], status) for asked, status in answered if status not in told[asked]] == []
    assert signed(fresh, order(1)) == 200


def test_a_delivery_that_cannot_be_written_is_refused_and_taken_when_it_comes_again(
    fresh: Installation,
) -> None:
    full = "BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END"
    with fresh.database.transaction() as session:
        session.execute(text(f"CREATE TRIGGER full BEFORE INSERT ON deliveries {full}"))
    assert signed(fresh, order(1)) == 503
    with fresh.database.transaction() as session:
        session.execute(text("DROP TRIGGER full"))
    assert signed(fresh, order(1)) == 200
    assert applied(fresh) == [("applied", "")]
