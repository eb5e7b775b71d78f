"""WooCommerce's REST API and storefront, answered from the memory."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from tests.fakes.server import About
from tests.fakes.woocommerce import access, coupons, lists, making, storefront, writing
from tests.fakes.woocommerce.answers import Refusal, answer, page, trimmed
from tests.fakes.woocommerce.auth import Auth
from tests.fakes.woocommerce.dialect import TOPICS, WooCommerce
from tests.fakes.woocommerce.pages import Pages
from tests.fakes.woocommerce.site import Site

if TYPE_CHECKING:
    from tests.fakes.store import PracticeStore

_V3 = "/wp-json/wc/v3"
_ACTS = {"GET": "read", "POST": "create", "PUT": "update", "DELETE": "delete"}
_RESOURCES = {"settings": "shop", "system_status": "shop", "data": "shop"}
_ROUTES = (
    ("GET", "/wp-json/", "index"),
    ("GET", f"{_V3}/orders", "list_orders"),
    ("POST", f"{_V3}/orders", "make_order"),
    ("GET", f"{_V3}/orders/<int:number>", "read_order"),
    ("DELETE", f"{_V3}/orders/<int:number>", "delete_order"),
    ("GET", f"{_V3}/orders/<int:number>/notes", "list_notes"),
    ("PUT", f"{_V3}/orders/<int:number>", "update_order"),
    ("POST", f"{_V3}/orders/<int:number>/notes", "note_order"),
    ("GET", f"{_V3}/products", "list_products"),
    ("GET", f"{_V3}/products/<int:number>", "read_product"),
    ("GET", f"{_V3}/products/<int:number>/variations", "list_variations"),
    ("POST", f"{_V3}/products", "make_product"),
    ("POST", f"{_V3}/products/<int:number>/variations", "make_variation"),
    ("DELETE", f"{_V3}/products/<int:number>", "delete_product"),
    ("POST", f"{_V3}/products/categories", "make_category"),
    ("DELETE", f"{_V3}/products/categories/<int:number>", "delete_category"),
    ("GET", f"{_V3}/customers", "list_customers"),
    ("GET", f"{_V3}/customers/<int:number>", "read_customer"),
    ("PUT", f"{_V3}/customers/<int:number>", "update_customer"),
    ("POST", f"{_V3}/customers", "make_customer"),
    ("DELETE", f"{_V3}/customers/<int:number>", "delete_customer"),
    ("GET", f"{_V3}/coupons", "list_coupons"),
    ("POST", f"{_V3}/coupons", "make_coupon"),
    ("GET", f"{_V3}/coupons/<int:number>", "read_coupon"),
    ("DELETE", f"{_V3}/coupons/<int:number>", "delete_coupon"),
    ("GET", f"{_V3}/settings", "list_settings"),
    ("GET", f"{_V3}/settings/<group>", "read_settings"),
    ("GET", f"{_V3}/settings/general/woocommerce_currency", "setting"),
    ("GET", f"{_V3}/data/currencies/current", "currency"),
    ("GET", f"{_V3}/reports/orders/totals", "order_totals"),
    ("GET", f"{_V3}/system_status", "system_status"),
    ("GET", f"{_V3}/webhooks", "list_webhooks"),
    ("POST", f"{_V3}/webhooks", "make_webhook"),
    ("GET", f"{_V3}/webhooks/<int:number>", "read_webhook"),
    ("PUT", f"{_V3}/webhooks/<int:number>", "update_webhook"),
    ("DELETE", f"{_V3}/webhooks/<int:number>", "delete_webhook"),
)
_PAGES = (
    ("GET", "/checkout-link/", "checkout_link"),
    ("GET", "/checkout/", "checkout"),
    ("GET", "/checkout/order-pay/<int:number>/", "order_pay"),
    ("GET", f"{storefront.ROOT}/cart", "shows_cart"),
    ("POST", f"{storefront.ROOT}/cart/add-item", "adds_item"),
    ("POST", f"{storefront.ROOT}/cart/apply-coupon", "applies_coupon"),
    ("POST", f"{storefront.ROOT}/cart/update-customer", "types_address"),
    ("GET", f"{storefront.ROOT}/checkout", "opens_checkout"),
    ("GET", "/wc-auth/v1/authorize", "authorize"),
    ("GET", "/wc-auth/v1/access_granted/", "access_granted"),
)


class WooCommerceApi:
    """One store's answers. Every call holds the store's lock, but for a webhook's ping."""

    def __init__(self, store: PracticeStore) -> None:
        self.store, self.memory = store, store.memory
        assert isinstance(store.dialect, WooCommerce)
        self.dialect, self.base_url, self.zone = store.dialect, store.base_url, store.dialect.zone
        self.site, self.pages = Site(store.dialect), Pages(store.memory)
        self.auth, self.options = Auth(store), store.options
        self.front = storefront.Storefront(store, self.pages.baskets)
        self.categories: dict[int, dict[str, Any]] = {}
        routes = (*_ROUTES, *_PAGES)
        self.routes = Map(
            [Rule(path, endpoint=name, methods=[verb]) for verb, path, name in routes]
        )

    def moves_to(self, base_url: str) -> None:
        """From now on the store calls this address its home."""
        dialect = self.dialect
        for one in (self, self.site, dialect, dialect.orders, dialect.things):
            one.base_url = base_url

    def about(self, request: Request) -> About:
        if not request.path.startswith("/wp-json/"):
            return About()
        rest = request.path.removeprefix(_V3).strip("/").split("/")
        resource = _RESOURCES.get(rest[0], rest[0]) if request.path.startswith(_V3) else "shop"
        writes = request.method not in ("GET", "HEAD")
        return About(resource, (_ACTS.get(request.method, ""),), writes=writes)

    def answer(self, request: Request) -> Response:
        try:
            name, values = self.routes.bind_to_environ(request.environ).match()
        except HTTPException:
            said = "No route was found matching the URL and request method."
            return self._refused(Refusal(404, "rest_no_route", said))
        view: Callable[..., Response]
        for outside in (self.pages, self.auth, self.front):
            if hasattr(outside, name):
                view = getattr(outside, name)
                return view(request, **values)
        try:
            self._check_access(request, name)
            # The ping of a new webhook is posted inside the call, and the connector may ask back.
            if name == "make_webhook":
                return self.make_webhook(request)
            with self.store.lock:
                view = getattr(self, name)
                return view(request, **values)
        except Refusal as refusal:
            return self._refused(refusal)

    def _refused(self, refusal: Refusal) -> Response:
        return answer(self.base_url, refusal.body, refusal.status)

    def _check_access(self, request: Request, name: str) -> None:
        if name == "index":
            return
        store = self.store
        keys = store.keys if store.has_access else {}
        refusal = access.refusal(request, keys=keys, behind_tls=store.behind_tls)
        if refusal is not None:
            raise Refusal(401, *refusal)

    def _said(self, request: Request) -> dict[str, Any]:
        try:
            said = json.loads(request.get_data() or b"{}")
        except ValueError as problem:
            detail = {"json_error_code": 4, "json_error_message": "Syntax error"}
            text = "Invalid JSON body passed."
            raise Refusal(400, "rest_invalid_json", text, **detail) from problem
        return said if isinstance(said, dict) else {}

    def _one(self, request: Request, payload: dict[str, Any], status: int = 200) -> Response:
        headers = {"Location": payload["_links"]["self"][0]["href"]} if status == 201 else {}
        return answer(self.base_url, trimmed(request, payload), status, headers=headers)

    # The store itself

    def index(self, request: Request) -> Response:
        return answer(self.base_url, self.site.index())

    def setting(self, request: Request) -> Response:
        return answer(self.base_url, self.site.setting())

    def currency(self, request: Request) -> Response:
        return answer(self.base_url, self.site.currency())

    def system_status(self, request: Request) -> Response:
        report = {**self.site.system_status(), "active_plugins": self.options.active_plugins()}
        return answer(self.base_url, trimmed(request, report))

    def list_settings(self, request: Request) -> Response:
        found = self.options.groups(self.base_url)
        return answer(self.base_url, [trimmed(request, one) for one in found])

    def read_settings(self, request: Request, group: str) -> Response:
        found = self.options.group(group, self.base_url)
        return answer(self.base_url, [trimmed(request, one) for one in found])

    # Orders

    def order_totals(self, request: Request) -> Response:
        there = (self.dialect.orders.status(x) for x in self.memory.checkouts.values())
        found = self.options.order_totals(there, self.dialect.notes.names)
        return answer(self.base_url, [trimmed(request, one) for one in found])

    def list_orders(self, request: Request) -> Response:
        found = [self.dialect.orders.payload(x) for x in self.memory.checkouts.values()]
        found = lists.of_status(request, found)
        found = lists.within_dates(request, self.zone, found)
        found = lists.matching(request, found, customer="customer_id")
        found = lists.searching(request, lists.included(request, found))
        return page(request, self.base_url, lists.ordered(request, found))

    def _checkout(self, number: int) -> Any:
        if number not in self.memory.checkouts:
            raise Refusal(404, "woocommerce_rest_shop_order_invalid_id", "Invalid ID.")
        return self.memory.checkouts[number]

    def read_order(self, request: Request, number: int) -> Response:
        return self._one(request, self.dialect.orders.payload(self._checkout(number)))

    def update_order(self, request: Request, number: int) -> Response:
        """Its meta and delivery are changed here; its status: cancelled, completed, processing."""
        order = self._checkout(number).order
        if order is not None:
            writing.change(self.memory, order, self._said(request))
        acts: dict[str, Callable[[], object]] = {
            "cancelled": lambda: self.memory.cancels(order, "merchant"),
            "completed": lambda: self.memory.fulfills(order),
            "processing": lambda: self.memory.pays(order),
            "failed": lambda: self.memory.fails_payment(order.checkout),
        }
        wanted = self._said(request).get("status")
        if order is not None and wanted in acts:
            acts[wanted]()
        return self.read_order(request, number)

    def make_order(self, request: Request) -> Response:
        order = writing.make_order(self.memory, self._said(request))
        return self._one(request, self.dialect.orders.payload(order.checkout), 201)

    def delete_order(self, request: Request, number: int) -> Response:
        payload = self.dialect.orders.payload(self._checkout(number))
        order = self.memory.orders.get(number)
        if order is not None and request.args.get("force") != "true":
            order.plugin_status = "trash"
            return self.read_order(request, number)
        del self.memory.checkouts[number]
        self.memory.orders.pop(number, None)
        return self._one(request, payload)

    def list_notes(self, request: Request, number: int) -> Response:
        found = lists.notes(request, self.dialect.notes.of(self._checkout(number).order))
        return page(request, self.base_url, [self._note(number, one) for one in found])

    def note_order(self, request: Request, number: int) -> Response:
        note = self.dialect.notes.posted(self._checkout(number).order, self._said(request))
        return self._one(request, self._note(number, note), 201)

    def _note(self, number: int, note: Any) -> dict[str, Any]:
        return self.dialect.things.note(number, note)

    # Products, customers

    def list_products(self, request: Request) -> Response:
        found = [self.dialect.things.product(x) for x in self.memory.shelf.products.values()]
        found = lists.within_dates(request, self.zone, found)
        found = lists.included(request, lists.matching(request, found, sku="sku"))
        return page(request, self.base_url, lists.ordered(request, found))

    def read_product(self, request: Request, number: int) -> Response:
        """A variation answers under its own number too."""
        shelf = self.memory.shelf
        if number in shelf.products:
            return self._one(request, self.dialect.things.product(shelf.products[number]))
        try:
            variant = shelf.variant(number)
        except KeyError as problem:
            refusal = Refusal(404, "woocommerce_rest_product_invalid_id", "Invalid ID.")
            raise refusal from problem
        product = shelf.products[variant.product_id]
        return self._one(request, self.dialect.things.variation(product, variant))

    def list_variations(self, request: Request, number: int) -> Response:
        """As under their own numbers, but named by their options alone."""
        product = self.memory.shelf.products.get(number)
        if product is None:
            raise Refusal(404, "woocommerce_rest_product_invalid_id", "Invalid ID.")
        told = [self.dialect.things.variation(product, one) for one in product.variants]
        told = told if product.has_options else []
        found = [{**one, "name": one["attributes"][0]["option"]} for one in told]
        return page(request, self.base_url, found)

    def make_product(self, request: Request) -> Response:
        made = making.product(self.memory, self._said(request), self.categories)
        return self._one(request, self.dialect.things.product(made), 201)

    def make_variation(self, request: Request, number: int) -> Response:
        product = self.memory.shelf.products[number]
        grown, made = making.variation(self.memory, product, self._said(request))
        return self._one(request, self.dialect.things.variation(grown, made), 201)

    def delete_product(self, request: Request, number: int) -> Response:
        answer = self.read_product(request, number)
        self.memory.force_deletes(self.memory.shelf.products[number])
        return answer

    def make_category(self, request: Request) -> Response:
        made = making.category(self.memory, self._said(request))
        self.categories[made["id"]] = made
        return answer(self.base_url, made, 201)

    def delete_category(self, request: Request, number: int) -> Response:
        return answer(self.base_url, self.categories.pop(number))

    def list_customers(self, request: Request) -> Response:
        found = [self.dialect.things.customer(x) for x in self.memory.accounts.values()]
        found = lists.included(request, lists.matching(request, found, email="email"))
        return page(request, self.base_url, lists.ordered(request, found))

    def _account(self, number: int) -> Any:
        for account in self.memory.accounts.values():
            if account.id == number:
                return account
        raise Refusal(404, "wc_user_invalid_id", "Invalid user ID.")

    def read_customer(self, request: Request, number: int) -> Response:
        return self._one(request, self.dialect.things.customer(self._account(number)))

    def update_customer(self, request: Request, number: int) -> Response:
        """Of a customer only the meta is changed here."""
        writing.keep_meta(self._account(number).meta, self._said(request))
        return self.read_customer(request, number)

    def make_customer(self, request: Request) -> Response:
        made = making.customer(self.memory, self._said(request))
        return self._one(request, self.dialect.things.customer(made), 201)

    def delete_customer(self, request: Request, number: int) -> Response:
        """For good: accounts know no trash."""
        answer = self.read_customer(request, number)
        del self.memory.accounts[self._account(number).email]
        return answer

    # Coupons

    def list_coupons(self, request: Request) -> Response:
        found = [self.dialect.things.coupon(x) for x in self.memory.coupons.values()]
        found = lists.matching(request, found, code="code")
        return page(request, self.base_url, lists.ordered(request, found))

    def make_coupon(self, request: Request) -> Response:
        coupon = coupons.make(self.memory, self._said(request), self.zone)
        return self._one(request, self.dialect.things.coupon(coupon), 201)

    def _coupon(self, number: int) -> Any:
        for coupon in self.memory.coupons.values():
            if coupon.id == number:
                return coupon
        raise Refusal(404, "woocommerce_rest_shop_coupon_invalid_id", "Invalid ID.")

    def read_coupon(self, request: Request, number: int) -> Response:
        return self._one(request, self.dialect.things.coupon(self._coupon(number)))

    def delete_coupon(self, request: Request, number: int) -> Response:
        """Trashed or deleted for good (`force`): here it is gone either way."""
        coupon = self._coupon(number)
        payload = self.dialect.things.coupon(coupon)
        self.memory.deletes_coupon(coupon)
        return self._one(request, payload)

    # Webhooks

    def list_webhooks(self, request: Request) -> Response:
        found = [self.dialect.things.webhook(x) for x in self.store.subscriptions]
        return page(request, self.base_url, found)

    def make_webhook(self, request: Request) -> Response:
        """Always active, its secret never told; a failed ping changes nothing."""
        wish = self._said(request)
        topic, url = wish.get("topic", ""), wish.get("delivery_url", "")
        kind = "woocommerce_rest_shop_webhook_invalid"
        if topic not in TOPICS and not topic.startswith(("action.woocommerce_", "action.wc_")):
            raise Refusal(400, f"{kind}_topic", "Webhook topic is required and must be valid.")
        if not url.startswith(("http://", "https://")):
            said = "Webhook delivery URL must be a valid URL starting with http:// or https://."
            raise Refusal(400, f"{kind}_delivery_url", said)
        with self.store.lock:
            secret, name = wish.get("secret", ""), wish.get("name", "")
            made = self.store.subscribe(topic, url, secret=secret, name=name)
        self.store.deliver(self.dialect.ping(made))
        return self._one(request, self.dialect.things.webhook(made), 201)

    def _webhook(self, number: int) -> Any:
        for subscription in self.store.subscriptions:
            if subscription.id == number:
                return subscription
        raise Refusal(404, "woocommerce_rest_shop_webhook_invalid_id", "ID is invalid.")

    def read_webhook(self, request: Request, number: int) -> Response:
        return self._one(request, self.dialect.things.webhook(self._webhook(number)))

    def update_webhook(self, request: Request, number: int) -> Response:
        """Its address, secret, name or status."""
        old, wish = self._webhook(number), self._said(request)
        url, secret = wish.get("delivery_url", old.url), wish.get("secret", old.secret)
        name, status = wish.get("name", old.name), wish.get("status", old.status)
        changed = replace(old, url=url, secret=secret, name=name, status=status)
        self.store.subscriptions[self.store.subscriptions.index(old)] = changed
        return self._one(request, self.dialect.things.webhook(changed))

    def delete_webhook(self, request: Request, number: int) -> Response:
        webhook = self._webhook(number)
        if request.args.get("force", "").lower() not in ("true", "1"):
            said = "Webhooks do not support trashing."
            raise Refusal(501, "woocommerce_rest_trash_not_supported", said)
        self.store.subscriptions.remove(webhook)
        return self._one(request, self.dialect.things.webhook(webhook))
