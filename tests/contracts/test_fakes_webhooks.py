"""The practice store sends no path, no type and no header that real stores do not send."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import pytest

from tests.fakes import PLATFORMS, PracticeStore
from tests.fakes_test import recordings
from tests.fakes_test.receiver import receiving
from tests.fakes_test.recordings import needs_recordings
from tests.fakes_test.story import busy_week

# Added by the HTTP library under the fake, which cannot leave it out.
_OF_EVERY_REQUEST = {"host", "content-length"}


def _week(platform: str, currency: str = "ILS") -> list[tuple[str, dict[str, str], bytes]]:
    """Topic, headers and body of all that arrived."""
    with receiving() as receiver, PracticeStore.open(platform, currency=currency) as store:
        store.connect(receiver.url)
        busy_week(store)
        topics = [delivery.topic for delivery in store.deliveries]
    return [(topic, *arrived) for topic, arrived in zip(topics, receiver.arrived, strict=True)]


@needs_recordings
@pytest.mark.parametrize("currency", ["ILS", "JPY"])
@pytest.mark.parametrize("platform", PLATFORMS)
def test_no_payload_says_more_than_the_recordings_of_its_resource(platform, currency):
    recorded = {
        "woocommerce": lambda topic: recordings.woocommerce_resource(topic.partition(".")[0]),
        "shopify": lambda topic: recordings.shopify_resource(topic.partition("/")[0]),
    }[platform]
    too_much = {
        topic: beyond
        for topic, _, body in _week(platform, currency)
        if (beyond := recordings.beyond(json.loads(body), recorded(topic)))
    }
    assert too_much == {}


@needs_recordings
def test_woocommerce_headers_are_those_of_every_recorded_delivery():
    names = {
        frozenset(map(str.lower, headers)) for headers, _ in recordings.woocommerce_deliveries()
    }
    sent = {frozenset(headers) for _, headers, _ in _week("woocommerce")}
    assert sent == names


@needs_recordings
def test_shopify_headers_are_those_of_its_own_libraries_vectors():
    vectors = recordings.read(recordings.ROOT / "shopify" / "vectors" / "webhook_hmac.json")
    whole = next(case for case in vectors["cases"] if case["name"] == "ascii")
    names = {name.lower() for name in whole["headers"]}
    for _, headers, _ in _week("shopify"):
        assert {name for name in headers if name.startswith("x-shopify-")} == names


@pytest.mark.parametrize(
    ("platform", "header"),
    [("woocommerce", "x-wc-webhook-signature"), ("shopify", "x-shopify-hmac-sha256")],
)
def test_every_delivery_is_signed_over_its_raw_bytes(platform, header):
    for _, headers, body in _week(platform):
        digest = hmac.digest(b"practice-webhook-secret", body, hashlib.sha256)
        assert headers[header] == base64.b64encode(digest).decode()


@needs_recordings
def test_a_guests_block_checkout_is_told_in_the_recorded_order():
    sequences = recordings.read(recordings.ROOT / "woocommerce" / "webhooks" / "sequences.json")
    steps = sequences["block checkout, guest (Store API)"]
    recorded = [(topic, status) for step in steps for topic, _, status, _ in step["deliveries"]]
    placed = recorded.index(("order.created", "processing"))

    with receiving() as receiver, PracticeStore.open("woocommerce") as store:
        store.connect(receiver.url)
        product = next(iter(store.memory.shelf.products.values()))
        store.buys("gil@example.com", (product, 2))
    told = [
        (headers["x-wc-webhook-topic"], json.loads(body)["status"])
        for headers, body in receiver.arrived
    ]
    at = told.index(("order.created", "processing"))
    assert told[at - 1 : at + 2] == recorded[placed - 1 : placed + 2]
    assert (
        set(told[: at - 1]) == set(recorded[: placed - 1]) == {("order.updated", "checkout-draft")}
    )


@needs_recordings
def test_the_ping_of_a_new_webhook_looks_like_the_recorded_one():
    recorded = recordings.read(recordings.ROOT / "woocommerce" / "webhooks" / "000-ping.json")
    names = {name.lower() for name, _ in recorded["request"]["headers"]}
    with receiving() as receiver, PracticeStore.open("woocommerce") as store:
        to = store.subscribe("order.created", receiver.url)
        store.deliver(store.dialect.ping(to))
    headers, body = receiver.arrived[0]
    assert set(headers) == names
    assert body == f"webhook_id={to.id}".encode()


def test_one_memory_is_told_alike_in_both_dialects():
    totals = {}
    for platform in PLATFORMS:
        with PracticeStore.open(platform) as store, store.holding() as pending:
            store.connect("http://127.0.0.1:9/")
            busy_week(store)
            placed = [x for x in pending if x.topic in ("orders/create", "order.created")]
            said = [json.loads(delivery.body) for delivery in placed]
            totals[platform] = [
                (order.get("total") or order["total_price"], order["currency"]) for order in said
            ]
    assert totals["woocommerce"] == totals["shopify"]
    assert totals["shopify"] == [("133.27", "ILS"), ("182.20", "ILS"), ("23.90", "ILS")]
