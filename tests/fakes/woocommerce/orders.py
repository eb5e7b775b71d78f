"""Orders and drafts as WooCommerce 10.5 writes them."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.fakes import ledger
from tests.fakes.memory import Memory

_STATUS = {
    "pending": "pending",
    "on_hold": "on-hold",
    "failed": "failed",
    "paid": "processing",
    "fulfilled": "completed",
    "cancelled": "cancelled",
}
_METHODS = {
    "card": ("stripe", "Credit card"),
    "transfer": ("bacs", "Direct bank transfer"),
    "later": ("cod", "Cash on delivery"),
}
_SYMBOLS = {"ILS": "₪", "JPY": "¥", "EUR": "€", "USD": "$"}
_COUPON_TYPES = {"percent": "percent", "fixed": "fixed_cart", "free_shipping": "fixed_cart"}
ALLOW = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def escaped(text: str) -> str:
    """Product names leave WordPress HTML-escaped, quotes excepted."""
    return html.escape(text, quote=False)


def links(base_url: str, resource: str, number: int) -> dict[str, Any]:
    root = f"{base_url}/wp-json/wc/v3/{resource}"
    return {
        "self": [{"href": f"{root}/{number}", "targetHints": {"allow": ALLOW}}],
        "collection": [{"href": root}],
    }


def dates(zone: ZoneInfo, **moments: datetime | None) -> dict[str, str | None]:
    """Each moment twice: in the store's own time, and under *_gmt in UTC; neither says which."""
    said: dict[str, str | None] = {}
    for name, moment in moments.items():
        for suffix, where in (("", zone), ("_gmt", UTC)):
            local = moment.astimezone(where) if moment else None
            said[name + suffix] = f"{local:%Y-%m-%dT%H:%M:%S}" if local else None
    return said


