"""An address that cannot be connected is explained, with what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connector import texts
from connector.connecting.models import ConnectAttempt
from tests.adapters.channels import certificates
from tests.adapters.loopback import HANGS_UP, Answer, Asked, Loopback, serving
from tests.connector.connecting.clicks import PATH, Clicks
from tests.merchant import Merchant
from tests.road import Road, environment, served

PAGE = Answer(200, b"<!doctype html><h1>Hello</h1>", {"Content-Type": "text/html"})
GONE = Answer(404, b"<!doctype html><h1>Not found</h1>", {"Content-Type": "text/html"})


def index(home: str, *namespaces: str) -> Answer:
    return Answer.of({"name": "Mugs & Co", "home": home, "namespaces": list(namespaces)})


@pytest.fixture
def site() -> Iterator[Loopback]:
    with serving() as loopback:
        yield loopback


def answers(site: Loopback, **by_place: Answer) -> None:
    """`rest` answers at /wp-json/, `plain` at ?rest_route=/; in a folder too."""

    def reply(asked: Asked) -> Answer:
        if asked.path.endswith("/wp-json/"):
            return by_place.get("rest", GONE)
        return by_place.get("plain", GONE) if "rest_route" in asked.path else PAGE

    site.reply = reply


INSTEAD = (
    (GONE, GONE, "no_wordpress"),
    (PAGE, PAGE, "no_wordpress"),
    (Answer(200, b'{"namespaces": "none"}'), PAGE, "no_wordpress"),
    (Answer(401, b'{"code": "rest_not_logged_in"}'), GONE, "shut"),
    (Answer(403, b"<h1>Forbidden</h1>"), Answer(403, b""), "shut"),
    (Answer(503, b"maintenance"), PAGE, "unreachable"),
    (HANGS_UP, PAGE, "unreachable"),
)


def test_what_answers_instead_of_a_store_is_named(ann: Clicks, site: Loopback) -> None:
    for rest, plain, code in INSTEAD:
        answers(site, rest=rest, plain=plain)
        assert ann.asks_for(site.origin).status_code == 422
        assert texts.text(f"woo.{code}.what", "en") in ann.reads()
        assert texts.text(f"woo.{code}.do", "en") in ann.reads()


def test_a_wordpress_without_woocommerce_is_told_from_a_store(ann: Clicks, site: Loopback) -> None:
    answers(site, rest=index(site.origin, "wp/v2"))
    ann.asks_for(site.origin)
    assert "This WordPress has no active WooCommerce" in ann.reads()


def test_plain_permalinks_are_recognised(ann: Clicks, site: Loopback) -> None:
    answers(site, plain=index(site.origin, "wp/v2", "wc/v3"))
    ann.asks_for(site.origin)
    assert "The store's permalinks are set to Plain" in ann.reads()


def test_a_store_in_a_folder_is_found_there(ann: Clicks, site: Loopback) -> None:
    answers(site, rest=index(f"{site.origin}/shop", "wp/v2", "wc/v3"))
    ann.asks_for(f"{site.origin}/shop/wp-admin/admin.php")
    assert "Found: Mugs & Co" in ann.reads()
    assert [one.path for one in site.asked] == ["/shop/wp-json/"]


def test_a_page_of_the_store_leads_to_the_stores_own_address(ann: Clicks, site: Loopback) -> None:
    answers(site, plain=index(site.origin, "wp/v2", "wc/v3"))
    ann.asks_for(f"{site.origin}/product/blue-mug")
    assert "The store answers under another address" in ann.reads()
    assert f'<bdi dir="ltr">{site.origin}</bdi>' in ann.merchant.page.text


TARGETS = (
    ("https://www.shop.example.com/wp-json/", "https://www.shop.example.com"),
    ("https://user:secret@evil.example.com/wp-json/", "https://evil.example.com"),
    ("javascript:alert(1)", ""),
)


def test_a_store_that_redirects_is_not_followed_but_suggested(ann: Clicks, site: Loopback) -> None:
    for target, suggested in TARGETS:
        answers(site, rest=Answer(301, b"", {"Location": target}))
        page = ann.asks_for(site.origin).text
        assert "The store answers under another address" in ann.reads()
        assert "javascript:" not in page
        assert "secret" not in page
        assert (f'<bdi dir="ltr">{suggested}</bdi></a>' in page) is bool(suggested)
    assert len(site.asked) == len(TARGETS)


def test_a_store_that_calls_itself_by_another_name_is_asked_for_under_that(
    ann: Clicks, site: Loopback
) -> None:
    answers(site, rest=index("https://www.shop.example.com", "wc/v3"))
    ann.asks_for(site.origin)
    assert '<bdi dir="ltr">https://www.shop.example.com</bdi>' in ann.merchant.page.text


def test_a_self_signed_certificate_is_not_taken_for_the_store(ann: Clicks, tmp_path: Path) -> None:
    server, _ = certificates.contexts(tmp_path)
    with serving(server) as site:
        answers(site, rest=index(site.origin, "wc/v3"))
        ann.asks_for(site.origin)
        assert "The store's certificate is not valid" in ann.reads()
        assert site.asked == []


def test_an_address_typed_without_its_scheme_is_found_where_it_answers(
    ann: Clicks, site: Loopback
) -> None:
    answers(site, rest=index(site.origin, "wc/v3"))
    ann.asks_for(site.origin.removeprefix("http://"))
    assert "Found: Mugs & Co" in ann.reads()


def test_what_is_no_address_of_a_store_is_said_before_anything_is_called(ann: Clicks) -> None:
    for typed in ("shop", "ftp://a.example.com", "https://a b", "https://me:x@shop.example.com/"):
        assert ann.asks_for(typed).status_code == 422
        assert "This is not the address of a store" in ann.reads()


def test_without_an_address_she_is_asked_for_one(ann: Clicks) -> None:
    ann.asks_for(" ")
    assert "Connect with one click" in ann.reads()


def test_the_explanation_speaks_her_language(ann: Clicks, site: Loopback) -> None:
    answers(site)
    for locale in texts.LOCALES:
        ann.merchant.browser.headers["Accept-Language"] = locale
        page = ann.asks_for(site.origin).text
        assert texts.text("woo.no_wordpress.what", locale) in page
        assert f'lang="{locale}" dir="{texts.direction(locale)}"' in page


def test_a_form_that_was_tampered_with_begins_nothing(
    road: Road, ann: Clicks, site: Loopback
) -> None:
    answers(site, rest=index(site.origin, "wc/v3"))
    ann.asks_for(site.origin)
    answers(site)
    answer = ann.merchant.presses(PATH, {"url": site.origin})
    assert (answer.status_code, road.rows(ConnectAttempt)) == (422, [])


def test_where_we_run_without_https_ourselves_she_is_told_before_she_leaves(
    sqlite_url: str, tmp_path: Path, site: Loopback, road: Road
) -> None:
    answers(site, rest=index(site.origin, "wc/v3"))
    strict = environment(tmp_path, sqlite_url, ALLOW_PRIVATE_ADDRESSES="0")
    with served(strict, road.clock) as ours:
        merchant = Merchant(ours)
        Clicks(merchant).asks_for(site.origin)
        assert "One click does not work here yet" in merchant.reads()
        assert site.asked == []
        assert ours.rows(ConnectAttempt) == []
        merchant.close()
