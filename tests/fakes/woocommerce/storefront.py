"""The Store API, by which the block checkout keeps a shopper's cart and its draft."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

from tests.fakes import catalogue, ledger
from tests.fakes.woocommerce.answers import Refusal, answer

if TYPE_CHECKING:
    from tests.fakes.store import PracticeStore

ROOT = "/wp-json/wc/store/v1"


class Storefront:
    """Carts by their token. Whoever holds one needs no nonce."""

    def __init__(self, store: PracticeStore) -> None:
        self.store, self.memory, self.base_url = store, store.memory, store.base_url
        self.carts: dict[str, list[tuple[catalogue.Variant, int]]] = {}
        self.drafts: dict[str, ledger.Checkout] = {}

    def shows_cart(self, request: Request) -> Response:
        with self.store.lock:
            token = request.headers.get("Cart-Token", "")
            if token not in self.carts:
                token = self.memory.token(of=("cart token", len(self.carts), id(self)))
                self.carts[token] = []
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
            self.carts[token].append((variant, said.get("quantity", 1)))
            return self._cart(token, 201)

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
                lines = self.carts[token]
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
        self.carts.setdefault(token, [])
        return token

    def _cart(self, token: str, status: int = 200) -> Response:
        said: dict[str, Any] = {
            "coupons": [],
            "fees": [],
            "items_count": sum(quantity for _, quantity in self.carts[token]),
            "cross_sells": [],
            "errors": [],
            "payment_methods": ["bacs", "cod"],
        }
        return answer(self.base_url, said, status, headers={"Cart-Token": token})
