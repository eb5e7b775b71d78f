"""The fields of Query and Mutation that the practice store answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.fakes import ledger
from tests.fakes.post import Subscription
from tests.fakes.shopify import ids
from tests.fakes.shopify.dialect import API_VERSION, TOPICS, Shopify
from tests.fakes.shopify.discounts import Discounts
from tests.fakes.shopify.executor import Invalid
from tests.fakes.shopify.lists import connection
from tests.fakes.shopify.nodes import Nodes, at
from tests.fakes.shopify.search import Facts, Search
from tests.fakes.shopify.writing import Writing

if TYPE_CHECKING:
    from tests.fakes.store import PracticeStore

Node = dict[str, Any]
_LOOPBACK = ("127.0.0.1", "localhost")
_DATES: Facts = {
    "created_at": lambda node: node["createdAt"],
    "updated_at": lambda node: node["updatedAt"],
    "id": lambda node: node["id"],
}


class Roots:
    """Query and Mutation of one request; `search` gathers the warnings of its searches."""

    def __init__(self, store: PracticeStore) -> None:
        assert isinstance(store.dialect, Shopify)
        self.store, self.memory = store, store.memory
        self.nodes = Nodes(store.dialect)
        self.discounts = Discounts(self.nodes)
        self.search = Search()
        self.writing = Writing(self.nodes, self.search)

    def query(self) -> Node:
        return {
            "__typename": "QueryRoot",
            "shop": self.nodes.shop(),
            "shopLocales": lambda **_: self.nodes.locales(),
            "order": lambda id: self._by_id(self._orders(), id),  # noqa: A006 (Shopify's argument)
            "orders": self.orders,
            "ordersCount": lambda **asked: self._count(self.orders(first=250, **asked)),
            "customer": lambda id: self._by_id(self._customers(), id),  # noqa: A006 (as above)
            "customers": self.customers,
            "product": lambda id: self._by_id(self._products(), id),  # noqa: A006 (as above)
            "products": self.products,
            "productVariant": lambda id: self._by_id(self._variants(), id),  # noqa: A006 (as above)
            "abandonedCheckouts": self.abandoned_checkouts,
            "abandonedCheckoutsCount": lambda **asked: self._count(
                self.abandoned_checkouts(first=250, **asked)
            ),
            "node": self.node,
            "webhookSubscriptions": self.webhook_subscriptions,
            "currentAppInstallation": self._installation(),
            **self.discounts.queries(),
            **self.writing.queries(),
        }

    def mutation(self) -> Node:
        return {
            "__typename": "Mutation",
            "webhookSubscriptionCreate": self.create_webhook,
            "webhookSubscriptionUpdate": self.update_webhook,
            "webhookSubscriptionDelete": self.delete_webhook,
            **self.writing.mutations(),
            **self.discounts.mutations(),
        }

    def _count(self, found: Node) -> Node:
        return {"__typename": "Count", "count": len(found["nodes"]), "precision": "EXACT"}

    def _by_id(self, found: list[Node], gid: str) -> Node | None:
        return next((one for one in found if one["id"] == gid), None)

    def node(self, id: str) -> Node | None:  # noqa: A002 (Shopify's argument)
        kinds: dict[str, Callable[[], list[Node]]] = {
            "Order": self._orders,
            "Customer": self._customers,
            "Product": self._products,
            "ProductVariant": self._variants,
        }
        kind = id.removeprefix("gid://shopify/").partition("/")[0]
        return self._by_id(kinds[kind](), id) if kind in kinds else None

    # Orders: a failed payment leaves a checkout here and no order.

    def _orders(self) -> list[Node]:
        made = [x for x in self.memory.orders.values() if x.state != "failed"]
        return [self.nodes.order(x) for x in made]

    def orders(
        self,
        query: str | None = None,
        sortKey: str = "PROCESSED_AT",  # noqa: N803 (Shopify's argument)
        **page: Any,
    ) -> Node:
        behind = {ids.gid("Order", x.id): x for x in self.memory.orders.values()}

        def checkout(node: Node) -> ledger.Checkout:
            return behind[node["id"]].checkout

        facts: Facts = {
            **_DATES,
            "email": lambda node: node["email"],
            "name": lambda node: node["name"],
            "status": lambda node: "cancelled" if node["cancelledAt"] else "open",
            "financial_status": lambda node: node["displayFinancialStatus"],
            "customer_id": lambda node: (node["customer"] or {}).get("id"),
            "checkout_token": lambda node: checkout(node).token,
            "cart_token": lambda node: checkout(node).cart_token,
            "test": lambda node: node["test"],
        }
        found = self.search.keep(self._orders(), query, facts, path="orders")
        by = "updatedAt" if sortKey == "UPDATED_AT" else "createdAt"
        found.sort(key=lambda node: (node[by], node["id"]))
        return connection(found, "Order")(**page)

    def abandoned_checkouts(self, query: str | None = None, **page: Any) -> Node:
        """Checkouts that gave an address and were not completed."""
        page.pop("sortKey", None)
        left = [x for x in self.memory.checkouts.values() if x.email and not x.completed_at]
        nodes = [self.nodes.checkout(x) for x in left]
        facts: Facts = {**_DATES, "status": lambda _: "open", "recovery_state": lambda _: "any"}
        found = self.search.keep(nodes, query, facts, path="abandonedCheckouts")
        return connection(found, "AbandonedCheckout")(**page)

    # Customers, products

    def _customers(self) -> list[Node]:
        """Registered shoppers, and everyone who bought as a guest."""
        guests = [
            self.nodes.guest(x.checkout)
            for x in self.memory.orders.values()
            if x.checkout.account is None
        ]
        registered = [self.nodes.customer(x) for x in self.memory.accounts.values()]
        return list({x["id"]: x for x in (*registered, *guests) if x}.values())

    def customers(self, query: str | None = None, **page: Any) -> Node:
        page.pop("sortKey", None)
        if not self.store.app.protected_data:
            raise Invalid(
                "This app is not approved to access the Customer object.", "ACCESS_DENIED"
            )
        facts: Facts = {
            **_DATES,
            "email": lambda node: node["email"],
            "phone": lambda node: node["phone"],
        }
        found = self.search.keep(self._customers(), query, facts, path="customers")
        return connection(found, "Customer")(**page)

    def _products(self) -> list[Node]:
        return [self.nodes.product(x) for x in self.memory.shelf.products.values()]

    def _variants(self) -> list[Node]:
        return [
            self.nodes.variant(product, variant)
            for product in self.memory.shelf.products.values()
            for variant in product.variants
        ]

    def products(self, query: str | None = None, **page: Any) -> Node:
        page.pop("sortKey", None)
        facts: Facts = {
            **_DATES,
            "title": lambda node: node["title"],
            "status": lambda node: node["status"],
        }
        found = self.search.keep(self._products(), query, facts, path="products")
        return connection(found, "Product")(**page)

    def _installation(self) -> Node:
        handles = [
            {"__typename": "AccessScope", "handle": scope} for scope in self.store.app.scopes
        ]
        return {
            "__typename": "AppInstallation",
            "id": "gid://shopify/AppInstallation/1",
            "accessScopes": handles,
        }

    # Webhooks

    def webhook_subscriptions(self, topics: list[str] | None = None, **page: Any) -> Node:
        found = [self._subscription(x) for x in self.store.subscriptions]
        chosen = [x for x in found if not topics or x["topic"] in topics]
        return connection(chosen, "WebhookSubscription")(**page)

    def _subscription(self, subscription: Subscription) -> Node:
        return {
            "__typename": "WebhookSubscription",
            "id": ids.gid("WebhookSubscription", subscription.id),
            "legacyResourceId": str(ids.number("WebhookSubscription", subscription.id)),
            "topic": _enum(subscription.topic),
            "format": "JSON",
            "uri": subscription.url,
            "filter": None,
            "includeFields": [],
            "metafieldNamespaces": [],
            "createdAt": at(self.memory.now()),
            "updatedAt": at(self.memory.now()),
            "apiVersion": {
                "__typename": "ApiVersion",
                "handle": API_VERSION,
                "displayName": API_VERSION,
                "supported": True,
            },
            "endpoint": {"__typename": "WebhookHttpEndpoint", "callbackUrl": subscription.url},
        }

    def create_webhook(self, topic: str, webhookSubscription: Node) -> Node:  # noqa: N803 (Shopify's argument)
        payload: Node = {"__typename": "WebhookSubscriptionCreatePayload"}
        url = webhookSubscription.get("uri") or webhookSubscription.get("callbackUrl") or ""
        name = next((x for x in TOPICS if _enum(x) == topic), "")
        taken = any((x.topic, x.url) == (name, url) for x in self.store.subscriptions)
        problem = _address_problem(url) or (
            "Address for this topic has already been taken" if taken else ""
        )
        if problem:
            return {**payload, "webhookSubscription": None, "userErrors": [_refused(problem)]}
        made = self.store.subscribe(name or topic, url)
        return {**payload, "webhookSubscription": self._subscription(made), "userErrors": []}

    def update_webhook(self, id: str, webhookSubscription: Node) -> Node:  # noqa: A002, N803 (Shopify's arguments)
        payload: Node = {"__typename": "WebhookSubscriptionUpdatePayload"}
        known = self._known_subscription(id)
        url = webhookSubscription.get("uri") or webhookSubscription.get("callbackUrl") or ""
        problem = _missing() if known is None else None
        if known is not None and _address_problem(url):
            problem = _refused(_address_problem(url))
        if known is None or problem is not None:
            return {**payload, "webhookSubscription": None, "userErrors": [problem]}
        changed = replace(known, url=url)
        self.store.subscriptions[self.store.subscriptions.index(known)] = changed
        return {**payload, "webhookSubscription": self._subscription(changed), "userErrors": []}

    def delete_webhook(self, id: str) -> Node:  # noqa: A002 (Shopify's argument)
        payload: Node = {"__typename": "WebhookSubscriptionDeletePayload"}
        known = self._known_subscription(id)
        if known is None:
            gone: Node = {"deletedWebhookSubscriptionId": None, "userErrors": [_missing()]}
            return {**payload, **gone}
        self.store.subscriptions.remove(known)
        return {**payload, "deletedWebhookSubscriptionId": id, "userErrors": []}

    def _known_subscription(self, gid: str) -> Subscription | None:
        for subscription in self.store.subscriptions:
            if ids.gid("WebhookSubscription", subscription.id) == gid:
                return subscription
        return None


def _enum(topic: str) -> str:
    """orders/create is ORDERS_CREATE in GraphQL."""
    return topic.replace("/", "_").upper()


def _address_problem(url: str) -> str:
    """Shopify takes https only; on loopback http stands in for it, as there is no certificate."""
    if not url:
        return "Address can't be blank"
    parts = urlsplit(url)
    secure = parts.scheme == "https" or parts.hostname in _LOOPBACK
    return "" if secure else f"Address protocol {parts.scheme}:// is not supported"


def _refused(message: str) -> Node:
    field = ["webhookSubscription", "callbackUrl"]
    return {"__typename": "UserError", "field": field, "message": message}


def _missing() -> Node:
    message = "Webhook subscription does not exist"
    return {"__typename": "UserError", "field": ["id"], "message": message}
