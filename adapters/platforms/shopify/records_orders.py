"""Shopify's orders: what was bought, what became of it, in the currency the shopper saw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError

from adapters.platforms.shopify import order_states
from adapters.platforms.shopify.fields import (
    Amount,
    Count,
    Ident,
    Moment,
    Shape,
    Text,
    Url,
    identity,
    many,
    money,
    texts,
)
from adapters.platforms.shopify.records_checkouts import DiscountCode, codes
from adapters.platforms.shopify.records_people import BuyerShape, buyer
from adapters.platforms.shopify.records_shipments import FulfillmentShape, fulfillment
from adapters.swift import Part
from connector import records
from connector.money import Money


class _Money(Shape):
    amount = Amount(required=True)
    currency_code = Text()


class MoneySet(Shape):
    """One amount, as the shop books it and as the shopper saw it."""

    shop_money = Part(_Money())
    presentment_money = Part(_Money())


class _Allocation(Shape):
    amount = Amount()
    amount_set = Part(MoneySet())


class _Line(Shape):
    id = Ident()
    admin_graphql_api_id = Text()
    product_id = Ident()
    variant_id = Ident()
    title = Text()
    variant_title = Text()
    sku = Text()
    quantity = Count(required=True)
    price = Amount()
    price_set = Part(MoneySet())
    discount_allocations = many(_Allocation())


class _Transaction(Shape):
    kind = Text()
    status = Text()
    amount = Amount()
    currency = Text()


class _RefundLine(Shape):
    subtotal_set = Part(MoneySet())


class RefundShape(Shape):
    """refunds/create, and `refunds` inside orders."""

    id = Ident()
    admin_graphql_api_id = Text()
    order_id = Ident()
    note = Text()
    created_at = Moment()
    processed_at = Moment()
    transactions = many(_Transaction())
    total_duties_set = Part(MoneySet())
    refund_line_items = many(_RefundLine())


class _Order(BuyerShape):
    id = Ident()
    admin_graphql_api_id = Text()
    name = Text()
    order_number = Text()
    checkout_token = Ident()
    cart_token = Ident()
    currency = Text(required=True)
    total_price = Amount()
    total_price_set = Part(MoneySet())
    total_discounts = Amount()
    total_discounts_set = Part(MoneySet())
    total_tax = Amount()
    total_tax_set = Part(MoneySet())
    total_shipping_price_set = Part(MoneySet())
    created_at = Moment(required=True)
    updated_at = Moment(required=True)
    processed_at = Moment()
    cancelled_at = Moment()
    cancel_reason = Text()
    financial_status = Text()
    fulfillment_status = Text()
    gateway = Text()
    payment_gateway_names = texts()
    order_status_url = Url()
    note = Text()
    line_items = many(_Line())
    discount_codes = many(DiscountCode())
    fulfillments = many(FulfillmentShape())
    refunds = many(RefundShape())


_ORDER = _Order()
_REFUND = RefundShape()


def read_order(data: Any) -> records.Order:
    """orders/create, updated, paid, cancelled, fulfilled, partially_fulfilled."""
    loaded = _ORDER.load(data)
    external_id = identity(loaded)
    purse = _purse(loaded)
    refunds = tuple(_refunds(loaded["refunds"], external_id, purse.currency))
    words = loaded["financial_status"], loaded["fulfillment_status"]
    state = order_states.of(*words, cancelled="cancelled_at" in loaded)
    return records.Order(
        external_id=external_id,
        number=loaded["name"] or loaded["order_number"],
        state=state,
        status=order_states.status(*words),
        is_final=state in order_states.FINAL,
        currency=purse.currency,
        total=purse.must(loaded, "total_price"),
        discount=purse.may(loaded, "total_discounts"),
        shipping=purse.may(loaded, "total_shipping_price"),
        tax=purse.may(loaded, "total_tax"),
        refunded=sum((each.amount for each in refunds), purse.nothing) if refunds else None,
        created_at=loaded["created_at"],
        updated_at=loaded["updated_at"],
        paid_at=_paid_at(loaded),
        cancelled_at=loaded.get("cancelled_at"),
        cancelled_by=order_states.CANCELLED_BY.get(loaded["cancel_reason"], ""),
        cancel_reason=loaded["cancel_reason"],
        checkout_external_id=loaded["checkout_token"],
        cart_token=loaded["cart_token"],
        customer=buyer(loaded),
        lines=tuple(_line(line, purse) for line in loaded["line_items"]),
        coupon_codes=codes(loaded["discount_codes"]),
        locale=loaded["customer_locale"],
        note=loaded["note"],
        payment_method=", ".join(loaded["payment_gateway_names"]) or loaded["gateway"],
        status_url=loaded["order_status_url"],
        fulfillments=tuple(fulfillment(each, external_id) for each in loaded["fulfillments"]),
        refunds=refunds,
    )


def read_refund(data: Any) -> records.Refund | records.SetAside:
    """refunds/create. Its transactions often name no currency: then its line amounts do."""
    loaded = _REFUND.load(data)
    sets = [loaded.get("total_duties_set")]
    sets += [line.get("subtotal_set") for line in loaded["refund_line_items"]]
    currencies = [_shown(each) for each in sets] + [
        transaction["currency"] for transaction in loaded["transactions"]
    ]
    currency = next((found for found in currencies if found), "")
    if not loaded["order_id"]:
        raise ValidationError({"order_id": ["Missing data for required field."]})
    for refund in _refunds([loaded], loaded["order_id"], currency):
        return refund
    return records.SetAside(reason="a refund by which no money was given back (yet)")


@dataclass(frozen=True, slots=True)
class _Purse:
    """The one currency of one order: plain amounts count only where they are in it."""

    currency: str
    shop_currency: str

    @property
    def nothing(self) -> Money:
        return Money.zero(self.currency)

    def may(self, part: Mapping[str, Any], name: str) -> Money | None:
        both = part.get(f"{name}_set") or {}
        for side in ("presentment_money", "shop_money"):
            if (found := both.get(side)) and found["currency_code"] == self.currency:
                return money(found["amount"], self.currency, name)
        plain: Decimal | None = part.get(name)
        if plain is None or self.currency != self.shop_currency:
            return None
        return money(plain, self.currency, name)

    def must(self, part: Mapping[str, Any], name: str) -> Money:
        found = self.may(part, name)
        if found is None:
            raise ValidationError({name: [f"no amount in {self.currency}"]})
        return found


def _purse(loaded: Mapping[str, Any]) -> _Purse:
    """What the shopper saw, if every price was told in it; else the shop's own currency.

    One record has one currency: revenue is summed by it, and mails quote what was seen.
    """
    shown = _shown(loaded.get("total_price_set"))
    lines = loaded["line_items"]
    told = [_shown(line.get("price_set")) for line in lines] + [
        _shown(each.get("amount_set")) for line in lines for each in line["discount_allocations"]
    ]
    everywhere = bool(shown) and all(currency == shown for currency in told)
    return _Purse(shown if everywhere else loaded["currency"], loaded["currency"])


def _shown(both: Mapping[str, Any] | None) -> str:
    return str(((both or {}).get("presentment_money") or {}).get("currency_code", ""))


def _paid_at(loaded: Mapping[str, Any]) -> datetime | None:
    """No payload says when the money came; a paid order was processed when it came in."""
    paid = loaded["financial_status"] in order_states.PAID
    return loaded.get("processed_at") if paid else None


def _line(line: Mapping[str, Any], purse: _Purse) -> records.LineItem:
    price = purse.must(line, "price")
    # https://shopify.dev/docs/api/admin-rest/latest/resources/order: total_discount holds
    # only what was set by hand; discount_allocations holds all, the order's share included.
    discounts = [purse.must(each, "amount") for each in line["discount_allocations"]]
    return records.LineItem(
        external_id=identity(line),
        product_external_id=line["product_id"],
        variant_external_id=line["variant_id"],
        title=line["title"],
        variant_title=line["variant_title"],
        sku=line["sku"],
        quantity=line["quantity"],
        unit_price=price,
        total=price * line["quantity"] - sum(discounts, purse.nothing),
    )


def _refunds(
    refunds: list[Mapping[str, Any]], order_external_id: str, currency: str
) -> list[records.Refund]:
    """The refunds by which money went back: a transaction that is pending or failed gave none."""
    given: list[records.Refund] = []
    for refund in refunds:
        amounts = [
            money(transaction["amount"], transaction["currency"] or currency, "transactions")
            for transaction in refund["transactions"]
            if (transaction["kind"], transaction["status"]) == ("refund", "success")
            and "amount" in transaction
        ]
        if not amounts:
            continue
        moment = refund.get("processed_at") or refund.get("created_at")
        if moment is None:
            raise ValidationError({"processed_at": ["Missing data for required field."]})
        if any(amount.currency != currency for amount in amounts):
            raise ValidationError({"transactions": [f"not all are in {currency}"]})
        given.append(
            records.Refund(
                external_id=identity(refund),
                order_external_id=order_external_id,
                amount=sum(amounts, Money.zero(currency)),
                refunded_at=moment,
                reason=refund["note"],
            )
        )
    return given
