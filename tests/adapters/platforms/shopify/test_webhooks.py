"""Shopify's webhooks at the door: who signed them, and how copies are known."""

from __future__ import annotations

import hashlib

import pytest

from adapters.http import Http
from adapters.platforms.shopify import Shopify
from connector.errors import NotAuthentic
from connector.ports.platform import Envelope, Label
from tests.contracts import shopify_material as material

SHOPIFY = Shopify(Http())
BODY = b'{"id": 1}'


def label(**headers: str) -> Label:
    named = {f"x-shopify-{name.replace('_', '-')}": value for name, value in headers.items()}
    return SHOPIFY.label(Envelope(headers=named, body=BODY))


def test_copies_of_one_event_share_a_key_and_have_deliveries_of_their_own() -> None:
    first = label(topic="orders/create", event_id="e-1", webhook_id="w-1")
    again = label(topic="orders/create", event_id="e-1", webhook_id="w-2")
    assert first == Label(
        topic="orders/create", dedupe_key="orders/create:e-1", delivery_id="orders/create:w-1"
    )
    assert again.dedupe_key == first.dedupe_key
    assert again.delivery_id != first.delivery_id


def test_one_event_under_two_topics_is_two_things() -> None:
    created = label(topic="orders/create", event_id="e-1")
    paid = label(topic="orders/paid", event_id="e-1")
    assert created.dedupe_key != paid.dedupe_key


def test_without_an_event_id_the_delivery_names_it() -> None:
    assert label(topic="orders/create", webhook_id="w-1").dedupe_key == "orders/create:w-1"


def test_without_any_id_the_body_names_it() -> None:
    digest = hashlib.sha256(BODY).hexdigest()
    assert label() == Label(topic="unknown", dedupe_key=f"unknown:sha256:{digest}")


def test_overlong_headers_become_short_keys() -> None:
    made = label(topic="t" * 300, event_id="e" * 9000, webhook_id="w\udcff" * 9000)
    assert made.delivery_id is not None
    assert max(map(len, (made.topic, made.dedupe_key, made.delivery_id))) <= 255
    assert label(topic="a", event_id="e" * 300) != label(topic="a", event_id="f" * 300)


@material.needs_material
def test_signatures_are_judged_as_shopifys_own_libraries_judge_them() -> None:
    recorded = material.load("vectors/webhook_hmac.json")
    verdicts: dict[str, tuple[bool, bool]] = {}
    for case in recorded["cases"]:
        headers = {name.lower(): value for name, value in case["headers"].items()}
        envelope = Envelope(headers=headers, body=case["body"].encode())
        try:
            SHOPIFY.authenticate(envelope, [recorded["client_secret"]])
        except NotAuthentic:
            believed = False
        else:
            believed = True
        verdicts[case["name"]] = (believed, bool(case["shopifyapp"].get("ok")))
    assert verdicts
    assert {name for name, (ours, theirs) in verdicts.items() if ours != theirs} == set()


def test_an_unsigned_delivery_is_not_believed() -> None:
    with pytest.raises(NotAuthentic):
        SHOPIFY.authenticate(Envelope(headers={}, body=BODY), ["secret"])
