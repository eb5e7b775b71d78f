"""Which webhooks WooCommerce sends for each deed, in which order, and how it signs them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from tests.fakes import catalogue, ledger
from tests.fakes.memory import Memory
from tests.fakes.post import Delivery, Subscription
from tests.fakes.woocommerce.notes import Notes
from tests.fakes.woocommerce.orders import OrderPayloads
from tests.fakes.woocommerce.things import ThingPayloads

# Loading the block checkout saves an order that was never announced as created; on placing it,
# `updated` comes before `created` (seen on WooCommerce 10.5.0).
TELLS: dict[str, tuple[str, ...]] = {
    "checkout_opened": ("order.updated",),
    "checkout_changed": ("order.updated",),
    "checkout_deleted": (),
    "payment_failed": ("order.updated",),
    "order_placed": ("order.updated", "order.created"),
    "order_paid": ("order.updated",),
    "order_cancelled": ("order.updated",),
    "order_refunded": ("order.updated",),
    "order_fulfilled": ("order.updated",),
    "order_marked": ("order.updated",),
    "parcel_delivered": (),
    "stock_changed": ("product.updated",),
    # Trashing any post fires both: WordPress's hook does not say what kind of post it was.
    "product_deleted": ("coupon.deleted", "product.deleted"),
    "order_deleted": ("order.deleted",),
    "order_meta_changed": ("order.updated",),
    "account_deleted": ("customer.deleted",),
    "coupon_created": ("coupon.created",),
    "coupon_deleted": (),
    "account_created": ("customer.created", "customer.updated"),
    "texts_consent_changed": (),
    "consent_changed": (),
    "uninstalled": (),
    "data_asked": (),
    "erasure_asked": (),
    "shop_erasure_asked": (),
}
TOPICS = tuple(
    f"{resource}.{event}"
    for resource in ("order", "product", "customer", "coupon")
    for event in ("created", "updated", "deleted", "restored")
)


class WooCommerce:
    """One store's memory, told the WooCommerce way."""

    platform = "woocommerce"
    topics = TOPICS

    def __init__(self, memory: Memory, *, base_url: str, shop: str, timezone: str) -> None:
        self.memory, self.base_url, self.shop = memory, base_url, shop
        self.zone = ZoneInfo(timezone)
        self.orders = OrderPayloads(memory, base_url, self.zone)
        self.things = ThingPayloads(memory, base_url, self.zone)
        self.notes = Notes(memory, self.orders)

    def tells(self, moment: str, subject: Any) -> list[tuple[str, dict[str, Any]]]:
        """The deliveries of one moment: topic and payload, in the order they leave."""
        self.notes.happens(moment, subject)
        payload = self.payload(subject)
        return [
            (topic, {"id": payload["id"]} if topic.endswith(".deleted") else payload)
            for topic in TELLS[moment]
        ]

    def payload(self, subject: Any) -> dict[str, Any]:
        builders: dict[type, Callable[[Any], dict[str, Any]]] = {
            ledger.Checkout: self.orders.payload,
            ledger.Order: lambda order: self.orders.payload(order.checkout),
            ledger.Account: self.things.customer,
            ledger.Coupon: self.things.coupon,
            catalogue.Product: self.things.product,
            catalogue.Variant: self._on_shelf,
        }
        build = builders.get(type(subject))
        return build(subject) if build else {}

    def _on_shelf(self, variant: catalogue.Variant) -> dict[str, Any]:
        product = self.memory.shelf.products[variant.product_id]
        if product.has_options:
            return self.things.variation(product, self.memory.shelf.variant(variant.id))
        return self.things.product(product)

    def external_id(self, thing: Any) -> str:
        return str(thing.id)

    def encode(self, payload: Any) -> bytes:
        return json.dumps(payload, separators=(",", ":")).replace("/", "\\/").encode()

    def deliver(self, topic: str, body: bytes, to: Subscription, *, event: str) -> Delivery:
        """Address, label and sign one delivery; WooCommerce has no name for the event."""
        resource, _, happened = topic.partition(".")
        # The delivery id is a hash of webhook and second: not unique per delivery.
        del event
        second = f"{to.id}{self.memory.now():%Y%m%d%H%M%S}"
        headers = {
            "User-Agent": "WooCommerce/10.5.0 Hookshot (WordPress/6.9.1)",
            "Accept": "*/*",
            "Accept-Encoding": "deflate, gzip, br, zstd",
            "Content-Type": "application/json",
            "X-WC-Webhook-Source": f"{self.base_url}/",
            "X-WC-Webhook-Topic": topic,
            "X-WC-Webhook-Resource": resource,
            "X-WC-Webhook-Event": happened,
            "X-WC-Webhook-Signature": self.signature(body, to.secret),
            "X-WC-Webhook-ID": str(to.id),
            "X-WC-Webhook-Delivery-ID": self.memory.token(of=second),
            "Connection": "close",
        }
        return Delivery(topic=topic, url=to.url, headers=headers, body=body)

    signature_header = "X-WC-Webhook-Signature"
    topic_header = "X-WC-Webhook-Topic"

    def signature(self, body: bytes, secret: str) -> str:
        return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()

    def ping(self, to: Subscription) -> Delivery:
        """The unsigned form that WooCommerce posts while the webhook is being created."""
        headers = {
            "User-Agent": "WooCommerce/10.5.0 Hookshot (WordPress/6.9.1)",
            "Accept": "*/*",
            "Accept-Encoding": "deflate, gzip, br, zstd",
            "Connection": "close",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        body = f"webhook_id={to.id}".encode()
        return Delivery(topic="", url=to.url, headers=headers, body=body)
