"""Calls to stores: bounded, repeated only where that is harmless, never into private networks."""

from __future__ import annotations

import datetime as dt
import email.utils
import ipaddress
import socket
import ssl
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from adapters import addresses
from adapters.http import Http, Slice
from connector import clock
from connector.errors import OutcomeUnknown, Permanent, Refused, Retryable, Unreadable
from tests.adapters.loopback import HANGS_UP, Answer, Loopback, serving


@pytest.fixture
def store() -> Iterator[Loopback]:
    with serving() as loopback:
        yield loopback


@pytest.fixture
def naps() -> list[float]:
    return []


@pytest.fixture
def http(naps: list[float]) -> Http:
    return Http(allow_private=True, sleep=naps.append, jitter=lambda: 0.0, read_seconds=5)


def test_an_answer_is_read_with_exact_decimals(http: Http, store: Loopback) -> None:
    store.answers = [Answer(200, b'{"price": 19.99}', {"X-Page": "2"})]
    response = http.request("GET", f"{store.origin}/orders", params={"page": 2})
    assert response.status == 200
    assert response.json() == {"price": Decimal("19.99")}
    assert response.headers["x-page"] == "2"
    assert store.asked[0].path == "/orders?page=2"
    assert store.asked[0].headers["User-Agent"] == "Askback/0.1.0"


@pytest.mark.parametrize("body", [b"<html>", b"", b"\xff", b'{"a": NaN}', b"[" * 100_000])
def test_an_answer_that_is_no_json_is_unreadable(http: Http, store: Loopback, body: bytes) -> None:
    store.answers = [Answer(200, body)]
    response = http.request("GET", store.origin)
    with pytest.raises(Unreadable):
        response.json()


def test_text_that_no_database_keeps_is_replaced(http: Http, store: Loopback) -> None:
    store.answers = [Answer(200, rb'{"a\u0000": ["\ud800x", "\ud83d\ude00"]}')]
    assert http.request("GET", store.origin).json() == {"a\ufffd": ["\ufffdx", "\U0001f600"]}


def test_callers_judge_a_lost_access_themselves(http: Http, store: Loopback) -> None:
    store.answers = [Answer(401, b"no")]
    assert http.request("GET", store.origin).status == 401
    assert len(store.asked) == 1


def test_cookies_are_not_kept(http: Http, store: Loopback) -> None:
    store.answers = [Answer(200, b"{}", {"Set-Cookie": "session=of-somebody; Path=/"})]
    http.request("GET", store.origin)
    http.request("GET", store.origin)
    assert [asked.headers.get("Cookie") for asked in store.asked] == [None, None]


def test_a_connection_is_used_again(http: Http, store: Loopback) -> None:
    for _ in range(3):
        http.request("GET", store.origin)
    assert (len(store.asked), store.connections) == (3, 1)


def test_too_many_requests_are_waited_for(http: Http, store: Loopback, naps: list[float]) -> None:
    store.answers = [Answer(429, b"", {"Retry-After": "2"}), Answer(200, b"[1]")]
    assert http.request("POST", store.origin, json={"a": 1}).json() == [1]
    assert naps == [2.0]
    assert [asked.json for asked in store.asked] == [{"a": 1}, {"a": 1}]


def test_a_long_wait_is_left_to_the_caller(http: Http, store: Loopback, naps: list[float]) -> None:
    store.answers = [Answer(429, b"", {"Retry-After": "120"})]
    with pytest.raises(Retryable) as caught:
        http.request("GET", store.origin)
    assert caught.value.after_seconds == 120.0
    assert (naps, len(store.asked)) == ([], 1)


def test_a_time_to_come_back_may_be_a_date(http: Http, store: Loopback) -> None:
    later = clock.now() + dt.timedelta(hours=1)
    date = email.utils.format_datetime(later, usegmt=True)
    store.answers = [Answer(429, b"", {"Retry-After": date})]
    with pytest.raises(Retryable) as caught:
        http.request("GET", store.origin)
    assert caught.value.after_seconds is not None
    assert 3590 < caught.value.after_seconds <= 3600


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("30.5", 30.5),  # Shopify's have decimals
        ("999999999", 86_400.0),
        ("9" * 400, 86_400.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400.0),
        ("Fri, 31 Dec 9999 23:59:59 -2359", 86_400.0),
        ("Mon, 01 Jan 0001 00:00:00 +2359", 0.0),
    ],
)
def test_nobody_is_kept_away_for_more_than_a_day(
    http: Http, store: Loopback, said: str, seconds: float
) -> None:
    store.answers = [Answer(429, b"", {"Retry-After": said})]
    with pytest.raises(Retryable) as caught:
        http.request("GET", store.origin, tries=1)
    assert caught.value.after_seconds == seconds


