"""WooCommerce's orders, drafts among them, in our words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.platforms.woocommerce import (
    links,
    order_json,
    records_capture,
    records_meta,
    records_parts,
)
from connector import records
from connector.errors import Unreadable
from connector.money import Money
from connector.records import OrderState

DRAFT = "checkout-draft"

_STATES = {
    # Begun by a shopper, by staff, by a program: no order yet.
    DRAFT: OrderState.PENDING,
    "auto-draft": OrderState.PENDING,
    "draft": OrderState.PENDING,
    "pending": OrderState.PENDING,
    "failed": OrderState.FAILED,
    "on-hold": OrderState.ON_HOLD,
    "processing": OrderState.PLACED,
    "completed": OrderState.FULFILLED,
    "cancelled": OrderState.CANCELLED,
    "refunded": OrderState.REFUNDED,
    # The merchant threw it away; whether money had come in no longer counts.
    "trash": OrderState.CANCELLED,
}
_UNPAID = frozenset({DRAFT, "pending", "failed"})

# Orders that the merchant's staff, a program or a renewal began: nobody stood at a checkout,
# so nobody left one. (A REST order that fails half-way also leaves a draft behind.)
_NO_SHOPPER = frozenset({"admin", "rest-api", "pos-rest-api", "subscription"})

_ORDER = order_json.Order()
FIELDS = ",".join(_ORDER.fields)
"""What is read of one, as the API's `_fields` wants it: a third of the time and bytes."""


def read_order(data: Any) -> tuple[records.Record, ...]:
    """One order as /wc/v3/orders and the order.* webhooks write it.

    A draft is a Checkout; an unpaid order is a Checkout still and an Order already;
    every other order is an Order. Raises ValidationError, ValueError, Unreadable.
    """
    order = _ORDER.load(data)
    status = order["status"]
    if status == "trash":
        return deleted(order["id"])
    if status in ("auto-draft", "draft"):
        return _aside(order, f"an order that staff have only begun ({status})")
    _fill_in_times(order)
    left_by_shopper = status in _UNPAID and order["created_via"] not in _NO_SHOPPER
    found: list[records.Record] = [_checkout(order)] if left_by_shopper else []
    if status != DRAFT:
        found.append(_order(order))
    made_through = order["created_via"]
    return tuple(found) or _aside(order, f"a draft made through {made_through}, not by a shopper")


def _aside(order: Mapping[str, Any], reason: str) -> tuple[records.Record, ...]:
    return (records.SetAside(reason=reason, external_id=order["id"]),)


def deleted(external_id: str) -> tuple[records.Record, ...]:
    """An order in the trash. Its number names its checkout too, whose pay link died with it."""
    return (
        records.Deleted(kind="order", external_id=external_id),
        records.Deleted(kind="checkout", external_id=external_id),
    )


def state(status: str) -> OrderState:
    """What a status means for us; one that a plugin added ("packed", "awaiting-shipment"): placed.

    Whether money has come in says nothing there: an order that is paid on delivery has no
    date_paid until the parcel is handed over. To ask a buyer why she left is the worse mistake;
    where the word means something else the merchant says so (`ports.statuses`).
    """
    return _STATES.get(status, OrderState.PLACED)


def is_known(status: str) -> bool:
    """Is it WooCommerce's own?"""
    return status in _STATES


def _fill_in_times(order: dict[str, Any]) -> None:
    created = order["date_created_gmt"] or order["date_modified_gmt"]
    if created is None:
        raise Unreadable(f"order {order['id']} has no date")
    order["date_created_gmt"] = created
    order["date_modified_gmt"] = order["date_modified_gmt"] or created


def _origin(order: Mapping[str, Any]) -> tuple[str, str]:
    """The checkout that an order came from, by our name for it, and its cart's.

    A draft becomes the order: one number, one key, from the first look to the parcel (cart_hash
    changes with every change of the cart). The classic checkout has no draft: there it is the
    companion's cart, which told us of itself before there was any number.
    """
    cart = records_meta.captured_cart(order["meta_data"])
    if cart:
        return records_capture.external_id(cart), cart
    return order["id"], order["order_key"]


def _checkout(order: Mapping[str, Any]) -> records.Checkout:
    lines = records_parts.lines(order)
    currency = order["currency"]
    total_of_lines = sum((line.total for line in lines), Money.zero(currency))
    name, cart_token = _origin(order)
    # A draft is cleaned up after a day, pay link and all; the companion's link to its cart is not.
    is_draft = order["status"] == DRAFT
    captured_draft = is_draft and name != order["id"]
    return records.Checkout(
        external_id=name,
        cart_token=cart_token,
        formerly=order["id"] if name != order["id"] else "",
        currency=currency,
        total=Money.of(order["total"], currency),
        created_at=order["date_created_gmt"],
        updated_at=order["date_modified_gmt"],
        customer=records_parts.customer(order),
        lines=lines,
        subtotal=total_of_lines,
        discount=records_parts.shown(order, "discount_total", "discount_tax"),
        shipping=records_parts.shown(order, "shipping_total", "shipping_tax"),
        tax=Money.of(order["total_tax"], currency),
        coupon_codes=records_parts.codes(order),
        recovery_url=""
        if captured_draft
        else links.way_back(order, draft=order["status"] == DRAFT),
        locale=records_meta.locale(order["meta_data"]),
        note=order["customer_note"],
        chose_delivery=records_parts.chose_delivery(order),
        # The block checkout writes the first gateway into a draft that has just been opened;
        # the title follows only when the shopper has picked one.
        payment_method=order["payment_method"] if order["payment_method_title"] else "",
        payment_failed=order["status"] == "failed",  # why, the order's notes tell
    )


def _order(order: Mapping[str, Any]) -> records.Order:
    currency = order["currency"]
    refunds = records_parts.refunds(order)
    its_state = state(order["status"])
    checkout, cart_token = _origin(order)
    return records.Order(
        external_id=order["id"],
        number=order["number"] or order["id"],
        state=its_state,
        status=order["status"],
        currency=currency,
        total=Money.of(order["total"], currency),
        created_at=order["date_created_gmt"],
        updated_at=order["date_modified_gmt"],
        checkout_external_id=checkout,
        cart_token=cart_token,
        customer=records_parts.customer(order),
        lines=records_parts.lines(order),
        discount=records_parts.shown(order, "discount_total", "discount_tax"),
        shipping=records_parts.shown(order, "shipping_total", "shipping_tax"),
        tax=Money.of(order["total_tax"], currency),
        refunded=sum((refund.amount for refund in refunds), Money.zero(currency)),
        coupon_codes=records_parts.codes(order),
        locale=records_meta.locale(order["meta_data"]),
        note=order["customer_note"],
        payment_method=order["payment_method"],
        paid_at=order["date_paid_gmt"],
        cancelled_at=order["date_modified_gmt"] if its_state is OrderState.CANCELLED else None,
        # A cancelled order can be revived (webhooks 033 to 038 of the recordings do it).
        is_final=its_state is OrderState.REFUNDED,
        refunds=refunds,
    )
