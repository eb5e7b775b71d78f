"""The WordPress companion as the connector meets it: signed cart snapshots over HTTP."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import requests

from connector.stores.actions import webhook_secrets
from tests.fakes import PracticeStore, Product, Variant
from tests.road import Road

CART = "0123456789abcdef0123456789abcdef"


def sealed(body: bytes, secret: str) -> dict[str, str]:
    seal = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
    return {"Content-Type": "application/json", "X-Askback-Signature": seal}


class Companion:
    """Stands in the practice store's classic checkout."""

    def __init__(self, road: Road, practice: PracticeStore) -> None:
        self.road, self.practice = road, practice
        self.store = road.store_of(practice)
        (self.secret,) = webhook_secrets(road.machine, self.store)
        self.door = f"{road.base_url}/capture/{self.store.key}"

    def says(self, event: str, **more: Any) -> dict[str, Any]:
        """What every snapshot says."""
        at = int(self.road.clock.now().timestamp())
        return {"event": event, "at": at, "cart": CART, **more}

    def snapshot(
        self, email: str, *things: Product | Variant, event: str = "cart.captured", **more: Any
    ) -> dict[str, Any]:
        lines = [self._line(one) for one in things]
        cart = {
            "started_at": int(self.road.clock.now().timestamp()),
            "currency": "ILS",
            "total": str(sum(float(one["total"]) for one in lines)),
            "customer_id": 0,
            "email": email,
            "consent": True,
            "locale": "en_US",
            "coupons": [],
            "lines": lines,
            "restore_url": f"{self.practice.base_url}/checkout/?askback_cart=abc.def",
        }
        return self.says(event, **cart | more)

    def posts(self, snapshot: Any, *, secret: str | None = None) -> requests.Response:
        body = json.dumps(snapshot).encode()
        headers = sealed(body, secret or self.secret)
        return requests.post(self.door, data=body, headers=headers, timeout=10)

    def captures(self, email: str, *things: Product | Variant, **more: Any) -> None:
        """The shopper ticked the box and typed her address."""
        assert self.posts(self.snapshot(email, *things, **more)).status_code == 200

    def _line(self, thing: Product | Variant) -> dict[str, Any]:
        variant = thing.variants[0] if isinstance(thing, Product) else thing
        shelf = self.practice.memory.shelf
        product = shelf.products[shelf.variant(variant.id).product_id]
        return {
            "product_id": product.id,
            "variation_id": variant.id if product.has_options else 0,
            "quantity": 1,
            "name": product.title,
            "variation": variant.option,
            "total": str(self.practice.price(variant)),
            "sku": variant.sku,
            "image": "",
        }
