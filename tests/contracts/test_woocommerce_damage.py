"""However a delivery is damaged, reading it raises only what Askback raises on purpose."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.platforms.woocommerce import records as readers
from connector.errors import AskbackError
from tests.adapters.platforms.woocommerce import recordings

recordings.needed()

# One of each kind: a draft, an order with refunds, a product, a variation, a customer, an
# error, a deletion.
WHOLE = [recordings.delivery(number) for number in (58, 43, 1, 5, 14, 54, 44)]

NASTY = [
    *(None, True, -1, 10**40, 0.5, [], [None], {}, {"0": 1}),
    *("", "NaN", "1e999999", "-1e-999999", "0000-00-00T00:00:00", "9999-12-31T23:59:59-23:59"),
    *("javascript:alert(1)", "http://[", "&#0;", "\ud800", "XAU", "trash"),
]
SCALARS = st.sampled_from(NASTY) | st.integers() | st.floats() | st.text(max_size=20)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    items = value.items() if isinstance(value, dict) else ()
    for key, below in [*items, *(enumerate(value) if isinstance(value, list) else ())]:
        yield from places(below, (*path, key))


def damaged(value: Any, path: tuple[Any, ...], *, put: Any, drop: bool) -> Any:
    """A copy with the value at `path` replaced or left out."""
    if not path:
        return put
    key, rest = path[0], path[1:]
    copy = dict(value) if isinstance(value, dict) else list(value)
    if drop and not rest:
        del copy[key]
    else:
        copy[key] = damaged(copy[key], rest, put=put, drop=drop)
    return copy


def fuzzed(test: Any) -> Any:
    slow = [HealthCheck.too_slow, HealthCheck.filter_too_much]
    return settings(max_examples=400, deadline=None, suppress_health_check=slow)(test)


@pytest.mark.parametrize("delivery", WHOLE, ids=lambda delivery: delivery.name)
def test_no_single_damage_stops_the_queue(delivery: recordings.Recorded) -> None:
    whole = json.loads(delivery.envelope.body)
    for path in places(whole):
        read_or_refused(delivery.topic, json.dumps(damaged(whole, path, put=None, drop=True)))
        for put in NASTY:
            read_or_refused(delivery.topic, json.dumps(damaged(whole, path, put=put, drop=False)))


@fuzzed
@given(data=st.data(), delivery=st.sampled_from(WHOLE), put=VALUES, drop=st.booleans())
def test_a_damaged_value_never_stops_the_queue(
    data: st.DataObject, delivery: recordings.Recorded, put: Any, *, drop: bool
) -> None:
    whole = json.loads(delivery.envelope.body)
    path = data.draw(st.sampled_from(list(places(whole))))
    read_or_refused(delivery.topic, json.dumps(damaged(whole, path, put=put, drop=drop)))


@fuzzed
@given(delivery=st.sampled_from(WHOLE), cut=st.integers(0, 4000), junk=st.binary(max_size=8))
def test_a_torn_body_never_stops_the_queue(
    delivery: recordings.Recorded, cut: int, junk: bytes
) -> None:
    body = delivery.envelope.body
    read_or_refused(delivery.topic, body[:cut] + junk + body[cut + len(junk) :])


@fuzzed
@given(topic=st.sampled_from([*readers.READERS, "coupon.deleted", ""]) | st.text(), body=VALUES)
def test_any_json_under_any_topic_never_stops_the_queue(topic: str, body: Any) -> None:
    read_or_refused(topic, json.dumps(body))


def read_or_refused(topic: str, body: str | bytes) -> None:
    try:
        found = readers.read(topic, body if isinstance(body, bytes) else body.encode())
    except AskbackError:
        return
    assert found
