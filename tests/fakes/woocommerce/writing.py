"""What WooCommerce's REST API changes in orders: made, noted, given meta."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from tests.fakes import ledger
from tests.fakes.memory import CouponRefused, Memory, Wish
from tests.fakes.woocommerce.answers import Refusal


def keep_meta(meta: dict[str, object], said: dict[str, Any]) -> None:
    """One entry per key, as WordPress writes meta_data without ids."""
    meta.update({entry["key"]: entry["value"] for entry in said.get("meta_data", [])})


def make_order(memory: Memory, said: dict[str, Any]) -> ledger.Order:
    """An order, unpaid unless it says so; what is not on the shelf is a line that costs nothing.

    A coupon that is not taken leaves a draft behind, as recorded.
    """
    customer = said.get("customer_id", 0)
    if customer and customer not in {one.id for one in memory.accounts.values()}:
        raise Refusal(400, "woocommerce_rest_invalid_customer_id", "Customer ID is invalid.")
    lines = [_wish(memory, line) for line in said.get("line_items", [])]
    billing, shipping = said.get("billing", {}), said.get("shipping", {})
    checkout = memory.begins_order(
        billing.get("email", ""),
        [one for one in lines if one],
        first_name=billing.get("first_name", ""),
        last_name=billing.get("last_name", ""),
        phone=billing.get("phone", ""),
        note=said.get("customer_note", ""),
    )
    checkout.sent_to = {name: shipping[name] for name in ledger.PLACE if name in shipping}
    checkout.till = replace(checkout.till, currency=said.get("currency", checkout.till.currency))
    checkout.unknown_lines = len(lines) - len(checkout.lines)
    send(memory, checkout, said)
    for one in said.get("coupon_lines", []):
        try:
            checkout.coupon = memory.usable_coupon(one["code"], checkout)
        except CouponRefused as problem:
            left = {"new_draft_order_id": checkout.id}
            keep_meta(checkout.meta, said)
            raise Refusal(400, "woocommerce_rest_invalid_coupon", str(problem), **left) from problem
        checkout.coupon.used_by.append(checkout.email)
        checkout.reckon()
    order = memory.place(checkout, None)
    checkout.completed_at = None
    keep_meta(order.meta, said)
    memory.listener("order_placed", order)
    if said.get("set_paid"):
        memory.pays(order)
    return order


def change(memory: Memory, order: ledger.Order, said: dict[str, Any]) -> None:
    """Delivery and meta of an order that is there already."""
    send(memory, order.checkout, said)
    if said.get("meta_data"):
        keep_meta(order.meta, said)
        memory.notes_meta(order)


def send(memory: Memory, checkout: ledger.Checkout, said: dict[str, Any]) -> None:
    """What the delivery costs before tax, and the tax that the store puts on it."""
    for one in said.get("shipping_lines", []):
        checkout.delivery_tax = memory.till.round(Decimal(one["total"]) * memory.delivery_vat)
        checkout.shipping_price = memory.till.round(one["total"]) + checkout.delivery_tax


def _wish(memory: Memory, line: dict[str, Any]) -> Wish | None:
    product = memory.shelf.products.get(line["product_id"])
    if product is None:
        return None
    chosen = line.get("variation_id") or product.variants[0].id
    variant = next((one for one in product.variants if one.id == chosen), None)
    return (variant, line.get("quantity", 1)) if variant else None
