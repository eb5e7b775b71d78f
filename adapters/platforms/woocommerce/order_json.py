"""The fields of an order's JSON that are read."""

from __future__ import annotations

from decimal import Decimal

from marshmallow import fields

from adapters.platforms.woocommerce import records_meta
from adapters.platforms.woocommerce.fields import (
    Amount,
    Flag,
    Id,
    Moment,
    Part,
    Payload,
    Quantity,
    Rows,
    Text,
    Url,
)


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
    quantity = Quantity(required=True)
    total = Amount(required=True)
    total_tax = Amount(load_default=Decimal(0))
    sku = Text(load_default="")
    image = Part(_Image)
    # Plugins write anything here: `choices` takes out what it knows.
    meta_data = fields.Raw(load_default=None)


class _Shipping(Payload):
    method_id = Text(load_default="")


class _Coupon(Payload):
    code = Text(load_default="")


class _Refund(Payload):
    id = Id(required=True)
    reason = Text(load_default="")
    total = Amount(required=True)


class Order(Payload):
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
