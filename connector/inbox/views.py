"""The doors for webhooks: verify the raw bytes, write once, answer."""

from __future__ import annotations

import time
from typing import Any

from flask import Blueprint, request
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from connector.errors import NotAuthentic, Retryable
from connector.inbox.intake import Arrival, Intake
from connector.machine import Machine
from connector.ports.platform import Envelope
from connector.stores import actions as stores
from connector.stores.models import Store, StoreState

LARGEST_BODY = 5 * 1024 * 1024

MEMORY_SECONDS = 2.0
"""How long a disconnected store, or one with a new secret, may be taken for what it was."""

Answer = tuple[dict[str, Any], int]


class _Doorman:
    """Knows each store's id and secrets, because every delivery asks for them."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._known: dict[tuple[str, str], tuple[float, int, tuple[str, ...]]] = {}

    def whose(self, platform: str, column: str, name: str) -> tuple[int, tuple[str, ...]] | None:
        """The store's id and secrets; what was read MEMORY_SECONDS ago is read again."""
        if "\x00" in name:  # names nobody, and PostgreSQL refuses even to be asked
            return None
        present = time.monotonic()
        known = self._known.get((platform, name))
        if known and present - known[0] < MEMORY_SECONDS:
            return known[1:]
        with self._machine.database.reading() as session:
            store = session.scalar(
                select(Store).where(
                    Store.platform == platform,
                    getattr(Store, column) == name,
                    Store.state != StoreState.DISCONNECTED,
                )
            )
            if store is None:
                self._known.pop((platform, name), None)
                return None
            secrets = stores.webhook_secrets(self._machine, store)
            self._known[platform, name] = (present, store.id, secrets)
            return store.id, secrets


def blueprint(machine: Machine, intake: Intake) -> Blueprint:
    """Routes `POST /webhooks/shopify` and `POST /webhooks/woocommerce/<store_key>`."""
    routes = Blueprint("inbox", __name__)
    doorman = _Doorman(machine)
    whose = doorman.whose

    @routes.post("/webhooks/shopify")
    def shopify() -> Answer:
        envelope = _envelope()
        platform = machine.platforms["shopify"]
        secrets = machine.settings.shopify_secrets
        shop = envelope.headers.get("x-shopify-shop-domain", "").strip().lower()
        store = whose("shopify", "external_id", shop[:400])
        platform.authenticate(envelope, [*(store[1] if store else ()), *secrets])
        if store is None:
            return {"error": "unknown shop"}, 404
        return _write(intake, machine, "shopify", store[0], envelope)

    @routes.post("/webhooks/woocommerce/<store_key>")
    def woocommerce(store_key: str) -> Answer:
        store = whose("woocommerce", "key", store_key)
        if store is None:
            return {"error": "unknown store"}, 404
        envelope = _envelope()
        platform = machine.platforms["woocommerce"]
        if platform.is_ping(envelope):
            return {"status": "hello"}, 200
        platform.authenticate(envelope, store[1])
        return _write(intake, machine, "woocommerce", store[0], envelope)

    @routes.errorhandler(NotAuthentic)
    def not_authentic(_problem: NotAuthentic) -> Answer:
        return {"error": "the signature does not fit the body"}, 401

    @routes.errorhandler(Retryable)
    @routes.errorhandler(SQLAlchemyError)
    def cannot_write(_problem: Exception) -> Answer:
        return {"error": "cannot write now, send again"}, 503

    return routes


def _envelope() -> Envelope:
    request.max_content_length = LARGEST_BODY
    return Envelope(
        headers={name.lower(): text for name, text in request.headers.items()},
        body=request.get_data(cache=False),
    )


def _write(
    intake: Intake, machine: Machine, platform: str, store_id: int, envelope: Envelope
) -> Answer:
    label = machine.platforms[platform].label(envelope)
    intake.write(
        Arrival(
            store_id=store_id,
            topic=label.topic,
            dedupe_key=label.dedupe_key,
            delivery_id=label.delivery_id,
            body=envelope.body,
            received_at=machine.now(),
        )
    )
    return {"status": "written"}, 200
