"""Which webhooks Shopify sends for each deed, in which order, and how it signs them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import uuid
from collections.abc import Callable
from typing import Any

from tests.fakes import catalogue, ledger
from tests.fakes.memory import Memory
from tests.fakes.post import Delivery, Subscription
from tests.fakes.shopify import ids
from tests.fakes.shopify.bucket import Bucket
from tests.fakes.shopify.bulk import Bulk
from tests.fakes.shopify.checkouts import CheckoutPayloads
from tests.fakes.shopify.orders import OrderPayloads
from tests.fakes.shopify.parts import Parts
from tests.fakes.shopify.things import ThingPayloads

Builder = Callable[[Any], dict[str, Any]]

OLDEST_VERSION = "2026-01"
"""Who asks for an older one is served this one: https://shopify.dev/docs/api/usage/versioning"""
API_VERSION = "2026-07"
# The order is no promise of Shopify's; this is the one in which a quiet shop's events happen.
TELLS: dict[str, tuple[str, ...]] = {
    "checkout_opened": ("checkouts/create",),
    "checkout_changed": ("checkouts/update",),
    "checkout_deleted": ("checkouts/delete",),
    "payment_failed": ("checkouts/update",),
    "order_placed": ("orders/create", "orders/paid", "checkouts/update"),
    "order_paid": ("orders/paid", "orders/updated"),
    "order_cancelled": ("orders/cancelled", "orders/updated"),
    "order_marked": (),
    "order_refunded": ("refunds/create", "orders/updated"),
    "order_fulfilled": ("fulfillments/create", "orders/fulfilled", "orders/updated"),
    "parcel_delivered": ("fulfillments/update",),
    "stock_changed": ("products/update",),
    "product_deleted": ("products/delete",),
    "order_deleted": ("orders/delete",),
    "account_deleted": ("customers/delete",),
    "coupon_created": (),
    "coupon_deleted": (),
    "account_created": ("customers/create",),
    "consent_changed": ("customers_email_marketing_consent/update",),
    "texts_consent_changed": ("customers_marketing_consent/update",),
    "uninstalled": ("app/uninstalled",),
    "data_asked": ("customers/data_request",),
    "erasure_asked": ("customers/redact",),
    "shop_erasure_asked": ("shop/redact",),
}
TOPICS = (
    *dict.fromkeys(topic for topics in TELLS.values() for topic in topics),
    "customers/update",
    "products/create",
)


class Shopify:
    """One store's memory, told the Shopify way."""

    platform = "shopify"
    topics = TOPICS
    signature_header = "X-Shopify-Hmac-Sha256"
    topic_header = "X-Shopify-Topic"

    def __init__(self, memory: Memory, *, base_url: str, shop: str, timezone: str) -> None:
        self.memory, self.base_url, self.shop, self.timezone = memory, base_url, shop, timezone
        parts = Parts(memory, base_url)
        self.checkouts = CheckoutPayloads(parts)
        self.orders = OrderPayloads(parts)
        self.things = ThingPayloads(parts, shop)
        self.home_url = base_url
        """Where shoppers find it: its primary domain."""
        self.bulk, self.bucket = Bulk(), Bucket()
        self.filters: dict[int, str] = {}
        """Of subscriptions, by their number: told back, and not heeded here."""

    def tells(self, moment: str, subject: Any) -> list[tuple[str, dict[str, Any]]]:
        """The deliveries of one moment: topic and payload, in the order they leave."""
        topics = TELLS[moment]
        if moment == "order_placed" and subject.paid_at is None:
            topics = tuple(topic for topic in topics if topic != "orders/paid")
        return [(topic, self.payload(topic, subject)) for topic in topics]

    def payload(self, topic: str, subject: Any) -> dict[str, Any]:
        by_topic: dict[str, Builder] = {
            "checkouts/create": self.checkouts.payload,
            "checkouts/update": self._checkout_behind,
            "checkouts/delete": self.checkouts.deleted,
            "fulfillments/create": self._newest_fulfillment,
            "fulfillments/update": self._newest_fulfillment,
            "refunds/create": lambda order: self.orders.refund(order, order.refunds[-1]),
            "products/update": self._on_shelf,
            "orders/delete": lambda order: {"id": ids.number("Order", order.id)},
            "customers/delete": self.things.deleted_account,
            "products/delete": lambda product: {"id": ids.number("Product", product.id)},
            "customers/create": self.things.parts.account,
            "customers_email_marketing_consent/update": self.things.consent,
            "customers_marketing_consent/update": self.things.texts_consent,
            "customers/data_request": self.things.data_request,
            "customers/redact": lambda it: self.things.privacy(it, orders_key="orders_to_redact"),
            "app/uninstalled": lambda _: self.things.shop_payload(),
            "shop/redact": lambda _: self.things.shop_redact(),
        }
        build: Builder = by_topic.get(topic, self.orders.payload)
        return build(subject)

    def _checkout_behind(self, subject: ledger.Checkout | ledger.Order) -> dict[str, Any]:
        """A purchase updates its checkout too."""
        found = subject.checkout if isinstance(subject, ledger.Order) else subject
        return self.checkouts.payload(found)

    def _newest_fulfillment(self, order: ledger.Order) -> dict[str, Any]:
        return self.orders.fulfillment(order, order.shipments[-1])

    def _on_shelf(self, variant: catalogue.Variant) -> dict[str, Any]:
        return self.things.product(self.memory.shelf.products[variant.product_id])

    def external_id(self, thing: Any) -> str:
        if isinstance(thing, ledger.Checkout):
            return thing.token
        kinds = {
            ledger.Account: "Customer",
            ledger.Coupon: "DiscountCodeNode",
            ledger.Line: "LineItem",
            ledger.Order: "Order",
            ledger.Refund: "Refund",
            ledger.Shipment: "Fulfillment",
            catalogue.Product: "Product",
            catalogue.Variant: "ProductVariant",
        }
        return str(ids.number(kinds[type(thing)], thing.id))

    def encode(self, payload: Any) -> bytes:
        return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()

    def deliver(self, topic: str, body: bytes, to: Subscription, *, event: str) -> Delivery:
        """Address, label and sign one delivery; `event` is equal for all who are told of it."""
        headers = {
            "Content-Type": "application/json",
            "X-Shopify-Topic": topic,
            "X-Shopify-Hmac-Sha256": self.signature(body, to.secret),
            "X-Shopify-Shop-Domain": self.shop,
            "X-Shopify-API-Version": API_VERSION,
            "X-Shopify-Webhook-Id": str(uuid.uuid4()),
            "X-Shopify-Event-Id": event,
            "X-Shopify-Triggered-At": f"{self.memory.now():%Y-%m-%dT%H:%M:%S.000000000Z}",
        }
        return Delivery(topic=topic, url=to.url, headers=headers, body=body)

    def signature(self, body: bytes, secret: str) -> str:
        return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