class OrderPayloads:
    """Builds the JSON of orders from the memory."""

    def __init__(self, memory: Memory, base_url: str, zone: ZoneInfo) -> None:
        self.memory, self.base_url, self.zone = memory, base_url, zone

    def status(self, checkout: ledger.Checkout) -> str:
        if checkout.order is None:
            return "checkout-draft"
        if checkout.order.plugin_status:
            return checkout.order.plugin_status
        return "refunded" if checkout.order.is_refunded else _STATUS[checkout.order.state]

    def payload(self, checkout: ledger.Checkout) -> dict[str, Any]:
        """A draft, or the order that it became: the same number, the same row."""
        order = checkout.order
        key = f"wc_order_{checkout.token[:13]}"
        return {
            "id": checkout.id,
            "parent_id": 0,
            "status": self.status(checkout),
            "currency": checkout.till.currency,
            "version": "10.5.0",
            "prices_include_tax": True,
            **self._dates(checkout),
            **self._sums(checkout),
            "customer_id": checkout.account.id if checkout.account else 0,
            "order_key": key,
            "billing": self._billing(checkout),
            "shipping": self._shipping(checkout),
            **self._payment(checkout),
            "transaction_id": "",
            "customer_ip_address": "127.0.0.1",
            "customer_user_agent": "Mozilla/5.0 (X11; Linux x86_64)",
            "created_via": checkout.created_via,
            "customer_note": checkout.note,
            "cart_hash": self.memory.token(of=[(x.variant.id, x.quantity) for x in checkout.lines]),
            "number": str(checkout.id),
            **self._lists(checkout),
            "payment_url": f"{self.base_url}/checkout/order-pay/{checkout.id}/"
            f"?pay_for_order=true&key={key}",
            "is_editable": order is not None and order.state in ("pending", "on_hold"),
            "needs_payment": order is None or order.state in ("pending", "failed"),
            "needs_processing": True,
            "currency_symbol": _SYMBOLS.get(checkout.till.currency, checkout.till.currency),
            "_links": self._links(checkout),
        }

    def _dates(self, checkout: ledger.Checkout) -> dict[str, str | None]:
        order = checkout.order
        return dates(
            self.zone,
            date_created=checkout.created_at,
            date_modified=order.updated_at if order else checkout.updated_at,
            date_completed=order.fulfilled_at if order else None,
            date_paid=order.paid_at if order else None,
        )

    def _lists(self, checkout: ledger.Checkout) -> dict[str, Any]:
        return {
            "meta_data": self._meta(checkout),
            "line_items": [
                *(self._line(checkout, line) for line in checkout.lines),
                *(_unknown_line(checkout.id * 10 + n) for n in range(checkout.unknown_lines)),
            ],
            "tax_lines": self._taxes(checkout),
            "shipping_lines": self._shipping_lines(checkout),
            "fee_lines": [],
            "coupon_lines": self._coupons(checkout),
            "refunds": self._refunds(checkout.order),
        }

    def _sums(self, checkout: ledger.Checkout) -> dict[str, str]:
        till, say = checkout.till, checkout.till.say
        discount_tax = till.tax_in(checkout.discount)
        return {
            "discount_total": say(checkout.discount - discount_tax),
            "discount_tax": say(discount_tax),
            "shipping_total": say(checkout.shipping - checkout.delivery_tax),
            "shipping_tax": say(checkout.delivery_tax),
            "cart_tax": say(checkout.tax),
            "total": say(checkout.total),
            "total_tax": say(checkout.tax),
        }

    def _payment(self, checkout: ledger.Checkout) -> dict[str, str]:
        # A fresh draft carries the first gateway's name without its title: nothing is chosen yet.
        if not checkout.has_reached("payment"):
            return {"payment_method": "bacs", "payment_method_title": ""}
        method, title = _METHODS[checkout.payment]
        return {"payment_method": method, "payment_method_title": title}

    def _address(self, checkout: ledger.Checkout) -> dict[str, str]:
        known = checkout.has_reached("delivery")
        home = {**dict.fromkeys(ledger.PLACE, ""), "country": "IL"}
        if known:
            home |= {"address_1": "1 Harbour St", "city": "Haifa", "postcode": "3100000"}
        if checkout.sent_to is not None:
            home = {**dict.fromkeys(ledger.PLACE, ""), **checkout.sent_to}
        names = {"first_name": checkout.first_name, "last_name": checkout.last_name}
        return {**names, "company": "", **home}

    def _billing(self, checkout: ledger.Checkout) -> dict[str, str]:
        return {**self._address(checkout), "email": checkout.email, "phone": checkout.phone}

    def _shipping(self, checkout: ledger.Checkout) -> dict[str, str]:
        return {**self._address(checkout), "phone": checkout.phone}

    def _meta(self, checkout: ledger.Checkout) -> list[dict[str, Any]]:
        hashes = {
            "_coupons_hash": checkout.coupon.code if checkout.coupon else "",
            "_fees_hash": "",
            "_shipping_hash": checkout.shipping,
            "_taxes_hash": checkout.tax,
        }
        entries = [
            {"id": checkout.id * 10 + place, "key": key, "value": self.memory.token(of=value)}
            for place, (key, value) in enumerate(hashes.items())
        ]
        given = dict(checkout.order.meta if checkout.order else checkout.meta)
        if checkout.companion_cart:
            given["_askback_cart"] = checkout.companion_cart
        if checkout.reminded_at:
            sent_at = int(checkout.reminded_at.timestamp())
            given["_abandoned_cart_recovery_email_sent_at"] = str(sent_at)
        return [
            *entries,
            {"id": checkout.id * 10 + 9, "key": "is_vat_exempt", "value": "no"},
            *(
                {"id": checkout.id * 100 + place, "key": key, "value": value}
                for place, (key, value) in enumerate(given.items())
            ),
        ]

    def _line(self, checkout: ledger.Checkout, line: ledger.Line) -> dict[str, Any]:
        till, variant = checkout.till, line.variant
        net, before = till.net(line.total), till.net(line.subtotal)
        # WooCommerce writes this one amount as a JSON number, unrounded; a null would divide by 0.
        each = float(round(line.total / (1 + till.vat) / (line.quantity or 1), 6))
        tax, tax_before = till.say(till.tax_in(line.total)), till.say(till.tax_in(line.subtotal))
        varies = line.product.has_options
        return {
            "id": line.id,
            "name": escaped(line.name),
            "product_id": line.product.id,
            "variation_id": variant.id if varies else 0,
            "quantity": line.quantity,
            "tax_class": "",
            "subtotal": till.say(before),
            "subtotal_tax": tax_before,
            "total": till.say(net),
            "total_tax": tax,
            "taxes": [{"id": 1, "total": tax, "subtotal": tax_before}],
            "meta_data": self._line_meta(checkout, line),
            "sku": variant.sku,
            "global_unique_id": "",
            "price": each,
            "image": self._image(line),
            "parent_name": escaped(line.product.title) if varies else None,
        }

    def _image(self, line: ledger.Line) -> dict[str, Any]:
        # As recorded: a simple product's image id is text, a variation's a number.
        number = 9000 + line.product.id
        source = f"{self.base_url}/wp-content/uploads/{line.product.slug}.png"
        return {"id": number if line.product.has_options else str(number), "src": source}

    def _line_meta(self, checkout: ledger.Checkout, line: ledger.Line) -> list[dict[str, Any]]:
        said: dict[str, str] = {}
        if line.product.has_options:
            said[line.product.option_name.lower()] = line.variant.option
            said |= line.choices
        if checkout.order is not None and checkout.order.state not in ("failed", "cancelled"):
            said["_reduced_stock"] = str(line.quantity)
        return [
            {
                "id": line.id * 10 + place,
                "key": key,
                "value": value,
                "display_key": key.capitalize() if not key.startswith("_") else key,
                "display_value": value,
            }
            for place, (key, value) in enumerate(said.items())
        ]

    def _taxes(self, checkout: ledger.Checkout) -> list[dict[str, Any]]:
        return [
            {
                "id": checkout.id * 10 + 1,
                "rate_code": "IL-VAT-1",
                "rate_id": 1,
                "label": "VAT",
                "compound": False,
                "tax_total": checkout.till.say(checkout.tax),
                "shipping_tax_total": checkout.till.say(0),
                "rate_percent": int(checkout.till.vat * 100),
                "meta_data": [],
            }
        ]

    def _shipping_lines(self, checkout: ledger.Checkout) -> list[dict[str, Any]]:
        items = ", ".join(f"{escaped(x.name)} &times; {x.quantity}" for x in checkout.lines)
        meta = {"key": "Items", "value": items, "display_key": "Items", "display_value": items}
        return [
            {
                "id": checkout.id * 10 + 2,
                "method_title": "Flat rate",
                "method_id": "flat_rate",
                "instance_id": "1",
                "total": checkout.till.say(checkout.shipping - checkout.delivery_tax),
                "total_tax": checkout.till.say(checkout.delivery_tax),
                "taxes": [],
                "tax_status": "taxable",
                "meta_data": [{"id": checkout.id * 10 + 3, **meta}],
            }
        ]

    def _coupons(self, checkout: ledger.Checkout) -> list[dict[str, Any]]:
        coupon = checkout.coupon
        if coupon is None:
            return []
        till, discount_tax = checkout.till, checkout.till.tax_in(checkout.discount)
        kind, amount = _COUPON_TYPES[coupon.kind], int(coupon.amount)
        info = json.dumps([coupon.id, coupon.code, kind, amount], separators=(",", ":"))
        meta = {"key": "coupon_info", "value": info}
        meta |= {"display_key": "coupon_info", "display_value": info}
        return [
            {
                "id": checkout.id * 10 + 4,
                "code": coupon.code.lower(),
                "discount": till.say(checkout.discount - discount_tax),
                "discount_tax": till.say(discount_tax),
                "meta_data": [{"id": checkout.id * 10 + 5, **meta}],
                "discount_type": kind,
                "nominal_amount": amount,
                "free_shipping": coupon.kind == "free_shipping",
            }
        ]

    def _refunds(self, order: ledger.Order | None) -> list[dict[str, Any]]:
        refunds = reversed(order.refunds) if order else ()
        return [{"id": x.id, "reason": x.reason, "total": f"-{x.amount}"} for x in refunds]

    def _links(self, checkout: ledger.Checkout) -> Mapping[str, Any]:
        said = links(self.base_url, "orders", checkout.id)
        mails = f"{said['self'][0]['href']}/actions/email_templates"
        said["email_templates"] = [{"embeddable": True, "href": mails}]
        if checkout.account is not None:
            root = f"{self.base_url}/wp-json/wc/v3/customers"
            said["customer"] = [{"href": f"{root}/{checkout.account.id}"}]
        return said


def _unknown_line(number: int) -> dict[str, Any]:
    """As recorded: a product that is not there is taken without a word, for nothing."""
    nothing = dict.fromkeys(("subtotal", "subtotal_tax", "total", "total_tax"), "0.00")
    return {
        "id": number,
        "name": "",
        "product_id": 0,
        "variation_id": 0,
        "quantity": 1,
        "tax_class": "",
        **nothing,
        "taxes": [{"id": 1, "total": "0.00", "subtotal": "0.00"}],
        "meta_data": [],
        "sku": None,
        "global_unique_id": None,
        "price": 0,
        "image": {"id": 0, "src": ""},
        "parent_name": None,
    }