def test_a_nonsensical_time_to_come_back_is_ignored(
    http: Http, store: Loopback, naps: list[float]
) -> None:
    store.answers = [Answer(429, b"", {"Retry-After": "soon"}), Answer(200, b"[]")]
    assert http.request("GET", store.origin).json() == []
    assert naps == [0.25]


def test_a_failing_store_is_asked_again_when_asking_is_harmless(
    http: Http, store: Loopback, naps: list[float]
) -> None:
    store.answers = [Answer(500), Answer(502), Answer(200, b"[]")]
    assert http.request("GET", store.origin).json() == []
    assert naps == [0.25, 0.5]


def test_a_failing_store_is_given_up_after_the_tries(http: Http, store: Loopback) -> None:
    store.answers = [Answer(500)]
    with pytest.raises(Retryable) as caught:
        http.request("GET", store.origin, tries=2)
    assert not isinstance(caught.value, OutcomeUnknown)
    assert len(store.asked) == 2


@pytest.mark.parametrize("answer", [Answer(500), Answer(503), Answer(504), HANGS_UP])
def test_an_order_to_a_failing_store_may_have_been_carried_out(
    http: Http, store: Loopback, answer: Answer
) -> None:
    store.answers = [answer]
    with pytest.raises(OutcomeUnknown):
        http.request("POST", store.origin, json={})
    assert len(store.asked) == 1


def test_a_store_in_maintenance_did_nothing(http: Http, store: Loopback) -> None:
    store.answers = [Answer(503, b"", {"Retry-After": "600"})]
    with pytest.raises(Retryable) as caught:
        http.request("POST", store.origin, json={})
    assert not isinstance(caught.value, OutcomeUnknown)
    assert caught.value.after_seconds == 600.0


def test_a_question_in_a_post_is_repeated(http: Http, store: Loopback) -> None:
    store.answers = [HANGS_UP, Answer(200, b"[]")]
    assert http.request("POST", store.origin, json={}, idempotent=True).json() == []


def test_silence_after_an_order_leaves_its_outcome_open(naps: list[float]) -> None:
    http = Http(allow_private=True, read_seconds=0.1, sleep=naps.append)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        with pytest.raises(OutcomeUnknown):
            http.request("POST", url, json={})
        with pytest.raises(Retryable) as caught:
            http.request("GET", url, tries=1)
    assert not isinstance(caught.value, OutcomeUnknown)
    assert naps == []


def test_nobody_listening_means_that_nothing_happened(http: Http, naps: list[float]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(Retryable) as caught:
        http.request("POST", f"http://127.0.0.1:{port}/", json={})
    assert not isinstance(caught.value, OutcomeUnknown)
    assert str(caught.value) == "127.0.0.1 cannot be reached"
    assert len(naps) == 2


@pytest.mark.parametrize(
    "url",
    ["", "store.example.com", "ftp://store.example.com/", "https://", f"http://{'a' * 70}.b/"],
)
def test_an_address_that_is_none_is_no_use_repeating(url: str) -> None:
    for http in (Http(), Http(allow_private=True)):
        with pytest.raises(Permanent):
            http.request("GET", url)


def test_a_redirect_on_the_same_host_is_followed(http: Http, store: Loopback) -> None:
    store.answers = [Answer(301, b"", {"Location": "/wp-json/?a=b"}), Answer(200, b"[]")]
    assert http.request("GET", store.origin, headers={"X-Key": "1"}).json() == []
    assert store.asked[1].path == "/wp-json/?a=b"
    assert store.asked[1].headers["X-Key"] == "1"


@pytest.mark.parametrize(
    "target",
    ["https://www.example.com/x", "http://127.0.0.1:1/x", "//www.example.com", "http://[::1"],
)
def test_credentials_never_follow_to_another_host(http: Http, store: Loopback, target: str) -> None:
    store.answers = [Answer(302, b"", {"Location": target})]
    with pytest.raises(Refused) as caught:
        http.request("GET", store.origin)
    assert caught.value.code == "redirected"
    assert len(store.asked) == 1


def test_a_merchant_reads_where_her_store_redirects_to(http: Http, store: Loopback) -> None:
    store.answers = [Answer(301, b"", {"Location": "https://user:pass@www.example.com/x?key=1"})]
    with pytest.raises(Refused) as caught:
        http.request("GET", store.origin)
    assert str(caught.value) == (
        "127.0.0.1 redirects to https://www.example.com: "
        "connect the store under the address at which it answers itself"
    )


def test_an_order_is_not_redirected(http: Http, store: Loopback) -> None:
    store.answers = [Answer(307, b"", {"Location": "/elsewhere"})]
    with pytest.raises(Refused):
        http.request("POST", store.origin, json={})
    assert len(store.asked) == 1


def test_a_store_that_redirects_in_circles_is_left(http: Http, store: Loopback) -> None:
    store.answers = [Answer(302, b"", {"Location": "/"})]
    with pytest.raises(Refused):
        http.request("GET", store.origin)
    assert len(store.asked) == 4


def test_an_endless_answer_is_cut_off(store: Loopback) -> None:
    store.answers = [Answer(200, b"x" * 200_000)]
    with pytest.raises(Permanent):
        Http(allow_private=True, largest_answer=100_000).request("GET", store.origin)


def test_an_answer_that_trickles_is_cut_off(store: Loopback) -> None:
    store.answers = [Answer(200, b"x" * 10)]
    with pytest.raises(Retryable):
        Http(allow_private=True, total_seconds=0).request("GET", store.origin, tries=1)


def test_an_answer_broken_off_midway_is_asked_for_again(http: Http, store: Loopback) -> None:
    broken = Answer(200, b"[", {"Content-Length": "99", "Connection": "close"})
    store.reply = lambda _: broken if len(store.asked) == 1 else Answer(200, b"[]")
    http = Http(allow_private=True, read_seconds=0.2, sleep=lambda _: None)
    assert http.request("GET", store.origin).json() == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "127.1"])
