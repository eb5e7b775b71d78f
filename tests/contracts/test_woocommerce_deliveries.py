"""Every recorded WooCommerce delivery is believed, labelled and read."""

from __future__ import annotations

from collections import Counter

import pytest

from adapters.http import Http
from adapters.platforms.woocommerce import WooCommerce
from connector import records
from connector.errors import NotAuthentic
from connector.ports.platform import Envelope
from tests.adapters.platforms.woocommerce import recordings

recordings.needed()

WOOCOMMERCE = WooCommerce(Http())
DELIVERIES = recordings.deliveries()
EACH = pytest.mark.parametrize("delivery", DELIVERIES, ids=lambda delivery: delivery.name)


@EACH
def test_a_recorded_delivery_is_authentic(delivery: recordings.Recorded) -> None:
    WOOCOMMERCE.authenticate(delivery.envelope, ["an older secret", delivery.secret])


@EACH
def test_a_recorded_delivery_is_not_believed_once_a_byte_has_changed(
    delivery: recordings.Recorded,
) -> None:
    forged = Envelope(headers=delivery.envelope.headers, body=delivery.envelope.body + b" ")
    with pytest.raises(NotAuthentic):
        WOOCOMMERCE.authenticate(forged, [delivery.secret])


@EACH
def test_a_recorded_delivery_is_labelled_and_read(delivery: recordings.Recorded) -> None:
    label = WOOCOMMERCE.label(delivery.envelope)
    found = WOOCOMMERCE.read(label.topic, delivery.envelope.body)
    assert label.topic == delivery.topic
    assert label.delivery_id is None
    assert len(label.dedupe_key) <= 255
    assert found
    assert all(record.reason for record in found if isinstance(record, records.SetAside))
    assert not WOOCOMMERCE.is_ping(delivery.envelope)


def test_the_recorded_deliveries_come_to_so_many_of_each_record() -> None:
    told = Counter(
        (delivery.topic.partition(".")[0], type(record).__name__)
        for delivery in DELIVERIES
        for record in WOOCOMMERCE.read(delivery.topic, delivery.envelope.body)
    )
    assert told == {
        ("order", "Order"): 28,
        ("order", "Checkout"): 8,
        ("order", "Deleted"): 4,
        ("order", "SetAside"): 3,
        ("product", "Product"): 25,
        ("product", "Deleted"): 3,
        ("product", "SetAside"): 1,
        ("customer", "Customer"): 7,
        ("customer", "Deleted"): 1,
        ("coupon", "SetAside"): 8,
        ("action", "SetAside"): 15,
    }


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (7, "cannot be believed"),
        (24, "woocommerce_rest_product_invalid_id"),
        (54, "woocommerce_rest_shop_order_invalid_id"),
        (55, "woocommerce_rest_shop_order_invalid_id"),
        (100, "woocommerce_rest_cannot_view"),
        (86, "names no shopper"),
    ],
)
def test_what_is_set_aside_says_why(number: int, reason: str) -> None:
    delivery = recordings.delivery(number)
    (record,) = WOOCOMMERCE.read(delivery.topic, delivery.envelope.body)
    assert isinstance(record, records.SetAside)
    assert reason in record.reason


def test_two_events_of_one_second_share_a_delivery_id_and_stay_two() -> None:
    price, stock = recordings.delivery(2).envelope, recordings.delivery(3).envelope
    same = "x-wc-webhook-delivery-id"
    assert price.headers[same] == stock.headers[same]
    assert WOOCOMMERCE.label(price).dedupe_key != WOOCOMMERCE.label(stock).dedupe_key


def test_a_copy_of_an_event_is_known_again() -> None:
    created = recordings.delivery(26).envelope
    copied = Envelope(headers={**created.headers, "x-wc-webhook-id": "99"}, body=created.body)
    assert WOOCOMMERCE.label(copied) == WOOCOMMERCE.label(created)


def test_an_order_trashed_again_after_a_restore_is_another_event() -> None:
    first, again = recordings.delivery(44).envelope, recordings.delivery(46).envelope
    assert first.body == again.body
    assert WOOCOMMERCE.label(first).dedupe_key != WOOCOMMERCE.label(again).dedupe_key


def test_all_recorded_events_are_told_apart() -> None:
    keys = Counter(WOOCOMMERCE.label(delivery.envelope).dedupe_key for delivery in DELIVERIES)
    copies = [delivery.name for delivery in DELIVERIES if keys[_key(delivery)] > 1]
    # An empty hook fired four times in the same words; nothing of it is read.
    assert {name.partition("-")[2] for name in copies} == {"action-woocommerce_cart_updated"}


def test_the_recorded_ping_is_a_ping() -> None:
    assert WOOCOMMERCE.is_ping(recordings.delivery(0).envelope)


def _key(delivery: recordings.Recorded) -> str:
    return WOOCOMMERCE.label(delivery.envelope).dedupe_key
