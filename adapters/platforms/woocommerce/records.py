"""Which topic is read by whom, and why the others are set aside."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from marshmallow import ValidationError

from adapters import strict_json
from adapters.platforms.woocommerce import (
    records_capture,
    records_customers,
    records_orders,
    records_products,
)
from adapters.platforms.woocommerce.fields import Id, Payload
from connector import records
from connector.errors import Unreadable

Reader = Callable[[Any], tuple[records.Record, ...]]


class _Deleted(Payload):
    id = Id(required=True)


_DELETED = _Deleted()


def _order_deleted(data: Any) -> tuple[records.Record, ...]:
    return records_orders.deleted(_DELETED.load(data)["id"])


def _product_deleted(data: Any) -> tuple[records.Record, ...]:
    # Also sent for a coupon or a page in the trash: all posts share one row of numbers, so
    # such an id names no product, and deleting it again does nothing.
    return (records.Deleted(kind="product", external_id=_DELETED.load(data)["id"]),)


def _customer_deleted(data: Any) -> tuple[records.Record, ...]:
    return (records.Deleted(kind="customer", external_id=_DELETED.load(data)["id"]),)


def _back(reader: Reader) -> Reader:
    """Taken out of the trash: the body, which is built on delivery, says how things stand now."""

    def read_back(data: Any) -> tuple[records.Record, ...]:
        return tuple(
            replace(one, is_back=True)
            if isinstance(one, records.Checkout | records.Order | records.Product)
            else one
            for one in reader(data)
        )

    return read_back


READERS: Mapping[str, Reader] = {
    "order.created": records_orders.read_order,
    "order.updated": records_orders.read_order,
    "order.restored": _back(records_orders.read_order),
    "order.deleted": _order_deleted,
    "product.created": records_products.read_product,
    "product.updated": records_products.read_product,
    "product.restored": _back(records_products.read_product),
    "product.deleted": _product_deleted,
    "customer.created": records_customers.read_customer,
    "customer.updated": records_customers.read_customer,
    "customer.deleted": _customer_deleted,
}

_READERS = {**READERS, **records_capture.READERS}
"""What webhooks tell, and what the companion tells through a door of its own."""

_SET_ASIDE = {
    "coupon.deleted": "coupon.deleted is sent for products and pages in the trash as well, "
    "and says only a number: it cannot be believed",
    "coupon.created": "coupons are minted by us and read when needed",
    "coupon.updated": "coupons are minted by us and read when needed",
    "coupon.restored": "coupons are minted by us and read when needed",
}
_HOOK = "a WordPress hook's first argument names no shopper"


def read(topic: str, body: bytes) -> tuple[records.Record, ...]:
    """Translate one authentic delivery. Raises Unreadable, and nothing else."""
    if topic not in _READERS:
        unknown = _HOOK if topic.startswith("action.") else "no reader for this topic"
        return (records.SetAside(reason=_SET_ASIDE.get(topic, unknown)),)
    data = strict_json.loads(body)
    code = error_code(data)
    if code:
        # The body is built when it is delivered: what it speaks of may be gone by then, or
        # the user who owns the webhook may have lost the right to see it.
        return (records.SetAside(reason=f"the store sent its error {code} instead"),)
    return translate(topic, data)


def translate(topic: str, data: Any) -> tuple[records.Record, ...]:
    """Translate what this topic's reader takes. Raises Unreadable, and nothing else."""
    try:
        return _READERS[topic](data)
    except ValidationError as problem:
        raise Unreadable(f"{topic}: {'; '.join(_complaints(problem.messages))}") from problem
    except (ValueError, ArithmeticError) as problem:
        raise Unreadable(f"{topic}: {problem}") from problem


def error_code(data: Any) -> str:
    """The code of a WordPress error ({"code", "message", "data"}), "" for anything else."""
    if not isinstance(data, dict) or "id" in data or "message" not in data:
        return ""
    code = data.get("code")
    return code if isinstance(code, str) else ""


def _complaints(messages: Any, path: str = "") -> list[str]:
    """marshmallow's tree of complaints as lines: field names and reasons, never values."""
    if not isinstance(messages, dict):
        return [f"{path or 'body'}: {', '.join(map(str, messages))}"]
    return [
        complaint
        for name, below in messages.items()
        for complaint in _complaints(below, f"{path}.{name}" if path else str(name))
    ]
