"""Everything a store has, page by page."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from adapters.http import Http
from adapters.platforms.woocommerce import (
    api,
    lists,
    look_up,
    notes,
    records,
    records_capture,
    records_customers,
    records_orders,
    records_products,
    webhooks,
)
from connector.errors import Refused, Unreadable
from connector.ports.feed import Feed, LookedUp, Page, Resource, WebhookReport
from connector.ports.platform import Access
from connector.records import OrderNotes, Product, Record

# A variable product costs a call more for its variations: a page of them stays within a lease.
_PRODUCTS_PER_PAGE = 25
# WooCommerce itself generates 50 variations at a time; a thousand sizes is no shop.
_VARIATION_PAGES = 10
_LONGEST = 300
# A store that answers slowly gives a shorter page: whoever fetches it holds it for minutes only.
_LONGEST_SECONDS = 90.0

LISTS: Mapping[Resource, lists.List] = MappingProxyType({
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
"""How each resource is asked for."""

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
        {
            Resource.ORDERS: ("order", "checkout"),
            Resource.PRODUCTS: ("product",),
            Resource.CUSTOMERS: ("customer",),
        }
    )
    unlisted = records_capture.PREFIX
    # Customers cannot be asked for by their changes; a product's age says nothing of its end.
    nightly_in_full = frozenset({Resource.CUSTOMERS, Resource.PRODUCTS})
    wants_secret = True
    tells_notes = True
    rolls = look_up.ROLLS

    def __init__(self, http: Http) -> None:
        self.http = http

    def page(
        self, access: Access, resource: Resource, cursor: str, *, since: datetime | None
    ) -> Page:
        store = api.Store(self.http, access)
        part = lists.read(store, LISTS[resource], cursor, since=since)
        ends = time.monotonic() + _LONGEST_SECONDS
        found: list[Record] = []
        unreadable: list[str] = []
        cursor = part.cursor
        for count, item in enumerate(part.items, start=1):
            try:
                found += _read(store, resource, item)
            except Unreadable as problem:
                unreadable.append(f"{resource} {item.get('id')}: {problem}"[:_LONGEST])
            if time.monotonic() > ends:
                cursor = part.after(count)
                break
        return Page(
            records=tuple(found),
            cursor=cursor,
            total=part.total,
            unreadable=tuple(unreadable),
        )

    def look_up(self, access: Access, missing: Sequence[tuple[str, str]]) -> LookedUp:
        return look_up.look_up(api.Store(self.http, access), missing, _read)

    def not_listed(
        self, access: Access, names: Sequence[tuple[str, str]]
    ) -> Sequence[tuple[str, str]]:
        return look_up.not_listed(api.Store(self.http, access), names)

    def notes(self, access: Access, orders: Sequence[str]) -> tuple[OrderNotes, ...]:
        return notes.read(api.Store(self.http, access), orders)

    def reconcile_webhooks(
        self, access: Access, address: str, secret: str, *, former: Sequence[str] = ()
    ) -> WebhookReport:
        """`former` is not needed: every address of ours ends with the store's own key."""
        store = api.Store(self.http, access)
        return webhooks.reconcile(store, tuple(records.READERS), address, secret)

    def withdraw_webhooks(self, access: Access, address: str) -> None:
        webhooks.withdraw(api.Store(self.http, access), address)


def _read(store: api.Store, resource: Resource, item: dict[str, Any]) -> tuple[Record, ...]:
    """One item's records; of a product in sizes, the product with its sizes and each of them.

    Each comes by itself as well, as a webhook tells it, because it has its own time of change.
    """
    told = records.translate(_TOPICS[resource], item)
    if resource is not Resource.PRODUCTS or item.get("type") != "variable":
        return told
    sizes, complete = _variations(store, lists.number(item))
    known = tuple(variant for one in sizes for variant in one.variants)
    if not complete or not known:
        return (*told, *sizes)
    whole = (replace(one, variants=known) for one in told if isinstance(one, Product))
    return (*whole, *sizes)


def _variations(store: api.Store, product: int) -> tuple[list[Product], bool]:
    """The sizes and colours of one product, and whether these are all."""
    found: list[Product] = []
    for page in range(1, _VARIATION_PAGES + 1):
        params = {"per_page": str(lists.PER_PAGE), "page": str(page), "status": "any"}
        try:
            rows = lists.rows(store.get(f"products/{product}/variations", params=params))
        except Refused:
            return found, False  # deleted since it was listed: the next look will not list it
        for row in rows:
            told: dict[str, Any] = {"parent_id": product, **row, "type": "variation"}
            read = records.translate("product.updated", told)
            found += [one for one in read if isinstance(one, Product)]
        if len(rows) < lists.PER_PAGE:
            return found, True
    return found, False
