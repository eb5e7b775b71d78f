"""The practice store answers WooCommerce's REST API as the recorded store did."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal

import pytest
import requests
from woocommerce import API

from tests.fakes import BEGINNING, MUG, SHIRT, PracticeStore
from tests.fakes_test import recordings
from tests.fakes_test.recordings import needs_recordings
from tests.fakes_test.story import coupons


@pytest.fixture
def store() -> Iterator[PracticeStore]:
    with PracticeStore.open("woocommerce") as store:
        coupons(store)
        store.registers("dana@example.com", name="Dana Levi")
        store.leaves_checkout("dana@example.com", (MUG, 2), SHIRT["L"])
        order = store.buys("dana@example.com", coupon="TEN")
        store.refunds(order, "10.00")
        store.clock.advance(hours=1)
        store.leaves_checkout("ann@example.com", MUG)
        yield store


@pytest.fixture
def api(store: PracticeStore) -> API:
    return API(store.base_url, store.consumer_key, store.consumer_secret, timeout=5)


@needs_recordings
@pytest.mark.parametrize(
    ("path", "resource", "names"),
    [
        ("orders", "orders", ("orders-list-page1", "order-get-with-refund", "order-create")),
        ("products", "products", ("product-get-simple", "product-get-variable")),
        ("products/40", "products", ("product-get-by-variation-id",)),
        ("customers", "customers", ("customers-list", "customer-create")),
        ("coupons", "coupons", ()),
        ("settings/general/woocommerce_currency", "misc", ("setting-currency",)),
        ("data/currencies/current", "misc", ("data-currency-current",)),
        ("system_status", "misc", ("system-status-environment",)),
    ],
)
def test_no_answer_says_more_than_the_recorded_one(store, api, path, resource, names):
    answer = api.get(path)
    assert answer.status_code == 200
    recorded = set(recordings.woocommerce_answer(resource, *names))
    if path == "orders":
        recorded |= recordings.woocommerce_resource("order")
    if path == "settings/general/woocommerce_currency":
        recorded |= {(f".options.{store.memory.till.currency}", "str")}
    said = answer.json()
    for one in said if isinstance(said, list) else [said]:
        assert recordings.beyond(one, recorded) == []


@needs_recordings
def test_the_index_is_open_to_everyone_and_shaped_as_recorded(store):
    answer = requests.get(f"{store.base_url}/wp-json/", timeout=5)
    recorded = recordings.woocommerce_answer("misc", "rest-index-trimmed")
    assert recordings.beyond(answer.json(), recorded) == []
    assert answer.json()["timezone_string"] == "Asia/Jerusalem"


@needs_recordings
@pytest.mark.parametrize(
    ("name", "method", "path", "sent"),
    [
        ("err-404-order", "get", "orders/999999", None),
        ("err-404-product", "get", "products/999999", None),
        ("err-404-coupon", "get", "coupons/999999", None),
        ("err-404-customer", "get", "customers/999999", None),
        ("err-404-webhook", "get", "webhooks/999999", None),
        ("err-404-route", "get", "nonsense", None),
        ("err-400-per_page-101", "get", "orders", {"per_page": 101}),
        ("err-400-bad-status", "get", "orders", {"status": "nope"}),
        ("err-400-bad-date", "get", "orders", {"modified_after": "yesterday"}),
        ("err-400-coupon-duplicate", "post", "coupons", {"code": "tEn", "amount": "2"}),
        ("err-400-coupon-empty-code", "post", "coupons", {"amount": "2"}),
        (
            "err-400-coupon-percent-150",
            "post",
            "coupons",
            {"code": "P150", "discount_type": "percent", "amount": "150"},
        ),
        (
            "err-400-coupon-bad-type",
            "post",
            "coupons",
            {"code": "BT", "discount_type": "nope", "amount": "1"},
        ),
        (
            "err-400-webhook-bad-topic",
            "post",
            "webhooks",
            {"topic": "order.nope", "delivery_url": "http://127.0.0.1:9099/x"},
        ),
        (
            "err-400-webhook-bad-url",
            "post",
            "webhooks",
            {"topic": "order.created", "delivery_url": "ftp://x"},
        ),
    ],
)
def test_errors_are_the_recorded_ones_word_for_word(api, name, method, path, sent):
    answer = api.get(path, params=sent) if method == "get" else api.post(path, sent)
    recorded = recordings.woocommerce_pair("errors", name)
    assert (answer.status_code, answer.json()) == (recorded["status"], json.loads(recorded["body"]))


@needs_recordings
def test_a_webhook_is_deleted_only_with_force(store, api):
    made = store.subscribe("order.created", "http://127.0.0.1:9/")
    refused = api.delete(f"webhooks/{made.id}")
    recorded = recordings.woocommerce_pair("errors", "err-501-webhook-delete-without-force")
    assert (refused.status_code, refused.text) == (recorded["status"], recorded["body"])
    assert api.delete(f"webhooks/{made.id}", params={"force": True}).status_code == 200
    assert store.subscriptions == []


@needs_recordings
@pytest.mark.parametrize("name", ["err-401-no-auth", "err-401-basic-over-http"])
def test_over_http_nobody_and_a_basic_header_are_answered_alike(store, name):
    auth = (store.consumer_key, store.consumer_secret) if "basic" in name else None
    answer = requests.get(f"{store.base_url}/wp-json/wc/v3/orders", auth=auth, timeout=5)
    recorded = recordings.woocommerce_pair("errors", name)
    assert (answer.status_code, answer.json()) == (401, json.loads(recorded["body"]))


@needs_recordings
def test_list_parameters_break_the_client_librarys_signature_as_recorded(api):
    answer = api.get("orders", params={"status": ["processing", "pending"], "_fields": "id"})
    recorded = recordings.woocommerce_pair("auth", "oauth1-list-param-401")
    assert (answer.status_code, answer.json()) == (401, json.loads(recorded["body"]))


def test_a_wrong_secret_does_not_sign(store):
    stranger = API(store.base_url, store.consumer_key, "cs_wrong", timeout=5)
    assert stranger.get("orders").json()["code"] == "woocommerce_rest_authentication_error"


def test_basic_works_where_the_store_is_behind_tls(store):
    with PracticeStore.open("woocommerce", behind_tls=True) as secure:
        auth = (secure.consumer_key, secure.consumer_secret)
        url = f"{secure.base_url}/wp-json/wc/v3/orders"
        assert requests.get(url, auth=auth, timeout=5).status_code == 200
        wrong = requests.get(url, auth=(secure.consumer_key, "cs_wrong"), timeout=5)
    assert wrong.json()["message"] == "Consumer secret is invalid."


def test_pages_carry_totals_and_past_the_end_they_are_zero(store, api):
    store.leaves_checkout("bob@example.com", MUG)
    first = api.get("orders", params={"per_page": 2, "_fields": "id,billing.email"})
    assert [order["billing"] for order in first.json()] == [
        {"email": "bob@example.com"},
        {"email": "ann@example.com"},
    ]
    assert (first.headers["X-WP-Total"], first.headers["X-WP-TotalPages"]) == ("3", "2")
    past = api.get("orders", params={"per_page": 2, "page": 9})
    assert (past.json(), past.headers["X-WP-Total"]) == ([], "0")


def test_modified_after_is_strict_and_shifts_when_told_gmt_twice(store, api):
    border = f"{BEGINNING:%Y-%m-%dT%H:%M:%S}"

    def found(**asked: str) -> int:
        return len(api.get("orders", params={"_fields": "id", **asked}).json())

    assert found(modified_after=border, dates_are_gmt="true") == 2
    assert found(modified_after=f"{border}Z") == 2
    assert found(modified_after=f"{border}Z", dates_are_gmt="true") == 0
    last = f"{BEGINNING:%Y-%m-%dT}10:00:00"
    assert found(modified_after=last, dates_are_gmt="true") == 0


def test_drafts_are_listed_unless_a_status_is_asked_for(api):
    def statuses(**asked: str) -> list[str]:
        return [x["status"] for x in api.get("orders", params={**asked}).json()]

    assert statuses() == ["checkout-draft", "processing"]
    assert statuses(status="processing") == ["processing"]


def test_a_coupon_is_lowercased_and_date_expires_gmt_is_ignored(store, api):
    made = api.post(
        "coupons", {"code": "BACK-7", "amount": "5", "date_expires_gmt": "2027-01-01T00:00:00"}
    ).json()
    assert (made["code"], made["amount"], made["date_expires"]) == ("back-7", "5.00", None)
    dated = api.post("coupons", {"code": "BACK-8", "date_expires": "2027-01-01T00:00:00Z"}).json()
    assert dated["date_expires"] == "2027-01-01T02:00:00"
    assert dated["date_expires_gmt"] == "2027-01-01T00:00:00"
    assert api.get("coupons", params={"code": "BACK-8"}).json()[0]["id"] == dated["id"]
    assert store.coupon_calls == 2


def test_a_checkout_link_fills_a_cart_and_keeps_its_parameters(store):
    link = "/checkout-link/?products=14:2,999999:1&coupon=TEN&rt=abc"
    hop = requests.get(store.base_url + link, timeout=5, allow_redirects=False)
    assert hop.status_code == 302
    assert "rt=abc" in hop.headers["Location"]
    page = requests.get(store.base_url + link, timeout=5).text
    assert "Blue mug × 2" in page
    assert "Coupon ten applied" in page


def test_a_drafts_payment_link_opens_it_only_with_its_key(store):
    draft = store.checkouts[-1]
    url = store.dialect.orders.payload(draft)["payment_url"]
    assert "Blue mug × 1" in requests.get(url, timeout=5).text
    assert "invalid" in requests.get(url[:-1], timeout=5).text


def test_the_price_of_a_refunded_percentage_is_exact(store):
    (order,) = store.orders
    assert (order.total, order.refunded) == (Decimal("133.27"), Decimal("10.00"))
