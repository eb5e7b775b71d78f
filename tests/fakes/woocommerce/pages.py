"""The storefront's pages that links of the connector lead to."""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import quote, urlencode

from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from tests.fakes import catalogue, ledger
from tests.fakes.memory import Memory

UNPROVEN_FOR = timedelta(minutes=10)
"""So long a guest's order is shown to whoever has its link (seen on WooCommerce 10.2.4)."""


def html_page(title: str, *paragraphs: str) -> Response:
    inside = "".join(f"<p>{html.escape(text)}</p>" for text in paragraphs)
    head = f"<meta charset=utf-8><title>{html.escape(title)}</title>"
    page = f"<!doctype html>{head}<h1>{html.escape(title)}</h1>{inside}"
    return Response(page, content_type="text/html; charset=UTF-8")


@dataclass(slots=True)
class Basket:
    """A shopper's cart before there is any draft of it."""

    lines: list[tuple[catalogue.Variant, int]] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)


class Pages:
    """/checkout-link/, /checkout/ and /checkout/order-pay/."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self.carts: dict[str, tuple[list[str], str]] = {}
        self.baskets: dict[str, Basket] = {}
        """By the token of their session: what the Store API tells of them."""

    def checkout_link(self, request: Request) -> Response:
        """Fills a new cart and redirects to the checkout; extra parameters come along."""
        wished = request.args.get("products", "")
        found = [self._cart_line(part) for part in wished.split(",") if part]
        lines = [line for line in found if line]
        if not lines:
            problem = quote("No products were added to the cart.")
            return redirect(f"/cart/?wc_error={problem}")
        session = self.memory.token(of=("session", wished, len(self.carts)))
        self.carts[session] = lines, self._coupon_line(request.args.get("coupon", ""))
        self.baskets[session] = self._basket(wished, request.args.get("coupon", ""))
        kept = {k: v for k, v in request.args.items() if k not in ("products", "coupon")}
        return redirect(f"/checkout/?{urlencode({**kept, 'session': session})}")

    def _cart_line(self, part: str) -> str:
        number, _, quantity = part.partition(":")
        try:
            variant = self.memory.shelf.variant(int(number))
        except (KeyError, ValueError):
            return ""  # what is sold no more is skipped, as the store does with a notice
        product = self.memory.shelf.products[variant.product_id]
        return f"{_title(product, variant)} × {quantity or 1}"

    def _basket(self, wished: str, code: str) -> Basket:
        basket = Basket(codes=[code.lower()] if code.lower() in self.memory.coupons else [])
        for part in filter(None, wished.split(",")):
            number, _, count = part.partition(":")
            if self._cart_line(part):
                basket.lines.append((self.memory.shelf.variant(int(number)), int(count or 1)))
        return basket

    def _coupon_line(self, code: str) -> str:
        if not code:
            return ""
        if code.lower() in self.memory.coupons:
            return f"Coupon {code.lower()} applied"
        return f'Coupon "{code.lower()}" cannot be applied because it does not exist.'

    def checkout(self, request: Request) -> Response:
        lines, coupon = self.carts.get(request.args.get("session", ""), ([], ""))
        return html_page("Checkout", *lines, *filter(None, [coupon]))

    def order_pay(self, request: Request, number: int) -> Response:
        checkout = self.memory.checkouts.get(number)
        if checkout is None or request.args.get("key") != f"wc_order_{checkout.token[:13]}":
            return html_page("Checkout", "Sorry, this order is invalid and cannot be paid for.")
        if checkout.account is not None:
            said = "Please log in to your account below to continue to the payment form."
            return html_page("Checkout", said)
        if self.memory.now() - checkout.created_at > UNPROVEN_FOR:
            said = "To view this page, you must either login or verify the email address."
            return html_page("Checkout", said)
        return html_page("Pay for order", *(_said(line) for line in checkout.lines))


def _title(product: catalogue.Product, variant: catalogue.Variant) -> str:
    return f"{product.title} - {variant.option}" if variant.option else product.title


def _said(line: ledger.Line) -> str:
    return f"{line.name} × {line.quantity}"
