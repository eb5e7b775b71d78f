"""Shopify's checkouts: what was in them, who left them, how far they had come."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError

from adapters.platforms.shopify.fields import (
    Amount,
    Count,
    Ident,
    Moment,
    Shape,
    Text,
    Url,
    many,
    money,
    money_or_none,
)
from adapters.platforms.shopify.records_people import BuyerShape, buyer
from connector import records
from connector.money import Money


class _Discount(Shape):
    amount = Amount(required=True)


class _Line(Shape):
    key = Ident()
    product_id = Ident()
    variant_id = Ident()
    title = Text()
    presentment_title = Text()
    variant_title = Text()
    presentment_variant_title = Text()
    sku = Text()
    quantity = Count(required=True)
    price = Amount()
    variant_price = Amount()
    discount_allocations = many(_Discount())
    applied_discounts = many(_Discount())


class _ShippingLine(Shape):
    price = Amount(required=True)


class DiscountCode(Shape):
    """One entry of discount_codes, in checkouts and orders alike."""

    code = Text()


class _Checkout(BuyerShape):
    token = Ident(required=True)
    cart_token = Ident()
    currency = Text()
    presentment_currency = Text()
    total_price = Amount(required=True)
    subtotal_price = Amount()
    total_discounts = Amount()
    total_tax = Amount()
    created_at = Moment(required=True)
    updated_at = Moment(required=True)
    completed_at = Moment()
    abandoned_checkout_url = Url()
    gateway = Text()
    note = Text()
    line_items = many(_Line())
    shipping_lines = many(_ShippingLine())
    discount_codes = many(DiscountCode())


class _Deleted(Shape):
    token = Ident()
    cart_token = Ident()


_CHECKOUT = _Checkout()
_DELETED = _Deleted()


def read_checkout(data: Any) -> records.Checkout:
    """checkouts/create, checkouts/update.

    Amounts of a checkout are in the currency that the shopper sees: presentment_currency,
    and `currency` (the shop's) only where payloads name no other.
    """
    loaded = _CHECKOUT.load(data)
    if not loaded["token"]:
        raise ValidationError({"token": ["Missing data for required field."]})
    currency = loaded["presentment_currency"] or loaded["currency"]
    shipping = [line["price"] for line in loaded["shipping_lines"]]
    return records.Checkout(
        external_id=loaded["token"],
        cart_token=loaded["cart_token"],
        currency=currency,
        total=money(loaded["total_price"], currency, "total_price"),
        subtotal=money_or_none(loaded.get("subtotal_price"), currency, "subtotal_price"),
        discount=money_or_none(loaded.get("total_discounts"), currency, "total_discounts"),
        shipping=_sum(shipping, currency) if shipping else None,
        tax=money_or_none(loaded.get("total_tax"), currency, "total_tax"),
        created_at=loaded["created_at"],
        updated_at=loaded["updated_at"],
        completed_at=loaded.get("completed_at"),
        customer=buyer(loaded),
        lines=tuple(_line(line, currency) for line in loaded["line_items"]),
        coupon_codes=codes(loaded["discount_codes"]),
        recovery_url=loaded["abandoned_checkout_url"],
        locale=loaded["customer_locale"],
        note=loaded["note"],
        # A shipping line is there from the moment a delivery was chosen; an address alone
        # is contact data.
        chose_delivery=bool(shipping),
        payment_method=loaded["gateway"],
    )


def read_deleted(data: Any) -> records.Deleted | records.SetAside:
    """checkouts/delete: the documented payload has `id` and `cart_token` but no `token`."""
    loaded = _DELETED.load(data)
    if not loaded["token"] and not loaded["cart_token"]:
        return records.SetAside(reason="a deleted checkout that names neither token nor cart")
    return records.Deleted(
        kind="checkout", external_id=loaded["token"], cart_token=loaded["cart_token"]
    )


def codes(discounts: list[Mapping[str, Any]]) -> tuple[str, ...]:
    """The codes that were typed in, in their order."""
    return tuple(discount["code"] for discount in discounts if discount["code"])


def _line(line: Mapping[str, Any], currency: str) -> records.LineItem:
    amount = line.get("price", line.get("variant_price"))
    if amount is None:
        raise ValidationError({"price": ["Missing data for required field."]})
    price = money(amount, currency, "price")
    # `line_price` leaves the discounts out; older payloads name them applied_discounts.
    discounts = line["discount_allocations"] or line["applied_discounts"]
    title = line["presentment_title"] or line["title"]
    variant_title = line["presentment_variant_title"] or line["variant_title"]
    return records.LineItem(
        external_id=line["key"],
        product_external_id=line["product_id"],
        variant_external_id=line["variant_id"],
        # A line whose product was deleted may have no title: it is named by what it has.
        title=title or variant_title or line["sku"],
        variant_title=variant_title if title else "",
        sku=line["sku"],
        quantity=line["quantity"],
        unit_price=price,
        total=price * line["quantity"] - _sum([each["amount"] for each in discounts], currency),
    )


def _sum(amounts: list[Decimal], currency: str) -> Money:
    return sum((money(amount, currency) for amount in amounts), Money.zero(currency))
