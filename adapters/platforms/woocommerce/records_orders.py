"""WooCommerce's orders, drafts among them, in our words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from adapters.platforms.woocommerce import records_meta
from adapters.platforms.woocommerce.fields import (
    Amount,
    Count,
    Flag,
    Id,
    Moment,
    Part,
    Payload,
    Rows,
    Text,
    Url,
)
from connector import records
from connector.errors import Unreadable
from connector.money import Money
from connector.records import OrderState

DRAFT = "checkout-draft"

_STATES = {
    "pending": OrderState.PENDING,
    "failed": OrderState.FAILED,
    "on-hold": OrderState.ON_HOLD,
    "processing": OrderState.PLACED,
    "completed": OrderState.FULFILLED,
    "cancelled": OrderState.CANCELLED,
    "refunded": OrderState.REFUNDED,
}
_UNPAID = frozenset({DRAFT, "pending", "failed"})

# Orders that the merchant's staff, a program or a renewal began: nobody stood at a checkout,
# so nobody left one. (A REST order that fails half-way also leaves a draft behind.)
_NO_SHOPPER = frozenset({"admin", "rest-api", "pos-rest-api", "subscription"})
_PICKUP = ("local_pickup", "pickup_location")


class _Address(Payload):
    first_name = Text(load_default="")
    last_name = Text(load_default="")
    address_1 = Text(load_default="")
    country = Text(load_default="")
    email = Text(load_default="")
    phone = Text(load_default="")


class _Image(Payload):
    src = Url(load_default="")


class _Line(Payload):
    id = Id(load_default="")
    name = Text(load_default="")
    parent_name = Text(load_default="")
    product_id = Id(load_default="")
    variation_id = Id(load_default="")
    quantity = Count(required=True)
    total = Amount(required=True)
    total_tax = Amount(load_default=Decimal(0))
    sku = Text(load_default="")
    image = Part(_Image)


class _Shipping(Payload):
    method_id = Text(load_default="")


class _Coupon(Payload):
    code = Text(load_default="")


class _Refund(Payload):
    id = Id(required=True)
    reason = Text(load_default="")
    total = Amount(required=True)


class _Order(Payload):
    id = Id(required=True)
    number = Text(load_default="")
    status = Text(required=True)
    currency = Text(required=True)
    prices_include_tax = Flag(load_default=False)
    total = Amount(required=True)
    total_tax = Amount(load_default=Decimal(0))
    discount_total = Amount(load_default=Decimal(0))
    discount_tax = Amount(load_default=Decimal(0))
    shipping_total = Amount(load_default=Decimal(0))
    shipping_tax = Amount(load_default=Decimal(0))
    customer_id = Id(load_default="")
    order_key = Text(load_default="")
    billing = Part(_Address)
    shipping = Part(_Address)
    payment_method = Text(load_default="")
    payment_method_title = Text(load_default="")
    payment_url = Url(load_default="")
    created_via = Text(load_default="")
    customer_note = Text(load_default="")
    date_created_gmt = Moment(load_default=None)
    date_modified_gmt = Moment(load_default=None)
    date_paid_gmt = Moment(load_default=None)
    meta_data = Rows(records_meta.Meta)
    line_items = Rows(_Line)
    shipping_lines = Rows(_Shipping)
    coupon_lines = Rows(_Coupon)
    refunds = Rows(_Refund)


_ORDER = _Order()


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
        return (records.SetAside(reason=f"an order that staff have only begun ({status})"),)
    _fill_in_times(order)
    left_by_shopper = status in _UNPAID and order["created_via"] not in _NO_SHOPPER
    found: list[records.Record] = [_checkout(order)] if left_by_shopper else []
    if status != DRAFT:
        found.append(_order(order))
    return tuple(found) or (
        records.SetAside(reason=f"a draft made through {order['created_via']}, not by a shopper"),
    )


def deleted(external_id: str) -> tuple[records.Record, ...]:
    """An order in the trash. Its number names its checkout too, whose pay link died with it."""
    return (
        records.Deleted(kind="order", external_id=external_id),
        records.Deleted(kind="checkout", external_id=external_id),
    )


def state(status: str, *, paid: bool) -> OrderState:
    """What a status means for us.

    Plugins add statuses of their own ("wc-packed"): once money has come in the order stands,
    before that it only waits. The store's word is kept in `status` either way.
    """
    return _STATES.get(status) or (OrderState.PLACED if paid else OrderState.PENDING)


def _fill_in_times(order: dict[str, Any]) -> None:
    created = order["date_created_gmt"] or order["date_modified_gmt"]
    if created is None:
        raise Unreadable(f"order {order['id']} has no date")
    order["date_created_gmt"] = created
    order["date_modified_gmt"] = order["date_modified_gmt"] or created


def _checkout(order: Mapping[str, Any]) -> records.Checkout:
    lines = _lines(order)
    currency = order["currency"]
    total_of_lines = sum((line.total for line in lines), Money.zero(currency))
    failed = order["status"] == "failed"
    return records.Checkout(
        external_id=order["id"],
        # cart_hash changes with every change of the cart; the key stays for the order's life.
        cart_token=order["order_key"],
        currency=currency,
        total=Money.of(order["total"], currency),
        created_at=order["date_created_gmt"],
        updated_at=order["date_modified_gmt"],
        customer=_customer(order),
        lines=lines,
        subtotal=total_of_lines,
        discount=_shown(order, "discount_total", "discount_tax"),
        shipping=_shown(order, "shipping_total", "shipping_tax"),
        tax=Money.of(order["total_tax"], currency),
        coupon_codes=_codes(order),
        recovery_url=order["payment_url"],
        locale=records_meta.locale(order["meta_data"]),
        note=order["customer_note"],
        chose_delivery=_chose_delivery(order),
        # The block checkout writes the first gateway into a draft that has just been opened;
        # the title follows only when the shopper has picked one.
        payment_method=order["payment_method"] if order["payment_method_title"] else "",
        payment_failed=failed,
        payment_failure="the store marked the order as failed" if failed else "",
    )


def _order(order: Mapping[str, Any]) -> records.Order:
    currency = order["currency"]
    refunds = _refunds(order)
    its_state = state(order["status"], paid=order["date_paid_gmt"] is not None)
    return records.Order(
        external_id=order["id"],
        number=order["number"] or order["id"],
        state=its_state,
        status=order["status"],
        currency=currency,
        total=Money.of(order["total"], currency),
        created_at=order["date_created_gmt"],
        updated_at=order["date_modified_gmt"],
        # A draft becomes the order: one number, one key, from the first look to the parcel.
        checkout_external_id=order["id"],
        cart_token=order["order_key"],
        customer=_customer(order),
        lines=_lines(order),
        discount=_shown(order, "discount_total", "discount_tax"),
        shipping=_shown(order, "shipping_total", "shipping_tax"),
        tax=Money.of(order["total_tax"], currency),
        refunded=sum((refund.amount for refund in refunds), Money.zero(currency)),
        coupon_codes=_codes(order),
        locale=records_meta.locale(order["meta_data"]),
        note=order["customer_note"],
        payment_method=order["payment_method"],
        paid_at=order["date_paid_gmt"],
        cancelled_at=order["date_modified_gmt"] if its_state is OrderState.CANCELLED else None,
        # A cancelled order can be revived (webhooks 033 to 038 of the recordings do it).
        is_final=its_state is OrderState.REFUNDED,
        refunds=refunds,
    )


def _lines(order: Mapping[str, Any]) -> tuple[records.LineItem, ...]:
    return tuple(
        _line(line, currency=order["currency"], with_tax=order["prices_include_tax"])
        for line in order["line_items"]
    )


def _line(line: Mapping[str, Any], *, currency: str, with_tax: bool) -> records.LineItem:
    """A line as the shopper sees it: with tax where the store's prices are written with it.

    The payload's own `price` is one piece without tax, so the piece is reckoned from the total.
    """
    total = line["total"] + (line["total_tax"] if with_tax else 0)
    title, variant_title = _titles(line["name"], line["parent_name"])
    return records.LineItem(
        title=title,
        variant_title=variant_title,
        quantity=line["quantity"],
        unit_price=Money.of(total / max(line["quantity"], 1), currency),
        total=Money.of(total, currency),
        external_id=line["id"],
        product_external_id=line["product_id"],
        # What is put into the cart: the variation, or the product that has none.
        variant_external_id=line["variation_id"] or line["product_id"],
        sku=line["sku"],
        image_url=line["image"]["src"],
    )


def _titles(name: str, parent_name: str) -> tuple[str, str]:
    """("Shirt", "Red, M") of the line name "Shirt - Red, M" and its parent's name."""
    if parent_name and name.startswith(f"{parent_name} - "):
        return parent_name, name.removeprefix(f"{parent_name} - ")
    return name, ""


