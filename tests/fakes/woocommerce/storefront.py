"""The Store API, by which the block checkout keeps a shopper's cart and its draft."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

from tests.fakes import ledger
from tests.fakes.woocommerce.answers import Refusal, answer
from tests.fakes.woocommerce.pages import Basket

if TYPE_CHECKING:
    from tests.fakes.store import PracticeStore

ROOT = "/wp-json/wc/store/v1"


class Storefront:
    """Carts by their token. Whoever holds one needs no nonce."""

    def __init__(self, store: PracticeStore, baskets: dict[str, Basket]) -> None:
        self.store, self.memory, self.base_url = store, store.memory, store.base_url
        self.baskets = baskets
        self.drafts: dict[str, ledger.Checkout] = {}

    def shows_cart(self, request: Request) -> Response:
        with self.store.lock:
            token = request.headers.get("Cart-Token", "")
            if token not in self.baskets:
                token = self.memory.token(of=("cart token", len(self.baskets), id(self)))
                self.baskets[token] = Basket()
            return self._cart(token)

    def adds_item(self, request: Request) -> Response:
        with self.store.lock:
            token, said = self._token(request), json.loads(request.get_data())
            try:
                variant = self.memory.shelf.variant(said["id"])
            except KeyError:
                text = "This product cannot be added to the cart."
                code = "woocommerce_rest_cart_invalid_product"
                return answer(self.base_url, Refusal(400, code, text).body, 400)
            self.baskets[token].lines.append((variant, said.get("quantity", 1)))
            return self._cart(token, 201)

    def applies_coupon(self, request: Request) -> Response:
        """A code that does not hold for this cart is refused, with the reason."""
        with self.store.lock:
            token, said = self._token(request), json.loads(request.get_data())
            basket, coupon = self.baskets[token], self.memory.coupons.get(said["code"].lower())
            subtotal = sum((one.price * count for one, count in basket.lines), Decimal(0))
            why = "does not exist"
            if coupon is not None:
                now = self.memory.now()
                why = coupon.refuses(email="", subtotal=subtotal, now=now) or _elsewhere(
                    coupon, basket
                )
            if why:
                text = f"Coupon &quot;{said['code'].lower()}&quot; cannot be applied: {why}."
                refusal = Refusal(400, "woocommerce_rest_cart_coupon_error", text)
                return answer(self.base_url, refusal.body, 400)
            basket.codes.append(said["code"].lower())
            return self._cart(token)

    def types_address(self, request: Request) -> Response:
        """The draft, if there is one already, learns of it."""
        with self.store.lock:
            token, said = self._token(request), json.loads(request.get_data())
            email = said.get("billing_address", {}).get("email", "")
            if token in self.drafts:
                draft = self.memory.changes_email(self.drafts[token], email)
                draft.stage = "contact"
            return self._cart(token)

    def opens_checkout(self, request: Request) -> Response:
        """Looking at the checkout page makes the draft."""
        with self.store.lock:
            token = self._token(request)
            if token not in self.drafts:
                lines = self.baskets[token].lines
                self.drafts[token] = self.memory.open_checkout(lines, at=self.memory.now())
            draft = self.drafts[token]
            said = {
                "order_id": draft.id,
                "status": "checkout-draft",
                "order_key": f"wc_order_{draft.token[:13]}",
                "order_number": str(draft.id),
                "customer_note": "",
                "customer_id": 0,
                "payment_method": "bacs",
            }
            return answer(self.base_url, said, headers={"Cart-Token": token})

    def _token(self, request: Request) -> str:
        """A token that is none is a new, empty cart."""
        token = request.headers.get("Cart-Token", "")
        self.baskets.setdefault(token, Basket())
        return token

    def _cart(self, token: str, status: int = 200) -> Response:
        basket = self.baskets[token]
        said: dict[str, Any] = {
            "items": [{"id": one.id, "quantity": count} for one, count in basket.lines],
            "coupons": [{"code": code} for code in basket.codes],
            "fees": [],
            "items_count": sum(count for _, count in basket.lines),
            "cross_sells": [],
            "errors": [],
            "payment_methods": ["bacs", "cod"],
        }
        return answer(self.base_url, said, status, headers={"Cart-Token": token})


def _elsewhere(coupon: ledger.Coupon, basket: Basket) -> str:
    """Why it is good for nothing in this cart; empty when it is."""
    products = {one.product_id for one, _ in basket.lines}
    for_these = not coupon.product_ids or products & set(coupon.product_ids)
    return "" if for_these else "not applicable to selected products"
