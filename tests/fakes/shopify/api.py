"""Shopify's Admin GraphQL endpoint and storefront, answered from the memory."""

from __future__ import annotations

import json
import re
import uuid
from typing import TYPE_CHECKING, Any

from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from tests.fakes.server import About
from tests.fakes.shopify import ids
from tests.fakes.shopify.dialect import OLDEST_VERSION, Shopify
from tests.fakes.shopify.executor import Execution, Invalid
from tests.fakes.shopify.roots import Roots
from tests.fakes.woocommerce.pages import html_page

if TYPE_CHECKING:
    from tests.fakes.store import PracticeStore

_AUTHORIZE, _TOKENS = "/admin/oauth/authorize", "/admin/oauth/access_token"
_ADMIN = re.compile(r"/admin/api/(\d{4}-\d{2}|unstable)/graphql\.json")
_CART = re.compile(r"/cart/(?P<lines>\d+:\d+(?:,\d+:\d+)*)")
_RECOVER = re.compile(r"/\d+/checkouts/(?:ac/)?(?P<token>\w+)/recover")
_CHECKOUT = re.compile(r"/checkouts/cn/(?P<token>\w+)")
# What a root field is about, by the beginning of its name; longer beginnings first.
_RESOURCES = (
    ("discount", "coupons"),
    ("codeDiscount", "coupons"),
    ("abandonedCheckout", "checkouts"),
    ("order", "orders"),
    ("draftOrder", "orders"),
    ("tagsAdd", "orders"),
    ("customer", "customers"),
    ("product", "products"),
    ("webhook", "webhooks"),
    ("bulk", "bulk"),
    ("nodes", "nodes"),
    ("shop", "shop"),
)
_BULK = re.compile(r"/bulk/(?P<number>\d+)\.jsonl")


class ShopifyApi:
    """One shop's answers. Every call holds the store's lock."""

    def __init__(self, store: PracticeStore) -> None:
        assert isinstance(store.dialect, Shopify)
        self.store, self.memory, self.dialect = store, store.memory, store.dialect
        self.carts: dict[str, tuple[str, str]] = {}

    def about(self, request: Request) -> About:
        if request.path == _TOKENS:
            return About("tokens", ("create",), writes=True)
        if not _ADMIN.fullmatch(request.path):
            return About("results" if _BULK.fullmatch(request.path) else "")
        try:
            execution = _execution(request)
        except Invalid:
            return About("shop")
        roots = execution.roots
        resource = next(
            (kind for start, kind in _RESOURCES if roots and roots[0].startswith(start)), "shop"
        )
        return About(resource, roots, writes=execution.is_mutation)

    def answer(self, request: Request) -> Response:
        if _ADMIN.fullmatch(request.path) and request.method == "POST":
            with self.store.lock:
                return self._graphql(request)
        if request.path == _AUTHORIZE:
            return self.store.app.authorize(request)
        if request.path == _TOKENS and request.method == "POST":
            with self.store.lock:
                return self.store.app.token(request, installed=self.store.has_access)
        for pattern, page in (
            (_CART, self._cart),
            (_RECOVER, self._recover),
            (_CHECKOUT, self._checkout),
            (_BULK, self._result),
        ):
            found = pattern.fullmatch(request.path)
            if found:
                return page(request, found)
        return _json({"errors": "Not Found"}, 404)

    def _graphql(self, request: Request) -> Response:
        given = request.headers.get("X-Shopify-Access-Token", "")
        known = given == self.store.access_token or self.store.app.lets_in(given)
        if not self.store.has_access or not known:
            said = "[API] Invalid API key or access token (unrecognized login or wrong password)"
            realm = 'Basic Realm="Shopify API Authentication"'
            return _json({"errors": said}, 401, {"WWW-Authenticate": realm})
        roots = Roots(self.store)
        try:
            execution = _execution(request)
            cost = self.dialect.bucket.take(execution, self.memory.clock.now())
            if cost["actualQueryCost"] is None:
                throttled = {"message": "Throttled", "extensions": {"code": "THROTTLED"}}
                return _json({"errors": [throttled], "extensions": {"cost": cost}})
            root = roots.mutation() if execution.is_mutation else roots.query()
            data = execution.run(root)
        except Invalid as refused:
            return _json({"errors": [refused.error]})
        extensions: dict[str, Any] = {"cost": cost}
        if roots.search.warnings:
            extensions["search"] = roots.search.warnings
        asked = request.path.split("/")[3]
        said = {"X-Shopify-API-Version": max(asked, OLDEST_VERSION)}
        return _json({"data": data, "extensions": extensions}, headers=said)

    def _result(self, request: Request, found: re.Match[str]) -> Response:
        """What a bulk operation found: it lies in a storage, which knows no tokens."""
        return self.dialect.bulk.file(request, found["number"])

    # The storefront

    def _cart(self, request: Request, found: re.Match[str]) -> Response:
        """A cart permalink: a new checkout with these variants, and the code applied."""
        token = self.memory.token(of=(found["lines"], len(self.carts)))
        self.carts[token] = found["lines"], request.args.get("discount", "")
        return redirect(f"/checkouts/cn/{token}")

    def _recover(self, request: Request, found: re.Match[str]) -> Response:
        for checkout in self.memory.checkouts.values():
            right = request.args.get("key") == checkout.cart_token
            if found["token"] in (checkout.token, checkout.cart_token) and right:
                lines = [f"{x.name} × {x.quantity}" for x in checkout.lines]
                return html_page("Checkout", *lines, *self._code(request.args.get("discount")))
        return redirect("/")

    def _checkout(self, request: Request, found: re.Match[str]) -> Response:
        lines, code = self.carts.get(found["token"], ("", ""))
        return html_page("Checkout", *self._cart_lines(lines), *self._code(code))

    def _cart_lines(self, lines: str) -> list[str]:
        said = []
        for part in filter(None, lines.split(",")):
            number, _, quantity = part.partition(":")
            try:
                variant = self.memory.shelf.variant(int(number) - ids.number("ProductVariant", 0))
            except KeyError:
                continue  # a deleted variant is left out, as the shop does
            product = self.memory.shelf.products[variant.product_id]
            said.append(f"{product.title} × {quantity}")
        return said

    def _code(self, code: str | None) -> list[str]:
        if not code:
            return []
        known = code.lower() in self.memory.coupons
        return [f"Discount {code} applied" if known else f"{code} isn't available"]


def _execution(request: Request) -> Execution:
    try:
        said = json.loads(request.get_data() or b"{}")
        query, variables = said["query"], said.get("variables") or {}
    except (ValueError, KeyError, TypeError) as problem:
        raise Invalid("Required parameter missing or invalid: query", "BAD_REQUEST") from problem
    return Execution(query, variables, said.get("operationName"))


def _json(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    said = {"X-Request-Id": str(uuid.uuid4()), **(headers or {})}
    text = json.dumps(body, ensure_ascii=False)
    return Response(text, status, said, content_type="application/json; charset=utf-8")