def _customer(order: Mapping[str, Any]) -> records.Customer | None:
    """Who it is, once anything but the country (the store's guess) is known."""
    billing, shipping = order["billing"], order["shipping"]
    customer = records.Customer(
        external_id=order["customer_id"] or None,
        email=billing["email"],
        phone=billing["phone"] or shipping["phone"],
        first_name=billing["first_name"] or shipping["first_name"],
        last_name=billing["last_name"] or shipping["last_name"],
        locale=records_meta.locale(order["meta_data"]),
        country=billing["country"] or shipping["country"],
        accepts_marketing=records_meta.accepts_marketing(order["meta_data"]),
    )
    known = (customer.external_id, customer.email, customer.phone, customer.first_name)
    return customer if any(known) or customer.last_name else None


def _chose_delivery(order: Mapping[str, Any]) -> bool:
    """A draft has a shipping line from the start; only an address, or pick-up, is a choice."""
    methods: Sequence[str] = [line["method_id"] for line in order["shipping_lines"]]
    has_address = bool(order["shipping"]["address_1"] or order["billing"]["address_1"])
    return bool(methods) and (has_address or any(method in _PICKUP for method in methods))


def _refunds(order: Mapping[str, Any]) -> tuple[records.Refund, ...]:
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


def _codes(order: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(coupon["code"] for coupon in order["coupon_lines"] if coupon["code"])


def _shown(order: Mapping[str, Any], amount: str, tax: str) -> Money:
    """An amount as the shopper sees it: with its tax where prices are written with tax."""
    shown = order[amount] + (order[tax] if order["prices_include_tax"] else 0)
    return Money.of(shown, order["currency"])
