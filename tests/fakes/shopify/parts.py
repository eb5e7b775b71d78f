"""The parts that Shopify's webhook payloads are put together from."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from tests.fakes import ledger
from tests.fakes.memory import Memory
from tests.fakes.shopify import ids

_SURVEY = ("measured_type", "quantity_value", "quantity_unit", "reference_value", "reference_unit")
# What a buyer's customer record holds before she has done anything with it.
_PLAIN_CUSTOMER = {
    "state": "disabled",
    "note": None,
    "verified_email": True,
    "multipass_identifier": None,
    "tax_exempt": False,
}


def at(moment: datetime | None) -> str | None:
    """Webhooks carry an offset: "2026-11-22T09:00:00+00:00"."""
    return moment.isoformat(timespec="seconds") if moment else None


class Parts:
    """Builds addresses, customers, lines, taxes and money from the memory."""

    def __init__(self, memory: Memory, base_url: str) -> None:
        self.memory, self.base_url = memory, base_url
        self.links_by_cart = False

    def money_set(self, amount: Decimal | int) -> dict[str, Any]:
        till = self.memory.till
        money = {"amount": till.say(amount), "currency_code": till.currency}
        return {"shop_money": money, "presentment_money": dict(money)}

    def address(self, checkout: ledger.Checkout) -> dict[str, Any]:
        return {
            "first_name": checkout.first_name,
            "address1": "1 Harbour St",
            "phone": checkout.phone,
            "city": "Haifa",
            "zip": "3100000",
            "province": None,
            "country": "Israel",
            "last_name": checkout.last_name,
            "address2": None,
            "company": None,
            "latitude": None,
            "longitude": None,
            "name": f"{checkout.first_name} {checkout.last_name}".strip(),
            "country_code": "IL",
            "province_code": None,
        }

    def customer_id(self, checkout: ledger.Checkout) -> int:
        """A registered shopper's own number; a guest's is made of her address, so it stays."""
        if checkout.account is not None:
            return ids.number("Customer", checkout.account.id)
        return ids.number("Customer", int(self.memory.token(of=checkout.email)[:6], 16))

    def customer(self, checkout: ledger.Checkout) -> dict[str, Any]:
        number = self.customer_id(checkout)
        account = checkout.account
        person = {
            "first_name": account.first_name if account else checkout.first_name,
            "last_name": account.last_name if account else checkout.last_name,
        }
        created = account.created_at if account else checkout.created_at
        return {
            "id": number,
            "created_at": at(created),
            "updated_at": at(account.updated_at if account else checkout.updated_at),
            **person,
            **_PLAIN_CUSTOMER,
            "email": checkout.email,
            "phone": (account.phone if account else checkout.phone) or None,
            "currency": self.memory.till.currency,
            "tax_exemptions": [],
            "admin_graphql_api_id": f"gid://shopify/Customer/{number}",
            "default_address": self.default_address(number, **person),
        }

    def account(self, account: ledger.Account) -> dict[str, Any]:
        number = ids.number("Customer", account.id)
        return {
            "id": number,
            "created_at": at(account.created_at),
            "updated_at": at(account.updated_at),
            "first_name": account.first_name,
            "last_name": account.last_name,
            **_PLAIN_CUSTOMER,
            "note": "",
            "email": account.email,
            "phone": account.phone or None,
            "currency": self.memory.till.currency,
            "addresses": [],
            "tax_exemptions": [],
            "admin_graphql_api_id": f"gid://shopify/Customer/{number}",
        }

    def default_address(self, customer_id: int, *, first_name: str, last_name: str) -> Any:
        return {
            "id": customer_id,
            "customer_id": customer_id,
            "first_name": first_name,
            "last_name": last_name,
            "company": None,
            "address1": "1 Harbour St",
            "address2": None,
            "city": "Haifa",
            "province": None,
            "country": "Israel",
            "zip": "3100000",
            "phone": "",
            "name": f"{first_name} {last_name}",
            "province_code": None,
            "country_code": "IL",
            "country_name": "Israel",
            "default": True,
        }

    def checkout_line(self, checkout: ledger.Checkout, line: ledger.Line) -> dict[str, Any]:
        say = checkout.till.say
        return {
            "applied_discounts": [],
            "discount_allocations": self._checkout_discounts(checkout, line),
            "key": self.memory.token(of=("line", line.id)),
            "destination_location_id": None,
            "fulfillment_service": "manual",
            "gift_card": False,
            "grams": 500,
            "origin_location_id": None,
            "presentment_title": line.product.title,
            "presentment_variant_title": line.variant.option,
            "product_id": ids.number("Product", line.product.id),
            "properties": None,
            "quantity": line.quantity,
            "requires_shipping": True,
            "sku": line.variant.sku,
            "tax_lines": self._checkout_taxes(checkout, line),
            "taxable": True,
            "title": line.product.title,
            "variant_id": ids.number("ProductVariant", line.variant.id),
            "variant_title": line.variant.option,
            "variant_price": say(line.variant.price),
            "vendor": "Practice",
            "user_id": None,
            "unit_price_measurement": dict.fromkeys(_SURVEY),
            "rank": None,
            "compare_at_price": None,
            # Before discounts, for the whole quantity; `price` is of one.
            "line_price": say(line.subtotal),
            "price": say(line.variant.price),
        }

    def _checkout_discounts(self, checkout: ledger.Checkout, line: ledger.Line) -> list[Any]:
        if checkout.coupon is None or not line.discount:
            return []
        return [
            {
                "id": None,
                "amount": checkout.till.say(line.discount),
                "description": checkout.coupon.code,
                "created_at": None,
                "application_type": "discount_code",
                "discount_class": "ORDER",
            }
        ]

    def _checkout_taxes(self, checkout: ledger.Checkout, line: ledger.Line) -> list[Any]:
        till = checkout.till
        price = till.say(till.tax_in(line.total))
        unknown = ("id", "type", "source")
        return [
            {
                "price": price,
                "position": 1,
                "rate": float(till.vat),
                "title": "VAT",
                "source": "Shopify",
                "zone": None,
                **{f"jurisdiction_{word}": None for word in unknown},
                "tax_calculation_price": price,
                "compare_at": float(till.vat),
                "channel_liable": False,
            }
        ]

    def tax_line(self, amount: Decimal) -> dict[str, Any]:
        till = self.memory.till
        return {
            "price": till.say(amount),
            "rate": float(till.vat),
            "title": "VAT",
            "channel_liable": False,
        }

    def order_line(self, checkout: ledger.Checkout, line: ledger.Line) -> dict[str, Any]:
        till, fulfilled = checkout.till, bool(checkout.order and checkout.order.fulfilled_at)
        return {
            "id": ids.number("LineItem", line.id),
            "admin_graphql_api_id": ids.gid("LineItem", line.id),
            "attributed_staffs": [],
            "current_quantity": line.quantity,
            "fulfillable_quantity": 0 if fulfilled else line.quantity,
            "fulfillment_service": "manual",
            "fulfillment_status": "fulfilled" if fulfilled else None,
            "gift_card": False,
            "grams": 500,
            "name": line.name,
            "price": till.say(line.variant.price),
            "price_set": self.money_set(line.variant.price),
            "product_exists": line.product.id in self.memory.shelf.products,
            "product_id": ids.number("Product", line.product.id),
            "properties": [],
            "quantity": line.quantity,
            "requires_shipping": True,
            "sales_line_item_group_id": None,
            "sku": line.variant.sku,
            "taxable": True,
            "title": line.product.title,
            # An order's coupon is in `discount_allocations`; this is for the line's own discounts.
            "total_discount": till.say(0),
            "total_discount_set": self.money_set(0),
            "variant_id": ids.number("ProductVariant", line.variant.id),
            "variant_inventory_management": "shopify",
            "variant_title": line.variant.option or None,
            "vendor": "Practice",
            "tax_lines": [self.order_tax(till.tax_in(line.total))],
            "duties": [],
            "discount_allocations": self._order_discounts(line),
        }

    def order_tax(self, amount: Decimal) -> dict[str, Any]:
        return {**self.tax_line(amount), "price_set": self.money_set(amount)}

    def _order_discounts(self, line: ledger.Line) -> list[dict[str, Any]]:
        if not line.discount:
            return []
        return [
            {
                "amount": self.memory.till.say(line.discount),
                "discount_application_index": 0,
                "amount_set": self.money_set(line.discount),
            }
        ]
