"""Every recorded webhook of Shopify becomes a record, or says why not."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.platforms.shopify import records
from connector.errors import AskbackError, Unreadable
from connector.money import Money
from connector.records import Checkout, ConsentChange, Deleted, Order, Record, SetAside
from tests.contracts import shopify_material as material

pytestmark = material.needs_material


def outcome(topic: str, body: bytes) -> str:
    try:
        (record,) = records.read(topic, body)
    except Unreadable:
        return "Unreadable"
    return type(record).__name__


def read(topic: str, payload: Any) -> Record:
    (record,) = records.read(topic, json.dumps(payload).encode())
    return record


def test_every_documented_payload_becomes_what_its_topic_promises() -> None:
    counted = Counter(outcome(topic, body) for topic, body in material.examples().values())
    assert counted == {
        "SetAside": 14,
        "PrivacyWish": 3,
        "Order": 7,
        "Deleted": 5,
        "Checkout": 4,
        "Customer": 2,
        "Fulfillment": 2,
        "Product": 2,
        "Uninstalled": 1,
        "ConsentChange": 1,
        "Refund": 1,
    }


def test_what_is_set_aside_is_set_aside_for_a_reason_of_its_own() -> None:
    aside = {
        topic: record.reason
        for topic, body in material.examples().values()
        for record in records.read(topic, body)
        if isinstance(record, SetAside)
    }
    assert all(aside.values())
    assert not [topic for topic, reason in aside.items() if "unknown" in reason]
    assert aside["customers_marketing_consent/update"] == (
        "the consent has no state: nothing was said"
    )


def test_blanked_payloads_are_read_or_unreadable_and_never_worse() -> None:
    """Where the blanking left "example string" for an amount or a time, nothing is guessed."""
    counted = Counter(
        outcome(topic, body)
        for family, body in material.exemplars().values()
        for topic in [each for each in records.READERS if each.partition("/")[0] == family]
        or [f"{family}/create"]
    )
    assert counted == {
        "Unreadable": 80,
        "Deleted": 23,
        "Product": 8,
        "Fulfillment": 6,
        "SetAside": 5,
        "PrivacyWish": 3,
        "Customer": 2,
        "ConsentChange": 2,
    }


@pytest.mark.parametrize("family", ["checkouts", "orders", "refunds"])
def test_real_payloads_are_read_whatever_keys_they_lack(family: str) -> None:
    """The exemplars show which keys real stores leave out; only their blanks are filled here."""
    topic = f"{family}/create"
    bodies = [body for name, body in material.exemplars().values() if name == family]
    whole = [json.dumps(filled(json.loads(body))).encode() for body in bodies]
    counted = Counter(outcome(topic, body) for body in whole)
    assert (
        counted
        == {
            "checkouts": {"Checkout": 11},
            # orders/delete and orders/edited lie among the orders and are no orders.
            "orders": {"Order": 7, "Unreadable": 2},
            "refunds": {"Refund": 2},
        }[family]
    )


def filled(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: filled(part, name) for name, part in value.items()}
    if isinstance(value, list):
        return [filled(part, key) for part in value]
    if value != "example string":
        return value
    known = {"kind": "refund", "status": "success", "currency": "USD", "currency_code": "USD"}
    if key in known or key.endswith("_currency"):
        return known.get(key, "USD")
    if key.endswith("_at"):
        return "2026-01-01T00:00:00Z"
    amount = ("price", "amount", "discount", "discounts", "tax", "outstanding")
    return "1.00" if key.endswith(amount) else value


def test_big_ids_keep_their_last_digits() -> None:
    order = read("orders/create", material.example("orders/create"))
    assert isinstance(order, Order)
    assert order.external_id == "820982911946154508"
    assert order.customer is not None
    assert order.customer.external_id == "115310627314723954"
    assert order.lines[0].external_id == "487817672276298554"


def test_the_documented_checkout_is_translated() -> None:
    checkout = read("checkouts/create", material.example("checkouts/create"))
    assert isinstance(checkout, Checkout)
    assert checkout.external_id == "123123123"
    assert checkout.total == Money(42188, "USD")
    assert checkout.customer is not None
    assert checkout.customer.email == "example@email.com"
    assert (checkout.customer.first_name, checkout.customer.country) == ("John", "US")
    assert checkout.customer.accepts_marketing is False
    assert [line.variant_external_id for line in checkout.lines] == ["808950810", "808950810"]
    assert (checkout.chose_delivery, checkout.payment_method) == (False, "")


def test_a_deleted_checkout_is_known_by_its_cart() -> None:
    gone = read("checkouts/delete", material.example("checkouts/delete"))
    assert gone == Deleted(
        kind="checkout", external_id="", cart_token="eeafa272cebfd4b22385bc4b645e762c"
    )


def test_a_consent_withdrawn_is_no_consent() -> None:
    change = read(
        "customers_email_marketing_consent/update",
        material.example("customers_email_marketing_consent/update"),
    )
    assert isinstance(change, ConsentChange)
    assert (change.channel, change.granted, change.email) == ("email", False, "bob@biller.com")


STRANGE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.just(10**400),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["\x00", "\ud800", "1e999999", "NaN", "-Infinity", "2021-13-45", "[]", "XXX"]),
    st.just([]),
    st.just({}),
    st.just([[]]),
    st.just([None]),
    st.just({"amount": {}, "currency_code": []}),
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner: list[tuple[Any, ...]] = [path]
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, part in pairs if isinstance(value, (dict, list)) else ():
        inner += places(part, (*path, key)) if isinstance(part, (dict, list)) else [(*path, key)]
    return inner


def spoilt(payload: Any, path: tuple[Any, ...], strange: Any, *, drop: bool) -> Any:
    if not path:
        return strange
    copy = payload.copy()
    if drop and len(path) == 1:
        del copy[path[0]]
    else:
        copy[path[0]] = spoilt(payload[path[0]], path[1:], strange, drop=drop)
    return copy


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@pytest.mark.parametrize(
    "topic",
    [
        "checkouts/create",
        "checkouts/delete",
        "orders/updated",
        "orders/cancelled",
        "refunds/create",
        "fulfillments/update",
        "products/update",
        "customers/update",
        "customers_email_marketing_consent/update",
        "customers_marketing_consent/update",
    ],
)
@given(data=st.data())
def test_no_spoilt_payload_causes_anything_but_a_named_error(topic: str, data: Any) -> None:
    payload = material.example(topic)
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(places(payload))) if payload else ()
        payload = spoilt(payload, path, data.draw(STRANGE), drop=data.draw(st.booleans()))
        if not isinstance(payload, dict):
            break
    body = json.dumps(payload).encode()
    with suppress(AskbackError):
        records.read(topic, body)


@given(body=st.binary(max_size=64))
def test_bytes_that_are_no_json_are_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable):
        records.read("orders/create", body)