def test_a_store_inside_the_host_machine_is_refused(store: Loopback, host: str) -> None:
    url = store.origin.replace("127.0.0.1", host)
    with pytest.raises(addresses.PrivateAddress) as caught:
        Http().request("GET", url)
    assert caught.value.code == "private_address"
    assert store.asked == []


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "fd00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:db8::1",
        "::127.0.0.1",
        "::10.0.0.1",
        "::ffff:0:127.0.0.1",
        "64:ff9b:1::7f00:1",
        "fec0::1",
        "5f00::1",
        "2001:0:7f00:1::1",
    ],
)
def test_private_addresses_are_known(address: str) -> None:
    assert not addresses.is_public(address)


@pytest.mark.parametrize("address", ["23.227.38.65", "2620:127:f00f::1", "64:ff9b::17e3:2641"])
def test_public_addresses_are_known(address: str) -> None:
    assert addresses.is_public(address)


def test_a_wrong_certificate_is_no_use_repeating(tmp_path: Path) -> None:
    with serving(_self_signed(tmp_path)) as store:
        with pytest.raises(Permanent) as caught:
            Http(allow_private=True).request("GET", store.origin)
        assert "the TLS certificate of 127.0.0.1 is not valid for it" in str(caught.value)
        assert store.asked == []


def test_an_authority_that_the_host_trusts_proves_a_store(tmp_path: Path) -> None:
    with serving(_self_signed(tmp_path)) as store:
        trusting = Http(allow_private=True, trusted_certificates=str(tmp_path / "store.pem"))
        assert trusting.request("GET", store.origin).status == 200


def _self_signed(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "store.example.com")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(clock.now() - dt.timedelta(days=1))
        .not_valid_after(clock.now() + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    file = folder / "store.pem"
    file.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def test_a_slice_of_a_file_is_asked_for_and_no_more_of_it_is_read(
    http: Http, store: Loopback
) -> None:
    store.answers = [Answer(206, b"2345", {"Content-Range": "bytes 2-5/10"})]
    assert http.request("GET", store.origin, part=Slice(2, 4)).content == b"2345"
    assert store.asked[0].headers["Range"] == "bytes=2-5"
    assert store.asked[0].headers["Accept-Encoding"] == "identity"


def test_a_slice_is_cut_out_where_the_server_knows_no_slices(store: Loopback) -> None:
    small = Http(allow_private=True, largest_answer=1000)
    store.answers = [Answer(200, bytes(300_000) + b"here" + bytes(300_000))]
    assert small.request("GET", store.origin, part=Slice(300_000, 4)).content == b"here"
    assert small.request("GET", store.origin, part=Slice(599_999, 100)).content == bytes(5)
    assert small.request("GET", store.origin, part=Slice(700_000, 100)).content == b""
