"""What a shopper left, as the store itself has it, in the words in which an order is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from marshmallow import fields

from adapters.platforms.woocommerce import api, choices, records_parts
from adapters.platforms.woocommerce.fields import (
    Amount,
    Flag,
    Id,
    Part,
    Payload,
    Quantity,
    Rows,
    Text,
)
from connector.errors import Refused

UNPAID = frozenset({"checkout-draft", "pending", "failed", "cancelled"})
_GONE = "woocommerce_rest_shop_order_invalid_id"
_NAMES = ("first_name", "last_name", "company", "phone")
_PLACES = ("address_1", "address_2", "city", "state", "postcode", "country")
_LONGEST_META = 500


class _Address(Payload):
    first_name = Text(load_default="")
    last_name = Text(load_default="")
    company = Text(load_default="")
    address_1 = Text(load_default="")
    address_2 = Text(load_default="")
    city = Text(load_default="")
    state = Text(load_default="")
    postcode = Text(load_default="")
    country = Text(load_default="")
    email = Text(load_default="")
    phone = Text(load_default="")


class _Line(Payload):
    product_id = Id(load_default="")
    variation_id = Id(load_default="")
    quantity = Quantity(required=True)
    subtotal = Amount(required=True)
    total = Amount(required=True)
    meta_data = fields.Raw(load_default=None)


class _Delivery(Payload):
    id = Id(load_default="")
    method_id = Text(load_default="")
    method_title = Text(load_default="")
    instance_id = Text(load_default="")
    total = Amount(load_default=Decimal(0))


class _Fee(Payload):
    name = Text(load_default="")
    tax_class = Text(load_default="")
    tax_status = Text(load_default="")
    total = Amount(load_default=Decimal(0))


class _Coupon(Payload):
    code = Text(load_default="")
    free_shipping = Flag(load_default=False)


class Sums(Payload):
    """What an order comes to, and what of it is discount and delivery."""

    total = Amount(required=True)
    discount_total = Amount(load_default=Decimal(0))
    discount_tax = Amount(load_default=Decimal(0))
    shipping_total = Amount(load_default=Decimal(0))
    shipping_tax = Amount(load_default=Decimal(0))
    line_items = Rows(_Line)
    shipping_lines = Rows(_Delivery)
    fee_lines = Rows(_Fee)
    coupon_lines = Rows(_Coupon)


class _Left(Sums):
    status = Text(required=True)
    currency = Text(required=True)
    customer_note = Text(load_default="")
    billing = Part(_Address)
    shipping = Part(_Address)


_LEFT = _Left()


def left(store: api.Store, number: str) -> Mapping[str, Any] | None:
    """The order of this number while nobody has paid for it; None: there is none such."""
    if not (number.isascii() and number.isdigit()):
        return None
    try:
        found: Mapping[str, Any] = api.load(_LEFT, store.get(f"orders/{number}"))
    except Refused as problem:
        if problem.code != _GONE:
            raise
        return None  # the store drops drafts that nobody touched for a day
    return found if found["status"] in UNPAID else None


def is_addressed(order: Mapping[str, Any]) -> bool:
    """Does the store know where to, or will she fetch it? The pay page asks for no address."""
    fetched = any(one["method_id"] in records_parts.PICKUP for one in order["shipping_lines"])
    return fetched or bool(order["shipping"]["address_1"] or order["billing"]["address_1"])


def body(order: Mapping[str, Any]) -> dict[str, Any]:
    """The same goods at the same prices, sent in the same way to the same place."""
    said: dict[str, Any] = {
        "currency": order["currency"],
        "billing": _address(order["billing"], "email"),
        "shipping": _address(order["shipping"]),
        "line_items": [_line(one) for one in order["line_items"]],
        "shipping_lines": [_delivery(one) for one in order["shipping_lines"]],
        "fee_lines": [_fee(one) for one in order["fee_lines"]],
    }
    if order["customer_note"]:
        said["customer_note"] = order["customer_note"]
    return said


def codes(order: Mapping[str, Any]) -> list[str]:
    return [one["code"] for one in order["coupon_lines"] if one["code"]]


def wanted(left_order: Mapping[str, Any], made: Mapping[str, Any]) -> Decimal:
    """What the order made has to come to: what hers does, but for what a coupon takes off it."""
    goods = left_order["total"] + _discount(left_order) - delivery(left_order)
    return Decimal(goods - _discount(made) + delivery_wanted(left_order, made))


def delivery_wanted(left_order: Mapping[str, Any], made: Mapping[str, Any]) -> Decimal:
    """What the delivery has to cost: what she saw, unless a coupon frees it."""
    free = any(one["free_shipping"] for one in made["coupon_lines"])
    return Decimal(0) if free else delivery(left_order)


def delivery(order: Mapping[str, Any]) -> Decimal:
    return Decimal(order["shipping_total"] + order["shipping_tax"])


def _discount(order: Mapping[str, Any]) -> Decimal:
    return Decimal(order["discount_total"] + order["discount_tax"])


def _address(told: Mapping[str, Any], *more: str) -> dict[str, str]:
    """Without what is empty: an empty mail address is refused as an invalid one."""
    return {name: told[name] for name in (*_NAMES, *_PLACES, *more) if told[name]}


def _line(line: Mapping[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = {
        "product_id": int(line["product_id"] or 0),
        "quantity": line["quantity"]
        if isinstance(line["quantity"], int)
        else str(line["quantity"]),
        "subtotal": str(line["subtotal"]),
        "total": str(line["total"]),
    }
    if line["variation_id"]:
        said["variation_id"] = int(line["variation_id"])
    if chosen := _chosen(line["meta_data"]):
        told = [choices.kept(*one) if line["variation_id"] else one for one in chosen]
        said["meta_data"] = [{"key": key, "value": value} for key, value in told]
    return said


def _chosen(rows: Any) -> list[tuple[str, str]]:
    """What she chose of it, a plugin's engraving too; what begins with "_" is the store's own."""
    told = [one for one in rows if isinstance(one, dict)] if isinstance(rows, list) else []
    pairs = [(one.get("key"), one.get("value")) for one in told]
    return [
        (key, value)
        for key, value in pairs
        if isinstance(key, str) and isinstance(value, str)
        if not key.startswith("_") and len(value) <= _LONGEST_META
    ]


def _delivery(line: Mapping[str, Any]) -> dict[str, str]:
    said = {name: line[name] for name in ("method_id", "method_title", "instance_id")}
    return {name: one for name, one in said.items() if one} | {"total": str(line["total"])}


def _fee(line: Mapping[str, Any]) -> dict[str, str]:
    said = {name: line[name] for name in ("name", "tax_class", "tax_status") if line[name]}
    return said | {"total": str(line["total"])}
