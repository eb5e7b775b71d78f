"""Checkouts as Shopify's webhooks of version 2026-07 write them."""

from __future__ import annotations

from typing import Any

from tests.fakes import ledger
from tests.fakes.shopify import ids
from tests.fakes.shopify.parts import Parts, at

DISCOUNT_TYPES = {"percent": "percentage", "fixed": "fixed_amount", "free_shipping": "shipping"}
_NOTHING = (
    "landing_site",
    "referring_site",
    "closed_at",
    "user_id",
    "location_id",
    "source_identifier",
    "source_url",
    "device_id",
    "source",
    "sms_marketing_phone",
    "total_duties",
    "reservation_token",
)


def recovery_url(parts: Parts, checkout: ledger.Checkout) -> str:
    """The documented form, or that of the present checkout, which names the cart."""
    name = f"ac/{checkout.cart_token}" if parts.links_by_cart else checkout.token
    path = f"{ids.SHOP_ID}/checkouts/{name}/recover"
    return f"{parts.base_url}/{path}?key={checkout.cart_token}"


def discount_codes(checkout: ledger.Checkout) -> list[dict[str, str]]:
    coupon = checkout.coupon
    if coupon is None:
        return []
    free = coupon.kind == "free_shipping"
    amount = checkout.shipping_price if free else checkout.discount
    kind = DISCOUNT_TYPES[coupon.kind]
    return [{"code": coupon.code, "amount": checkout.till.say(amount), "type": kind}]


class CheckoutPayloads:
    """Builds the JSON of checkouts/create, checkouts/update and checkouts/delete."""

    def __init__(self, parts: Parts) -> None:
        self.parts, self.memory, self.base_url = parts, parts.memory, parts.base_url

    def payload(self, checkout: ledger.Checkout) -> dict[str, Any]:
        """From version 2026-04 on there is no `id`: the token is the name."""
        currency, delivered = checkout.till.currency, checkout.has_reached("delivery")
        lines = [self.parts.checkout_line(checkout, line) for line in checkout.lines]
        said: dict[str, Any] = {
            "token": checkout.token,
            "cart_token": checkout.cart_token,
            "email": checkout.email or None,
            "gateway": checkout.payment if checkout.has_reached("payment") else None,
            "buyer_accepts_marketing": checkout.accepts_marketing,
            "created_at": at(checkout.created_at),
            "updated_at": at(checkout.updated_at),
            "note": checkout.note or None,
            "note_attributes": [],
            "shipping_lines": self._shipping(checkout) if delivered else [],
            "taxes_included": True,
            "total_weight": 500 * sum(line.quantity for line in checkout.lines),
            "currency": currency,
            "completed_at": at(checkout.completed_at),
            "phone": checkout.phone or None,
            "customer_locale": checkout.locale or None,
            "line_items": lines,
            "name": f"#{ids.number('Checkout', checkout.id)}",
            "abandoned_checkout_url": recovery_url(self.parts, checkout),
            "discount_codes": discount_codes(checkout),
            "tax_lines": [self.parts.tax_line(checkout.tax)],
            "source_name": "web",
            "presentment_currency": currency,
            "buyer_accepts_sms_marketing": False,
            **self._sums(checkout),
            **dict.fromkeys(_NOTHING),
        }
        if delivered:
            address = self.parts.address(checkout)
            said |= {"billing_address": address, "shipping_address": dict(address)}
        # A guest's checkout carries no customer until she has bought.
        if checkout.account is not None:
            said["customer"] = self.parts.customer(checkout)
        return said

    def deleted(self, checkout: ledger.Checkout) -> dict[str, Any]:
        """checkouts/delete names the cart's token and not the checkout's."""
        return {
            "id": ids.number("Checkout", checkout.id),
            "presentment_currency": checkout.till.currency,
            "buyer_accepts_sms_marketing": False,
            "sms_marketing_phone": None,
            **self._sums(checkout),
            "cart_token": checkout.cart_token,
            "total_duties": None,
            "reservation_token": None,
        }

    def _sums(self, checkout: ledger.Checkout) -> dict[str, str]:
        say = checkout.till.say
        shipping = checkout.shipping if checkout.has_reached("delivery") else 0
        goods = checkout.subtotal - checkout.discount
        return {
            "total_discounts": say(checkout.discount),
            "total_line_items_price": say(checkout.subtotal),
            "total_price": say(goods + shipping),
            "total_tax": say(checkout.tax),
            "subtotal_price": say(goods),
        }

    def _shipping(self, checkout: ledger.Checkout) -> list[dict[str, Any]]:
        price = checkout.till.say(checkout.shipping)
        return [
            {
                "code": "Flat rate",
                "price": price,
                "source": "shopify",
                "title": "Flat rate",
                "presentment_title": "Flat rate",
                "phone": None,
                "tax_lines": [],
                "carrier_identifier": None,
                "applied_discounts": [],
                "id": self.memory.token(of=("shipping", checkout.id)),
            }
        ]
