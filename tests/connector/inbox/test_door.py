"""The doors for webhooks, as a sender meets them."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from connector.inbox.door import LARGEST_BODY
from connector.inbox.models import Delivery
from connector.machine import Machine
from connector.web import create_app
from tests.connector.inbox.conftest import SHOP
from tests.road import APP_SECRET

BODY = b'{"id":1}'


@pytest.fixture
def sender(machine: Machine) -> Iterator[FlaskClient]:
    app = create_app(machine)
    yield app.test_client()
    app.extensions["askback_intake"].close()


def signed(body: bytes = BODY, *, shop: str = SHOP, secret: str = APP_SECRET) -> dict[str, str]:
    seal = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
    return {
        "X-Shopify-Topic": "orders/create",
        "X-Shopify-Shop-Domain": shop,
        "X-Shopify-Hmac-Sha256": seal,
        "X-Shopify-Event-Id": "event-1",
    }


def kept(machine: Machine) -> int:
    with machine.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Delivery)) or 0


def test_a_signed_delivery_is_written_once_however_often_it_comes(
    machine: Machine, sender: FlaskClient
) -> None:
    for _ in range(2):
        answer = sender.post("/webhooks/shopify", data=BODY, headers=signed())
        assert (answer.status_code, answer.json) == (200, {"status": "written"})
    assert kept(machine) == 1


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (signed(secret="another-secret"), 401),
        ({**signed(), "X-Shopify-Hmac-Sha256": "not base64 at all"}, 401),
        ({"X-Shopify-Shop-Domain": SHOP}, 401),
        (signed(shop="stranger.myshopify.com"), 404),
    ],
)
def test_what_is_not_for_us_is_refused_and_not_kept(
    machine: Machine, sender: FlaskClient, headers: dict[str, str], status: int
) -> None:
    answer = sender.post("/webhooks/shopify", data=BODY, headers=headers)
    assert answer.status_code == status
    assert set(answer.json or {}) == {"error"}
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert kept(machine) == 0


def test_what_is_larger_than_any_webhook_is_refused_before_it_is_read(
    machine: Machine, sender: FlaskClient
) -> None:
    body = b"x" * (LARGEST_BODY + 1)
    answer = sender.post("/webhooks/shopify", data=body, headers=signed(body))
    assert (answer.status_code, answer.json) == (413, {"error": "larger than 5 MiB"})
    assert kept(machine) == 0


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/webhooks/shopify", 405),
        ("POST", "/webhooks/woocommerce/nobody", 404),
        ("POST", "/webhooks/woocommerce/nobody/else", 404),
        ("POST", "/webhooks/", 404),
        ("GET", "/healthz", 200),
    ],
)
def test_other_paths_and_methods_find_their_own_answer(
    sender: FlaskClient, method: str, path: str, status: int
) -> None:
    assert sender.open(path, method=method).status_code == status
