"""What WooCommerce's REST API changes in orders: made, noted, given meta."""

from __future__ import annotations

from typing import Any

from tests.fakes import ledger
from tests.fakes.memory import CouponRefused, Memory, Wish
from tests.fakes.woocommerce.answers import Refusal


def keep_meta(meta: dict[str, object], said: dict[str, Any]) -> None:
    """One entry per key, as WordPress writes meta_data without ids."""
    meta.update({entry["key"]: entry["value"] for entry in said.get("meta_data", [])})


def make_note(memory: Memory, checkout: ledger.Checkout, said: dict[str, Any]) -> ledger.Note:
    note = ledger.Note(
        id=memory.number(),
        text=said.get("note", ""),
        for_customer=said.get("customer_note", False) is True,
        made_at=memory.now(),
    )
    if checkout.order is not None:
        checkout.order.notes.append(note)
    return note


def make_order(memory: Memory, said: dict[str, Any]) -> ledger.Order:
    """An order, unpaid unless it says so; what is not on the shelf is a line that costs nothing."""
    customer = said.get("customer_id", 0)
    if customer and customer not in {one.id for one in memory.accounts.values()}:
        raise Refusal(400, "woocommerce_rest_invalid_customer_id", "Customer ID is invalid.")
    billing = said.get("billing", {})
    meta: dict[str, object] = {}
    keep_meta(meta, said)
    name = f"{billing.get('first_name', '')} {billing.get('last_name', '')}".strip()
    lines = [_wish(memory, line) for line in said.get("line_items", [])]
    known = [one for one in lines if one]
    order = memory.opens_order(billing.get("email", ""), known, name=name, meta=meta)
    order.checkout.unknown_lines = len(lines) - len(known)
    for line in said.get("coupon_lines", []):
        _takes_coupon(memory, order.checkout, line["code"])
    if said.get("set_paid"):
        memory.pays(order)
    return order


def _takes_coupon(memory: Memory, checkout: ledger.Checkout, code: str) -> None:
    """A coupon that does not hold is refused, and the order stands there all the same."""
    try:
        checkout.coupon = memory.usable_coupon(code, checkout)
    except CouponRefused as problem:
        raise Refusal(400, "woocommerce_rest_invalid_coupon", str(problem)) from problem
    checkout.coupon.used_by.append(checkout.email)
    checkout.reckon()


def _wish(memory: Memory, line: dict[str, Any]) -> Wish | None:
    product = memory.shelf.products.get(line["product_id"])
    if product is None:
        return None
    chosen = line.get("variation_id") or product.variants[0].id
    variant = next((one for one in product.variants if one.id == chosen), None)
    return (variant, line.get("quantity", 1)) if variant else None
