"""Cart snapshots of the WordPress companion in our words (the protocol: plugin/PROTOCOL.md)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from marshmallow import fields

from adapters.platforms.woocommerce import choices, records_parts
from adapters.platforms.woocommerce.fields import Amount, Id, Payload, Quantity, Rows, Text, Url
from adapters.platforms.woocommerce.fields_capture import Address, CartName, Seconds, Yes
from connector import records
from connector.money import Money

PREFIX = "cart:"
"""A draft is known by its number, a companion's cart by this and its random name."""

_ATTRIBUTE = "attribute_"
"""So begins in a cart what an order's line names without it.
https://github.com/woocommerce/woocommerce/blob/trunk/plugins/woocommerce/includes/class-wc-order-item-product.php
(set_variation)"""

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*\Z")
_MOST_CODES = 20


class _Line(Payload):
    product_id = Id(required=True)
    variation_id = Id(load_default="")
    quantity = Quantity(required=True)
    name = Text(load_default="")
    variation = Text(load_default="")
    total = Amount(required=True)
    sku = Text(load_default="")
    image = Url(load_default="")
    attributes = fields.Raw(load_default=None)


class _Named(Payload):
    at = Seconds(required=True)
    cart = CartName(required=True)
    email = Address(load_default="")
    consent = Yes(load_default=None, allow_none=True)
    agreed_at = Seconds(load_default=None, allow_none=True)


class _Cart(_Named):
    started_at = Seconds(load_default=None, allow_none=True)
    currency = Text(required=True)
    total = Amount(required=True)
    discount = Amount(load_default=Decimal(0))
    customer_id = Id(load_default="")
    locale = Text(load_default="")
    coupons = fields.List(Text(), load_default=list)
    lines = Rows(_Line)
    restore_url = Url(load_default="")
    order_id = Id(load_default="")


_NAMED, _CART = _Named(), _Cart()


def external_id(cart: str) -> str:
    return f"{PREFIX}{cart}"


def _captured(data: Any) -> tuple[records.Record, ...]:
    cart = _CART.load(data)
    return (_checkout(cart), *_consent(cart))


def _completed(data: Any) -> tuple[records.Record, ...]:
    """Paid for: the order itself may take its time, its webhook waits for WP-Cron.

    The address is the order's, which its webhook tells as well, and says nothing of consent.
    """
    cart = _CART.load(data)
    return (_checkout(cart, completed=True),)


def _cleared(data: Any) -> tuple[records.Record, ...]:
    """The shopper emptied it, or took back that it may be kept."""
    cart = _NAMED.load(data)
    gone = records.Deleted(kind="checkout", external_id=external_id(cart["cart"]))
    return (gone, *_consent(cart))


READERS: Mapping[str, Callable[[Any], tuple[records.Record, ...]]] = {
    "cart.captured": _captured,
    "cart.completed": _completed,
    "cart.cleared": _cleared,
}


def _checkout(cart: Mapping[str, Any], *, completed: bool = False) -> records.Checkout:
    currency = cart["currency"]
    lines = tuple(_line(line, currency) for line in cart["lines"])
    return records.Checkout(
        external_id=external_id(cart["cart"]),
        cart_token=cart["cart"],
        formerly=cart["order_id"],
        currency=currency,
        total=Money.of(cart["total"], currency),
        discount=Money.of(cart["discount"], currency),
        subtotal=sum((line.total for line in lines), Money.zero(currency)),
        created_at=cart["started_at"] or cart["at"],
        updated_at=cart["at"],
        customer=_buyer(cart) if completed else _customer(cart),
        lines=lines,
        coupon_codes=tuple(code for code in cart["coupons"][:_MOST_CODES] if code),
        recovery_url=cart["restore_url"],
        locale=_locale(cart["locale"]),
        completed_at=cart["at"] if completed else None,
    )


def _customer(cart: Mapping[str, Any]) -> records.Customer | None:
    """Nobody, unless she said that she may be written to: then, and only then, her address."""
    if cart["consent"] is not True or not cart["email"]:
        return None
    return records.Customer(
        external_id=cart["customer_id"] or None,
        email=cart["email"],
        locale=_locale(cart["locale"]),
        accepts_marketing=True,
    )


def _buyer(cart: Mapping[str, Any]) -> records.Customer | None:
    account = cart["customer_id"] or None
    return records.Customer(external_id=account, email=cart["email"]) if cart["email"] else None


def _consent(cart: Mapping[str, Any]) -> tuple[records.ConsentChange, ...]:
    if cart["consent"] is None or not cart["email"]:
        return ()
    return (
        records.ConsentChange(
            channel="email",
            granted=cart["consent"],
            email=cart["email"],
            changed_at=cart["agreed_at"] or cart["at"],
        ),
    )


def _line(line: Mapping[str, Any], currency: str) -> records.LineItem:
    amount = records_parts.amount(line)
    return records.LineItem(
        title=line["name"],
        variant_title=", ".join(filter(None, (line["variation"], amount.shown))),
        quantity=amount.pieces,
        unit_price=Money.of(line["total"] / max(amount.pieces, 1), currency),
        total=Money.of(line["total"], currency),
        product_external_id=line["product_id"],
        variant_external_id=amount.ordered_as,
        sku=line["sku"],
        image_url=line["image"],
        choices=tuple(
            (key.removeprefix(_ATTRIBUTE), value)
            for key, value in choices.pairs(line["attributes"])
        ),
    )


def _locale(text: str) -> str:
    """WordPress writes "he_IL"; BCP 47 has "he-IL"."""
    return text.replace("_", "-") if _LANGUAGE.fullmatch(text) else ""
