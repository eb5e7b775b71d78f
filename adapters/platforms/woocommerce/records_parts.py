"""What checkouts and orders share: lines, the person, refunds, amounts as the shopper sees them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.platforms.woocommerce import choices, records_meta
from connector import records
from connector.money import Money

PICKUP = ("local_pickup", "pickup_location")


def lines(order: Mapping[str, Any]) -> tuple[records.LineItem, ...]:
    return tuple(
        _line(line, currency=order["currency"], with_tax=order["prices_include_tax"])
        for line in order["line_items"]
    )


def _line(line: Mapping[str, Any], *, currency: str, with_tax: bool) -> records.LineItem:
    """A line as the shopper sees it: with tax where the store's prices are written with it.

    The payload's own `price` is one piece without tax, so the piece is reckoned from the total.
    """
    total = line["total"] + (line["total_tax"] if with_tax else 0)
    title, settled = _titles(line["name"], line["parent_name"])
    much = amount(line)
    chosen = [settled, *(one.shown for one in choices.untold(line)), much.shown]
    return records.LineItem(
        title=title,
        variant_title=", ".join(filter(None, chosen)),
        quantity=much.pieces,
        unit_price=Money.of(total / max(much.pieces, 1), currency),
        total=Money.of(total, currency),
        external_id=line["id"],
        product_external_id=line["product_id"],
        variant_external_id=much.ordered_as,
        sku=line["sku"],
        image_url=line["image"]["src"],
        choices=choices.named(line),
    )


@dataclass(frozen=True, slots=True)
class _Much:
    """How much of a product: so many pieces, put into a cart under the name `ordered_as`.

    Half a kilogram is one piece of its own, told as "0.5", and goes into no cart of ours: any
    number of pieces that we could order would be another amount.
    """

    pieces: int
    ordered_as: str
    shown: str = ""


def amount(line: Mapping[str, Any]) -> _Much:
    """Of a line with a quantity, a product and perhaps a variation."""
    quantity = line["quantity"]
    if isinstance(quantity, int):
        return _Much(quantity, line["variation_id"] or line["product_id"])
    return _Much(1, "", shown=f"{quantity.normalize():f}")


def _titles(name: str, parent_name: str) -> tuple[str, str]:
    """("Shirt", "Red, M") of the line name "Shirt - Red, M" and its parent's name."""
    if parent_name and name.startswith(f"{parent_name} - "):
        return parent_name, name.removeprefix(f"{parent_name} - ")
    return name, ""


def customer(order: Mapping[str, Any]) -> records.Customer | None:
    """Who it is, once anything but the country (the store's guess) is known."""
    billing, shipping = order["billing"], order["shipping"]
    person = records.Customer(
        external_id=order["customer_id"] or None,
        email=billing["email"],
        phone=billing["phone"] or shipping["phone"],
        first_name=billing["first_name"] or shipping["first_name"],
        last_name=billing["last_name"] or shipping["last_name"],
        locale=records_meta.locale(order["meta_data"]),
        country=billing["country"] or shipping["country"],
        accepts_marketing=records_meta.accepts_marketing(order["meta_data"]),
    )
    known = (person.external_id, person.email, person.phone, person.first_name, person.last_name)
    return person if any(known) else None


def chose_delivery(order: Mapping[str, Any]) -> bool:
    """A draft has a shipping line from the start; only an address, or pick-up, is a choice."""
    methods = [line["method_id"] for line in order["shipping_lines"]]
    has_address = bool(order["shipping"]["address_1"] or order["billing"]["address_1"])
    return bool(methods) and (has_address or any(method in PICKUP for method in methods))


def refunds(order: Mapping[str, Any]) -> tuple[records.Refund, ...]:
    """The refunds that an order lists: without a date, so the order's own change dates them."""
    return tuple(
        records.Refund(
            external_id=refund["id"],
            order_external_id=order["id"],
            amount=Money.of(abs(refund["total"]), order["currency"]),
            refunded_at=order["date_modified_gmt"],
            reason=refund["reason"],
        )
        for refund in order["refunds"]
    )


def codes(order: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(coupon["code"] for coupon in order["coupon_lines"] if coupon["code"])


def shown(order: Mapping[str, Any], amount: str, tax: str) -> Money:
    """An amount as the shopper sees it: with its tax where prices are written with tax."""
    included = order[tax] if order["prices_include_tax"] else 0
    return Money.of(order[amount] + included, order["currency"])
