"""Orders, fulfilments and refunds as Shopify's webhooks of version 2026-07 write them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.fakes import ledger
from tests.fakes.shopify import ids
from tests.fakes.shopify.checkouts import discount_codes
from tests.fakes.shopify.parts import Parts, at

_NOTHING = (
    "app_id",
    "browser_ip",
    "client_details",
    "closed_at",
    "current_total_additional_fees_set",
    "current_total_duties_set",
    "device_id",
    "landing_site",
    "landing_site_ref",
    "location_id",
    "merchant_of_record_app_id",
    "original_total_additional_fees_set",
    "original_total_duties_set",
    "po_number",
    "reference",
    "referring_site",
    "source_identifier",
    "source_url",
    "user_id",
    "payment_terms",
)
CANCEL_REASONS = {
    "customer": "customer",
    "fraud": "fraud",
    "inventory": "inventory",
    "declined": "declined",
}


def financial_status(order: ledger.Order) -> str:
    if order.is_refunded:
        return "refunded"
    if order.refunds:
        return "partially_refunded"
    if order.paid_at is not None:
        return "paid"
    return "voided" if order.cancelled_at else "pending"


class OrderPayloads:
    """Builds the JSON of orders/*, fulfillments/* and refunds/create."""

    def __init__(self, parts: Parts) -> None:
        self.parts, self.memory, self.base_url = parts, parts.memory, parts.base_url

    def payload(self, order: ledger.Order) -> dict[str, Any]:
        checkout = order.checkout
        address = self.parts.address(checkout)
        return {
            **self._identity(order),
            **self._course(order),
            **self._sums(checkout),
            **self._set_sums(checkout),
            **dict.fromkeys(_NOTHING),
            "buyer_accepts_marketing": checkout.accepts_marketing,
            "contact_email": checkout.email,
            "currency": checkout.till.currency,
            "customer_locale": checkout.locale or None,
            "discount_codes": discount_codes(checkout),
            "duties_included": False,
            "email": checkout.email,
            "estimated_taxes": False,
            "note": checkout.note or None,
            "note_attributes": [],
            "payment_gateway_names": [checkout.payment],
            "phone": checkout.phone or None,
            "presentment_currency": checkout.till.currency,
            "source_name": "web",
            "tags": ", ".join(order.tags),
            "tax_exempt": False,
            "tax_lines": [self.parts.order_tax(checkout.tax)],
            "taxes_included": True,
            "test": True,
            "total_weight": 500 * sum(line.quantity for line in checkout.lines),
            "billing_address": address,
            "customer": self.parts.customer(checkout),
            "discount_applications": self._applications(checkout),
            "fulfillments": [self._inside(order, x) for x in order.shipments],
            "line_items": [self.parts.order_line(checkout, x) for x in checkout.lines],
            "refunds": [self.refund(order, x) for x in order.refunds],
            "shipping_address": dict(address),
            "shipping_lines": self._shipping(checkout),
            "returns": [],
            "line_item_groups": [],
        }

    def _identity(self, order: ledger.Order) -> dict[str, Any]:
        checkout = order.checkout
        token = self.memory.token(of=("order", checkout.token))
        return {
            "id": ids.number("Order", order.id),
            "admin_graphql_api_id": ids.gid("Order", order.id),
            "cart_token": checkout.cart_token,
            "checkout_token": checkout.token,
            "confirmation_number": token[:9].upper(),
            "confirmed": True,
            "merchant_business_entity_id": "MTU0ODM4MDAwOQ",
            "name": f"#{order.number}",
            "number": order.number - 1000,
            "order_number": order.number,
            "order_status_url": f"{self.base_url}/{ids.SHOP_ID}/orders/{token}/authenticate"
            f"?key={token[:12]}",
            "token": token,
        }

    def _course(self, order: ledger.Order) -> dict[str, Any]:
        return {
            "cancel_reason": CANCEL_REASONS.get(order.cancelled_by, "other")
            if order.cancelled_at
            else None,
            "cancelled_at": at(order.cancelled_at),
            "created_at": at(order.created_at),
            "financial_status": financial_status(order),
            "fulfillment_status": "fulfilled" if order.fulfilled_at else None,
            "processed_at": at(order.created_at),
            "updated_at": at(order.updated_at),
        }

    def _sums(self, checkout: ledger.Checkout) -> dict[str, str]:
        say, goods = checkout.till.say, checkout.subtotal - checkout.discount
        order = checkout.order
        paid = order is not None and order.paid_at is not None
        return {
            "current_subtotal_price": say(goods),
            "current_total_discounts": say(checkout.discount),
            "current_total_price": say(checkout.total),
            "current_total_tax": say(checkout.tax),
            "subtotal_price": say(goods),
            "total_discounts": say(checkout.discount),
            "total_line_items_price": say(checkout.subtotal),
            "total_outstanding": say(0 if paid else checkout.total),
            "total_price": say(checkout.total),
            "total_tax": say(checkout.tax),
            "total_tip_received": say(0),
        }

    def _set_sums(self, checkout: ledger.Checkout) -> dict[str, Any]:
        goods = checkout.subtotal - checkout.discount
        sums: dict[str, Decimal | int] = {
            "current_shipping_price_set": checkout.shipping,
            "current_subtotal_price_set": goods,
            "current_total_discounts_set": checkout.discount,
            "current_total_price_set": checkout.total,
            "current_total_tax_set": checkout.tax,
            "subtotal_price_set": goods,
            "total_cash_rounding_payment_adjustment_set": 0,
            "total_cash_rounding_refund_adjustment_set": 0,
            "total_discounts_set": checkout.discount,
            "total_line_items_price_set": checkout.subtotal,
            "total_price_set": checkout.total,
            "total_shipping_price_set": checkout.shipping,
            "total_tax_set": checkout.tax,
        }
        return {name: self.parts.money_set(amount) for name, amount in sums.items()}

    def _applications(self, checkout: ledger.Checkout) -> list[dict[str, Any]]:
        coupon = checkout.coupon
        if coupon is None:
            return []
        free = coupon.kind == "free_shipping"
        return [
            {
                "target_type": "shipping_line" if free else "line_item",
                "type": "discount_code",
                "value": "100.0" if free else str(coupon.amount),
                "value_type": "fixed_amount" if coupon.kind == "fixed" else "percentage",
                "allocation_method": "across",
                "target_selection": "all",
                "code": coupon.code,
            }
        ]

    def _shipping(self, checkout: ledger.Checkout) -> list[dict[str, Any]]:
        say, full = checkout.till.say, checkout.shipping_price
        return [
            {
                "id": ids.number("ShippingLine", checkout.id),
                "carrier_identifier": None,
                "code": "Flat rate",
                "current_discounted_price_set": self.parts.money_set(checkout.shipping),
                "discounted_price": say(checkout.shipping),
                "discounted_price_set": self.parts.money_set(checkout.shipping),
                "is_removed": False,
                "phone": None,
                "price": say(full),
                "price_set": self.parts.money_set(full),
                "requested_fulfillment_service_id": None,
                "source": "shopify",
                "title": "Flat rate",
                "tax_lines": [],
                "discount_allocations": [],
            }
        ]

    def _short_line(self, order: ledger.Order, line: ledger.Line) -> dict[str, Any]:
        """A line inside a fulfilment or refund, which leaves these three out."""
        said = self.parts.order_line(order.checkout, line)
        for name in ("attributed_staffs", "current_quantity", "sales_line_item_group_id"):
            del said[name]
        return said

    def fulfillment(self, order: ledger.Order, shipment: ledger.Shipment) -> dict[str, Any]:
        place = order.shipments.index(shipment) + 1
        return {
            "id": ids.number("Fulfillment", shipment.id),
            "order_id": ids.number("Order", order.id),
            "status": "success",
            "created_at": at(shipment.created_at),
            "service": "manual",
            "updated_at": at(shipment.updated_at),
            "tracking_company": shipment.carrier,
            "shipment_status": "delivered" if shipment.delivered_at else None,
            "location_id": None,
            "origin_address": None,
            "email": order.checkout.email,
            "destination": self.parts.address(order.checkout),
            "line_items": [self._short_line(order, x) for x in order.checkout.lines],
            "tracking_number": shipment.number,
            "tracking_numbers": [shipment.number],
            "tracking_url": shipment.url,
            "tracking_urls": [shipment.url],
            "receipt": {},
            "name": f"#{order.number}.{place}",
            "admin_graphql_api_id": ids.gid("Fulfillment", shipment.id),
        }

    def _inside(self, order: ledger.Order, shipment: ledger.Shipment) -> dict[str, Any]:
        """A fulfilment inside its order, which does not repeat where it goes and to whom."""
        said = self.fulfillment(order, shipment)
        del said["destination"], said["email"]
        return {**said, "location_id": 655441491, "origin_address": {}}

    def refund(self, order: ledger.Order, refund: ledger.Refund) -> dict[str, Any]:
        """Money only: no line is returned, so the amount is in the transaction."""
        return {
            "id": ids.number("Refund", refund.id),
            "order_id": ids.number("Order", order.id),
            "created_at": at(refund.refunded_at),
            "note": refund.reason,
            "user_id": 548380009,
            "processed_at": at(refund.refunded_at),
            "duties": [],
            "total_duties_set": self.parts.money_set(0),
            "return": None,
            "refund_shipping_lines": [],
            "restock": False,
            "admin_graphql_api_id": ids.gid("Refund", refund.id),
            "order_adjustments": [],
            "refund_line_items": [],
            "transactions": [self._transaction(order, refund)],
        }

    def _transaction(self, order: ledger.Order, refund: ledger.Refund) -> dict[str, Any]:
        nothing = {"amount": "0.0", "currency": "XXX"}
        return {
            "id": ids.number("OrderTransaction", refund.id),
            "order_id": ids.number("Order", order.id),
            "kind": "refund",
            "gateway": order.checkout.payment,
            "status": "success",
            "message": "Refunded",
            "created_at": at(refund.refunded_at),
            "test": True,
            "authorization": None,
            "location_id": None,
            "user_id": None,
            "parent_id": None,
            "processed_at": at(refund.refunded_at),
            "device_id": None,
            "error_code": None,
            "source_name": "web",
            "receipt": {},
            "amount": self.memory.till.say(refund.amount),
            "currency": self.memory.till.currency,
            "payment_id": f"#{order.number}.1",
            "total_unsettled_set": {"presentment_money": nothing, "shop_money": dict(nothing)},
            "manual_payment_gateway": False,
            "amount_rounding": None,
            "admin_graphql_api_id": ids.gid("OrderTransaction", refund.id),
        }
