"""What is read off a delivery before anything is believed."""

from __future__ import annotations

import pytest

from adapters.http import Http
from adapters.platforms.woocommerce import WooCommerce
from connector.errors import NotAuthentic
from connector.ports.platform import Envelope

WOOCOMMERCE = WooCommerce(Http())
FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("kind", "body", "is_ping"),
    [
        (FORM, b"webhook_id=43", True),
        (f"{FORM}; charset=UTF-8", b"webhook_id=43", True),
        ("application/json", b"webhook_id=43", False),
        (FORM, b"webhook_id=43&id=1", False),
        (FORM, b"webhook_id=", False),
        (FORM, b"webhook_id=43\n", False),
        (FORM, b"", False),
    ],
)
def test_only_the_bare_greeting_is_a_ping(kind: str, body: bytes, *, is_ping: bool) -> None:
    assert WOOCOMMERCE.is_ping(Envelope(headers={"content-type": kind}, body=body)) is is_ping


def test_a_delivery_without_headers_is_labelled_all_the_same() -> None:
    label = WOOCOMMERCE.label(Envelope(headers={}, body=b""))
    assert (label.topic, label.delivery_id) == ("", None)


def test_a_label_fits_the_inbox_however_long_the_headers() -> None:
    headers = {
        "x-wc-webhook-topic": "action." + "a" * 9000 + ".deleted",
        "x-wc-webhook-delivery-id": "f" * 9000,
    }
    label = WOOCOMMERCE.label(Envelope(headers=headers, body=b"{}"))
    assert len(label.topic) <= 255
    assert len(label.dedupe_key) <= 255


@pytest.mark.parametrize("signature", [None, "", "!", "aGVsbG8=", "é"])
def test_a_stranger_is_not_believed(signature: str | None) -> None:
    headers = {} if signature is None else {"x-wc-webhook-signature": signature}
    with pytest.raises(NotAuthentic):
        WOOCOMMERCE.authenticate(Envelope(headers=headers, body=b"{}"), ["secret"])
