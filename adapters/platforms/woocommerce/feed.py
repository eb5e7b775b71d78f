"""Everything a store has, page by page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from adapters.http import Http
from adapters.platforms.woocommerce import (
    api,
    lists,
    records,
    records_customers,
    records_orders,
    records_products,
    webhooks,
)
from connector.errors import Refused, Unreadable
from connector.ports.feed import Feed, Page, Resource, WebhookReport
from connector.ports.platform import Access
from connector.records import Record

# A variable product costs a call more for its variations: a page of them stays within a lease.
_PRODUCTS_PER_PAGE = 25
# WooCommerce itself generates 50 variations at a time; a thousand sizes is no shop.
_VARIATION_PAGES = 10
_LONGEST = 300

_LISTS: Mapping[Resource, lists.List] = MappingProxyType({
    Resource.PRODUCTS: lists.List(
        "products", {"status": "any", "_fields": records_products.FIELDS},
        per_page=_PRODUCTS_PER_PAGE,
    ),
    # Every role: who has an account may buy (a newsletter's subscriber too).
    Resource.CUSTOMERS: lists.List(
        "customers", {"role": "all", "_fields": records_customers.FIELDS}, knows_changes=False
    ),
    # "any" tells drafts as well, so that a draft which became an order is not missed between.
    Resource.ORDERS: lists.List("orders", {"status": "any", "_fields": records_orders.FIELDS}),
    Resource.CHECKOUTS: lists.List(
        "orders", {"status": records_orders.DRAFT, "_fields": records_orders.FIELDS}
    ),
})  # fmt: skip

_TOPICS = {
    Resource.PRODUCTS: "product.updated",
    Resource.CUSTOMERS: "customer.updated",
    Resource.ORDERS: "order.updated",
    Resource.CHECKOUTS: "order.updated",
}
"""Whose reader translates an item: an answer of the API and a webhook's body are alike."""


class WooCommerceFeed(Feed):
    """The asking side of WooCommerce, REST API wc/v3.

    https://woocommerce.github.io/woocommerce-rest-api-docs/#list-all-orders
    """

    # What was force-deleted, and drafts that were cleaned up, no webhook tells.
    tells_removals = MappingProxyType(
        {Resource.ORDERS: ("order", "checkout"), Resource.PRODUCTS: ("product",)}
    )
    # Customers cannot be asked for by their changes; a product's age says nothing of its end.
    nightly_in_full = frozenset({Resource.CUSTOMERS, Resource.PRODUCTS})
    wants_secret = True

    def __init__(self, http: Http) -> None:
        self.http = http

    def page(
        self, access: Access, resource: Resource, cursor: str, *, since: datetime | None
    ) -> Page:
        store = api.Store(self.http, access)
        part = lists.read(store, _LISTS[resource], cursor, since=since)
        found: list[Record] = []
        unreadable: list[str] = []
        for item in part.items:
            try:
                found += records.translate(_TOPICS[resource], item)
                if resource is Resource.PRODUCTS and item.get("type") == "variable":
                    found += _variations(store, lists.number(item))
            except Unreadable as problem:
                unreadable.append(f"{resource} {item.get('id')}: {problem}"[:_LONGEST])
        return Page(
            records=tuple(found),
            cursor=part.cursor,
            total=part.total,
            unreadable=tuple(unreadable),
        )

    def reconcile_webhooks(self, access: Access, address: str, secret: str) -> WebhookReport:
        store = api.Store(self.http, access)
        return webhooks.reconcile(store, tuple(records.READERS), address, secret)


def _variations(store: api.Store, product: int) -> list[Record]:
    """The sizes and colours of one product, each as a webhook would tell it."""
    found: list[Record] = []
    for page in range(1, _VARIATION_PAGES + 1):
        params = {"per_page": str(lists.PER_PAGE), "page": str(page), "status": "any"}
        try:
            rows = lists.rows(store.get(f"products/{product}/variations", params=params))
        except Refused:
            return found  # deleted since it was listed: the next look will not list it
        for row in rows:
            told: dict[str, Any] = {"parent_id": product, **row, "type": "variation"}
            found += records.translate("product.updated", told)
        if len(rows) < lists.PER_PAGE:
            break
    return found
