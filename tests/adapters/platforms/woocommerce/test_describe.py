"""Who the store is, asked with as few rights as will do."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.platforms.woocommerce import WooCommerce
from connector.errors import AccessLost, Permanent, Refused
from connector.ports.platform import StoreFacts
from tests.adapters.loopback import Answer
from tests.adapters.platforms.woocommerce import recordings
from tests.adapters.platforms.woocommerce.practice import PracticeStore, recorded

recordings.needed()

INDEX = "GET /wp-json/"
CURRENCY = "GET data/currencies/current"
SETTING = "GET settings/general/woocommerce_currency"
REPORT = "GET system_status"


@pytest.fixture
def open_store(store: PracticeStore) -> PracticeStore:
    """A store that tells everything."""
    store.answers(INDEX, recorded("rest-index-trimmed"))
    store.answers(CURRENCY, recorded("data-currency-current"))
    store.answers(REPORT, recorded("system-status-environment"))
    return store


def test_a_store_tells_who_it_is(open_store: PracticeStore, woocommerce: WooCommerce) -> None:
    assert woocommerce.describe(open_store.access) == StoreFacts(
        name="Lab Shop",
        currency="ILS",
        timezone="Asia/Jerusalem",
        locale="en-US",
        external_id="ba07a1a8-0ab5-47f9-aab2-daa792b145f5",
        address="https://127.0.0.1:8443",
    )
    assert open_store.calls[1:] == ["GET data/currencies/current", "GET system_status"]


@pytest.mark.parametrize("closed", ["err-401-bad-secret", "err-404-route"])
def test_a_store_whose_report_is_closed_is_connected_without_its_language(
    open_store: PracticeStore, woocommerce: WooCommerce, closed: str
) -> None:
    open_store.answers(REPORT, recorded(closed))
    assert woocommerce.describe(open_store.access).locale == ""


def test_an_older_store_names_its_currency_in_its_settings(
    open_store: PracticeStore, woocommerce: WooCommerce
) -> None:
    open_store.answers(CURRENCY, recorded("err-404-route"))
    open_store.answers(SETTING, recorded("setting-currency"))
    assert woocommerce.describe(open_store.access).currency == "ILS"


@pytest.mark.parametrize(
    ("said", "zone"),
    [
        ({"timezone_string": "", "gmt_offset": 2}, "Etc/GMT-2"),
        ({"timezone_string": "", "gmt_offset": "-5"}, "Etc/GMT+5"),
        ({"timezone_string": "", "gmt_offset": 0}, "UTC"),
        ({"timezone_string": "", "gmt_offset": 5.5}, "Asia/Kolkata"),
        ({"timezone_string": "", "gmt_offset": 12.75}, ""),
        ({"timezone_string": "", "gmt_offset": "soon"}, ""),
        ({"timezone_string": "", "gmt_offset": None}, ""),
    ],
)
def test_a_store_that_keeps_only_an_offset_gets_a_zone(
    open_store: PracticeStore, woocommerce: WooCommerce, said: dict[str, Any], zone: str
) -> None:
    open_store.answers(INDEX, recorded("rest-index-trimmed", **said))
    assert woocommerce.describe(open_store.access).timezone == zone


@pytest.mark.parametrize(
    ("language", "locale"), [("he_IL", "he-IL"), ("de_DE_formal", "de-DE"), ("ar", "ar"), ("", "")]
)
def test_a_wordpress_language_becomes_a_locale(
    open_store: PracticeStore, woocommerce: WooCommerce, language: str, locale: str
) -> None:
    report = recorded("system-status-environment", environment={"language": language})
    open_store.answers(REPORT, report)
    assert woocommerce.describe(open_store.access).locale == locale


def test_a_wordpress_without_woocommerce_is_told_so(
    store: PracticeStore, woocommerce: WooCommerce
) -> None:
    store.answers(INDEX, recorded("rest-index-trimmed", namespaces=["wp/v2"]))
    with pytest.raises(Permanent, match="without an active WooCommerce"):
        woocommerce.describe(store.access)


def test_plain_permalinks_are_named_as_the_cause(
    store: PracticeStore, woocommerce: WooCommerce
) -> None:
    store.answers(INDEX, Answer(404, b"<!doctype html><h1>Not found"))
    with pytest.raises(Refused, match="Permalinks") as caught:
        woocommerce.describe(store.access)
    assert caught.value.code == "no_rest_api"


@pytest.mark.parametrize("refusal", ["err-401-unknown-key", "err-401-bad-secret"])
def test_keys_that_do_not_open_are_lost_access(
    open_store: PracticeStore, woocommerce: WooCommerce, refusal: str
) -> None:
    open_store.answers(CURRENCY, recorded(refusal))
    with pytest.raises(AccessLost):
        woocommerce.describe(open_store.access)
