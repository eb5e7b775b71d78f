"""Shopify's webhook topics and what each becomes: the table of readers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import ValidationError

from adapters import strict_json
from adapters.platforms.shopify import records_privacy
from adapters.platforms.shopify.fields import Ident, Shape, Text, identity
from adapters.platforms.shopify.records_checkouts import read_checkout, read_deleted
from adapters.platforms.shopify.records_orders import read_order, read_refund
from adapters.platforms.shopify.records_people import (
    read_customer,
    read_email_consent,
    read_sms_consent,
)
from adapters.platforms.shopify.records_products import read_product
from adapters.platforms.shopify.records_shipments import read_fulfillment
from connector.errors import Unreadable
from connector.records import Deleted, Record, SetAside, Uninstalled

Reader = Callable[[Any], Record]


class _Gone(Shape):
    id = Ident()
    admin_graphql_api_id = Text()


_GONE = _Gone()


def _deleted(kind: str) -> Reader:
    return lambda data: Deleted(kind=kind, external_id=identity(_GONE.load(data)))


READERS: Mapping[str, Reader] = {
    "checkouts/create": read_checkout,
    "checkouts/update": read_checkout,
    "checkouts/delete": read_deleted,
    "orders/create": read_order,
    "orders/updated": read_order,
    "orders/paid": read_order,
    "orders/cancelled": read_order,
    "orders/fulfilled": read_order,
    "orders/partially_fulfilled": read_order,
    "orders/delete": _deleted("order"),
    "refunds/create": read_refund,
    "fulfillments/create": read_fulfillment,
    "fulfillments/update": read_fulfillment,
    "products/create": read_product,
    "products/update": read_product,
    "products/delete": _deleted("product"),
    "customers/create": read_customer,
    "customers/update": read_customer,
    "customers/delete": _deleted("customer"),
    "customers_email_marketing_consent/update": read_email_consent,
    "customers_marketing_consent/update": read_sms_consent,
    **records_privacy.READERS,
    # Whatever else the body says: the app is gone.
    "app/uninstalled": lambda _: Uninstalled(),
}

_LATER = "the customer's next update tells what is needed"
SET_ASIDE: Mapping[str, str] = {
    "orders/edited": "orders/updated tells the whole order after an edit",
    "fulfillment_events/create": "fulfillments/update tells the same, with the tracking numbers",
    "customers/merge": _LATER,
    "customers/enable": _LATER,
    "customers/disable": _LATER,
    "carts/*": "a cart names nobody; its checkout will",
    "discounts/*": "discounts are asked for when they are needed",
    "shop/*": "the store's facts are asked for when they are needed",
    "app/*": "about the app, not about a customer",
    "bulk_operations/*": "nobody here waits for a bulk operation",
    "inventory_items/*": "products/update tells the stock",
    "inventory_levels/*": "products/update tells the stock",
}


def read(topic: str, body: bytes) -> tuple[Record, ...]:
    """Translate one authentic delivery. Raises Unreadable, naming the fields and the reasons."""
    reader = READERS.get(topic)
    if reader is None:
        family = f"{topic.partition('/')[0]}/*"
        reason = SET_ASIDE.get(topic) or SET_ASIDE.get(family)
        return (SetAside(reason=reason or f"an unknown topic of Shopify: {topic[:100]}"),)
    data = strict_json.loads(body)
    try:
        return (reader(data),)
    except ValidationError as problem:
        raise Unreadable(f"{topic}: {spoken(problem.messages)}") from problem


def spoken(messages: object, path: str = "") -> str:
    """marshmallow's nested messages as "line_items.0.price: not an amount"."""
    if isinstance(messages, dict):
        inner = (spoken(part, f"{path}.{name}".strip(".")) for name, part in messages.items())
        return "; ".join(inner)[:500]
    texts = messages if isinstance(messages, list) else [messages]
    return f"{path}: {' '.join(map(str, texts))}".removeprefix("_schema: ")
