"""Addresses, parcels, refunds and discounts as the Admin GraphQL API tells them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from tests.fakes import ledger
from tests.fakes.shopify import ids
from tests.fakes.till import Till

Node = dict[str, Any]


def at(moment: datetime | None) -> str | None:
    """GraphQL's DateTime: UTC with a Z."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if moment else None


def common(kind: str, own: int) -> Node:
    number = ids.number(kind, own)
    return {
        "__typename": kind,
        "id": f"gid://shopify/{kind}/{number}",
        "legacyResourceId": str(number),
    }


def cut(nodes: list[Node]) -> Callable[..., list[Node]]:
    """A plain list that `first` truncates."""
    return lambda first=None, query=None: nodes[:first]  # Shopify's argument


def money(till: Till, amount: Decimal | int) -> Node:
    # GraphQL writes whole amounts with one decimal, "10.0".
    text = till.say(amount)
    said = f"{text.rstrip('0').rstrip('.') if '.' in text else text}"
    said = said if "." in said else f"{said}.0"
    return {"__typename": "MoneyV2", "amount": said, "currencyCode": till.currency}


def bag(till: Till, amount: Decimal | int) -> Node:
    said = money(till, amount)
    return {"__typename": "MoneyBag", "shopMoney": said, "presentmentMoney": said}


def address(owner: int, *, first_name: str, last_name: str, phone: str = "") -> Node:
    return {
        "__typename": "MailingAddress",
        "id": f"gid://shopify/MailingAddress/{owner}?model_name=Address",
        "firstName": first_name,
        "lastName": last_name,
        "name": f"{first_name} {last_name}".strip(),
        "address1": "1 Harbour St",
        "city": "Haifa",
        "zip": "3100000",
        "country": "Israel",
        "countryCodeV2": "IL",
        "phone": phone,
    }


def where(checkout: ledger.Checkout) -> Node:
    """The address of a checkout or order."""
    return address(
        checkout.id,
        first_name=checkout.first_name,
        last_name=checkout.last_name,
        phone=checkout.phone,
    )


def fulfillment(order: ledger.Order, shipment: ledger.Shipment) -> Node:
    tracking = {
        "__typename": "FulfillmentTrackingInfo",
        "company": shipment.carrier,
        "number": shipment.number,
        "url": shipment.url,
    }
    return {
        **common("Fulfillment", shipment.id),
        "name": f"#{order.number}.{order.shipments.index(shipment) + 1}",
        "status": "SUCCESS",
        "displayStatus": "DELIVERED" if shipment.delivered_at else "FULFILLED",
        "createdAt": at(shipment.created_at),
        "updatedAt": at(shipment.updated_at),
        "deliveredAt": at(shipment.delivered_at),
        "totalQuantity": sum(line.quantity for line in order.checkout.lines),
        "trackingInfo": cut([tracking]),
    }


def refund(till: Till, one: ledger.Refund) -> Node:
    return {
        **common("Refund", one.id),
        "note": one.reason or None,
        "createdAt": at(one.refunded_at),
        "updatedAt": at(one.refunded_at),
        "processedAt": at(one.refunded_at),
        "totalRefundedSet": bag(till, one.amount),
    }


def allocations(line: ledger.Line, till: Till) -> list[Node]:
    if not line.discount:
        return []
    return [{"__typename": "DiscountAllocation", "allocatedAmountSet": bag(till, line.discount)}]
