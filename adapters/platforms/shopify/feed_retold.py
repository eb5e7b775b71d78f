"""GraphQL's nodes, retold in the words of webhooks, so that one reader reads both.

The same order comes by a webhook today and by the feed tomorrow: read by the same code it
gives the same record. Nothing is judged here; what is missing or odd is for the reader.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from adapters.platforms.shopify.api import at

Json = dict[str, Any]

# https://shopify.dev/docs/api/admin-rest/latest/resources/fulfillment#shipment_status: the words
# of the carrier that webhooks use. FULFILLED and the like say no more than `status` does.
_CARRIED = frozenset(
    {
        "ATTEMPTED_DELIVERY",
        "CONFIRMED",
        "DELIVERED",
        "FAILURE",
        "IN_TRANSIT",
        "LABEL_PRINTED",
        "LABEL_PURCHASED",
        "OUT_FOR_DELIVERY",
        "READY_FOR_PICKUP",
    }
)
# Webhooks know no more than these three; null is everything else (orders' fulfillment_status).
_DELIVERED = {
    "FULFILLED": "fulfilled",
    "PARTIALLY_FULFILLED": "partial",
    "RESTOCKED": "restocked",
}


def lower(value: object) -> object:
    """GraphQL writes its enums in capitals, webhooks in small letters."""
    return value.lower() if isinstance(value, str) else value


def listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def amount(bag: object) -> Any:
    return at(bag, "presentmentMoney", "amount")


def shown(bag: object) -> Any:
    return at(bag, "presentmentMoney", "currencyCode")


def both(bag: object) -> Json | None:
    """A MoneyBag; None where there is none."""
    if bag is None:
        return None
    return {"presentment_money": {"amount": amount(bag), "currency_code": shown(bag)}}


def address(node: object) -> Json | None:
    if node is None:
        return None
    return {
        "first_name": at(node, "firstName"),
        "last_name": at(node, "lastName"),
        "phone": at(node, "phone"),
        "country_code": at(node, "countryCodeV2"),
    }


def customer(node: object) -> Json | None:
    """A person, as orders and checkouts hold her."""
    if node is None:
        return None
    return {
        "admin_graphql_api_id": at(node, "id"),
        "email": at(node, "defaultEmailAddress", "emailAddress"),
        "phone": at(node, "defaultPhoneNumber", "phoneNumber"),
        "first_name": at(node, "firstName"),
        "last_name": at(node, "lastName"),
        "updated_at": at(node, "updatedAt"),
        "default_address": address(at(node, "defaultAddress")),
    }


def known_customer(node: object) -> Json | None:
    """A person as the store knows her, with the language that it believes to be hers."""
    person = customer(node)
    return None if person is None else {**person, "locale": at(node, "locale")}


def order(node: object, lines: Iterable[object]) -> Json:
    return {
        "admin_graphql_api_id": at(node, "id"),
        "name": at(node, "name"),
        "checkout_token": at(node, "checkoutToken"),
        "cart_token": at(node, "cartToken"),
        "currency": at(node, "currencyCode"),
        "total_price_set": both(at(node, "totalPriceSet")),
        "total_discounts_set": both(at(node, "totalDiscountsSet")),
        "total_tax_set": both(at(node, "totalTaxSet")),
        "total_shipping_price_set": both(at(node, "totalShippingPriceSet")),
        "created_at": at(node, "createdAt"),
        "updated_at": at(node, "updatedAt"),
        "processed_at": at(node, "processedAt"),
        "cancelled_at": at(node, "cancelledAt"),
        "cancel_reason": lower(at(node, "cancelReason")),
        "financial_status": lower(at(node, "displayFinancialStatus")),
        "fulfillment_status": _DELIVERED.get(str(at(node, "displayFulfillmentStatus"))),
        "payment_gateway_names": at(node, "paymentGatewayNames"),
        "order_status_url": at(node, "statusPageUrl"),
        **_buyer(node),
        "email": at(node, "email"),
        "phone": at(node, "phone"),
        "customer_locale": at(node, "customerLocale"),
        "buyer_accepts_marketing": at(node, "customerAcceptsMarketing"),
        "line_items": [_order_line(line) for line in lines],
        "fulfillments": [_fulfillment(one) for one in listed(at(node, "fulfillments"))],
        "refunds": [_refund(one) for one in listed(at(node, "refunds"))],
    }


def _buyer(node: object) -> Json:
    return {
        "note": at(node, "note"),
        "discount_codes": [{"code": code} for code in listed(at(node, "discountCodes"))],
        "customer": customer(at(node, "customer")),
        "shipping_address": address(at(node, "shippingAddress")),
        "billing_address": address(at(node, "billingAddress")),
    }


def _line(line: object) -> Json:
    return {
        "product_id": at(line, "product", "id"),
        "variant_id": at(line, "variant", "id"),
        "title": at(line, "title"),
        "variant_title": at(line, "variantTitle"),
        "sku": at(line, "sku"),
        "quantity": at(line, "quantity"),
    }


def _order_line(line: object) -> Json:
    discounts = listed(at(line, "discountAllocations"))
    return {
        **_line(line),
        "admin_graphql_api_id": at(line, "id"),
        "price_set": both(at(line, "originalUnitPriceSet")),
        "discount_allocations": [
            {"amount_set": both(at(each, "allocatedAmountSet"))} for each in discounts
        ],
    }


def _fulfillment(node: object) -> Json:
    carried, tracked = at(node, "displayStatus"), listed(at(node, "trackingInfo"))
    return {
        "admin_graphql_api_id": at(node, "id"),
        "status": lower(at(node, "status")),
        "shipment_status": lower(carried) if str(carried) in _CARRIED else None,
        "tracking_company": at(tracked, 0, "company"),
        "tracking_numbers": [at(one, "number") or "" for one in tracked],
        "tracking_urls": [at(one, "url") or "" for one in tracked],
        "created_at": at(node, "createdAt"),
        "updated_at": at(node, "updatedAt"),
    }


def _refund(node: object) -> Json:
    """What went back is told as one sum; a refund of nothing (goods only) as no transaction."""
    bag = at(node, "totalRefundedSet")
    given = {"kind": "refund", "status": "success", "amount": amount(bag), "currency": shown(bag)}
    return {
        "admin_graphql_api_id": at(node, "id"),
        "note": at(node, "note"),
        "created_at": at(node, "createdAt"),
        "processed_at": at(node, "processedAt"),
        "transactions": [given] if str(amount(bag) or "").strip("0.") else [],
    }


def checkout(node: object, lines: Iterable[object], *, token: str, cart_token: str) -> Json:
    """An abandoned checkout. It has no address of its own: the customer's stands for it. Her
    language is the store's guess and not what she shopped in: it stays hers. Its lines have ids
    that no webhook knows: they are left out.
    """
    person = known_customer(at(node, "customer"))
    return {
        "token": token,
        "cart_token": cart_token,
        "presentment_currency": shown(at(node, "totalPriceSet")),
        "total_price": amount(at(node, "totalPriceSet")),
        "subtotal_price": amount(at(node, "subtotalPriceSet")),
        "total_discounts": amount(at(node, "totalDiscountSet")),
        "total_tax": amount(at(node, "totalTaxSet")),
        "created_at": at(node, "createdAt"),
        "updated_at": at(node, "updatedAt"),
        "completed_at": at(node, "completedAt"),
        "abandoned_checkout_url": at(node, "abandonedCheckoutUrl"),
        **_buyer(node),
        "customer": person,
        "email": at(person, "email"),
        "line_items": [_checkout_line(line) for line in lines],
    }


def _checkout_line(line: object) -> Json:
    return {
        **_line(line),
        "price": amount(at(line, "originalUnitPriceSet")),
        "discount_allocations": _discount(
            amount(at(line, "originalTotalPriceSet")),
            amount(at(line, "discountedTotalPriceWithCodeDiscount")),
        ),
    }


def _discount(before: object, after: object) -> list[Json]:
    try:
        discount = Decimal(str(before)) - Decimal(str(after))
    except InvalidOperation:
        return [{"amount": "unknown"}]  # the reader names it: a line without its total is none
    return [{"amount": str(discount)}] if discount else []


def product(node: object, variants: Iterable[object]) -> Json:
    return {
        "admin_graphql_api_id": at(node, "id"),
        "title": at(node, "title"),
        "handle": at(node, "handle"),
        "body_html": at(node, "descriptionHtml"),
        "product_type": at(node, "productType"),
        "status": lower(at(node, "status")),
        "published_at": at(node, "publishedAt"),
        "updated_at": at(node, "updatedAt"),
        "image": {"src": at(node, "featuredMedia", "preview", "image", "url")},
        "variants": [
            {
                "admin_graphql_api_id": at(one, "id"),
                "title": at(one, "title"),
                "sku": at(one, "sku"),
                "price": at(one, "price"),
                "inventory_policy": lower(at(one, "inventoryPolicy")),
                "inventory_quantity": at(one, "inventoryQuantity"),
            }
            for one in variants
        ],
    }
