"""The fields of Query and Mutation that the practice store answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.fakes import ledger
from tests.fakes.shopify import ids
from tests.fakes.shopify.bulk import BulkRoots
from tests.fakes.shopify.dialect import Shopify
from tests.fakes.shopify.discounts import Discounts
from tests.fakes.shopify.executor import Invalid
from tests.fakes.shopify.lists import connection
from tests.fakes.shopify.making import Making
from tests.fakes.shopify.node_parts import at
from tests.fakes.shopify.nodes import Nodes
from tests.fakes.shopify.search import Facts, Search
from tests.fakes.shopify.subscriptions import Webhooks
from tests.fakes.shopify.writing import Writing

if TYPE_CHECKING:
    from tests.fakes.store import PracticeStore

Node = dict[str, Any]
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
        self.webhooks = Webhooks(store)
        self.bulk = BulkRoots(store.dialect.bulk, self)
        self.search = Search()
        self.writing = Writing(self.nodes, self.search)
        self.making = Making(self.writing)

    def query(self) -> Node:
        return {
            "__typename": "QueryRoot",
            "shop": self.nodes.shop(),
            "shopLocales": lambda **_: self.nodes.locales(),
            "order": lambda id: self._by_id(self._orders(), id),  # noqa: A006 # Shopify's argument
            "orders": self.orders,
            "ordersCount": lambda **asked: self._count(self.orders, **asked),
            "customersCount": lambda **asked: self._count(self.customers, **asked),
            "productsCount": lambda **asked: self._count(self.products, **asked),
            "customer": lambda id: self._by_id(self._customers(), id),  # noqa: A006 # as above
            "customers": self.customers,
            "product": lambda id: self._by_id(self._products(), id),  # noqa: A006 # as above
            "products": self.products,
            "productVariant": lambda id: self._by_id(self._variants(), id),  # noqa: A006 # as above
            "abandonedCheckouts": self.abandoned_checkouts,
            "abandonedCheckoutsCount": lambda **asked: self._count(
                self.abandoned_checkouts, **asked
            ),
            "abandonmentByAbandonedCheckoutId": self.abandonment,
            "node": self.node,
            "nodes": lambda ids: [self.node(one) for one in ids],
            "currentAppInstallation": self._installation(),
            **self.discounts.queries(),
            **self.webhooks.queries(),
            **self.bulk.queries(),
            **self.writing.queries(),
            **self.making.queries(),
        }

    def mutation(self) -> Node:
        return {
            "__typename": "Mutation",
            **self.writing.mutations(),
            **self.making.mutations(),
            **self.discounts.mutations(),
            **self.webhooks.mutations(),
            **self.bulk.mutations(),
        }

    def _count(
        self,
        connection_of: Callable[..., Node],
        *,
        limit: int | None = 10_000,
        query: str | None = None,
    ) -> Node:
        count = len(connection_of(first=10**9, query=query)["nodes"])
        exact = limit is None or count < limit
        precision = "EXACT" if exact else "AT_LEAST"
        return {
            "__typename": "Count",
            "count": count if limit is None else min(count, limit),
            "precision": precision,
        }

    def _by_id(self, found: list[Node], gid: str) -> Node | None:
        return next((one for one in found if one["id"] == gid), None)

    def node(self, id: str) -> Node | None:  # noqa: A002 # Shopify's argument
        kinds: dict[str, Callable[[], list[Node]]] = {
            "Order": self._orders,
            "AbandonedCheckout": self._abandoned,
            "Customer": lambda: [*self._customers(), *self._who_left()],
            "Product": self._products,
            "ProductVariant": self._variants,
        }
        kind = id.removeprefix("gid://shopify/").partition("/")[0]
        if kind == "Customer":
            self._must_be_approved()
        return self._by_id(kinds[kind](), id) if kind in kinds else None

    # Orders: a failed payment leaves a checkout here and no order.

    def _orders(self) -> list[Node]:
        made = [x for x in self.memory.orders.values() if x.state != "failed"]
        return [self.nodes.order(x) for x in made]

    def orders(
        self,
        query: str | None = None,
        sortKey: str = "PROCESSED_AT",  # noqa: N803 # Shopify's argument
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
        return connection(_sorted(found, sortKey), "Order")(**page)

    def _abandoned(self) -> list[Node]:
        left = [x for x in self.memory.checkouts.values() if x.email and not x.completed_at]
        return [self.nodes.checkout(x) for x in left]

    def abandoned_checkouts(
        self,
        query: str | None = None,
        sortKey: str = "ID",  # noqa: N803 # Shopify's argument
        **page: Any,
    ) -> Node:
        """Checkouts that gave an address and were not completed."""
        nodes = self._abandoned()
        behind = {str(ids.number("Checkout", x.id)): x for x in self.memory.checkouts.values()}
        facts: Facts = {
            **_DATES,
            "status": lambda _: "open",
            "recovery_state": lambda _: "any",
            "email_state": lambda node: behind[node["id"].rpartition("/")[2]].email_state,
        }
        known = {name: facts[name] for name in facts.keys() - self.store.app.ignored_filters}
        found = self.search.keep(nodes, query, known, path="abandonedCheckouts")
        return connection(_sorted(found, sortKey), "AbandonedCheckout")(**page)

    def abandonment(self, abandonedCheckoutId: str) -> Node | None:  # noqa: N803 # Shopify's
        number = ids.own_number(abandonedCheckoutId)
        checkout = self.memory.checkouts.get(number or 0)
        if checkout is None or checkout.completed_at:
            return None
        return {
            "__typename": "Abandonment",
            "id": abandonedCheckoutId.replace("AbandonedCheckout", "Abandonment"),
            "emailState": checkout.email_state.upper(),
            "emailSentAt": at(checkout.reminded_at),
        }

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

    def _must_be_approved(self) -> None:
        if not self.store.app.protected_data:
            raise Invalid(
                "This app is not approved to access the Customer object.", "ACCESS_DENIED"
            )

    def _who_left(self) -> list[Node]:
        """Shopify makes a customer of everyone who gives an address."""
        guests = [self.nodes.guest(x) for x in self.memory.checkouts.values() if x.account is None]
        return [x for x in guests if x]

    def customers(
        self,
        query: str | None = None,
        sortKey: str = "ID",  # noqa: N803 # Shopify's argument
        **page: Any,
    ) -> Node:
        self._must_be_approved()
        facts: Facts = {
            **_DATES,
            "email": lambda node: node["email"],
            "phone": lambda node: node["phone"],
        }
        found = self.search.keep(self._customers(), query, facts, path="customers")
        return connection(_sorted(found, sortKey), "Customer")(**page)

    def _products(self) -> list[Node]:
        return [self.nodes.product(x) for x in self.memory.shelf.products.values()]

    def _variants(self) -> list[Node]:
        return [
            self.nodes.variant(product, variant)
            for product in self.memory.shelf.products.values()
            for variant in product.variants
        ]

    def products(
        self,
        query: str | None = None,
        sortKey: str = "ID",  # noqa: N803 # Shopify's argument
        **page: Any,
    ) -> Node:
        facts: Facts = {
            **_DATES,
            "title": lambda node: node["title"],
            "status": lambda node: node["status"],
        }
        found = self.search.keep(self._products(), query, facts, path="products")
        return connection(_sorted(found, sortKey), "Product")(**page)

    def _installation(self) -> Node:
        handles = [
            {"__typename": "AccessScope", "handle": scope} for scope in self.store.app.scopes
        ]
        return {
            "__typename": "AppInstallation",
            "id": "gid://shopify/AppInstallation/1",
            "accessScopes": handles,
        }


def _sorted(nodes: list[Node], key: str) -> list[Node]:
    by = {"UPDATED_AT": "updatedAt", "ID": "id"}.get(key, "createdAt")
    return sorted(nodes, key=lambda node: (node[by], node["id"]))
