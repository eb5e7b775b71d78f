"""Asking Shopify for all that it has, and for what has changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from adapters.http import Http
from adapters.platforms.shopify import feed_bulk, feed_pages, feed_slices, feed_webhooks
from connector.ports.feed import Feed, Page, Resource, WebhookReport
from connector.ports.platform import Access

MOST_BY_PAGES = 1000
"""More changed things than that are fetched in bulk: fewer are here before a bulk query ends."""

Calls = Callable[[Access], Callable[..., Mapping[str, Any]]]


class ShopifyFeed(Feed):
    """Everything in bulk, a few changes page by page; the cursor says which.

    Cursors: "start:…" and "bulk:…" (`feed_bulk.Place`), "page:" and Shopify's own.
    `plain_allowed`: results may lie behind plain http, as in a laboratory.
    """

    def __init__(
        self,
        http: Http,
        calls: Calls,
        *,
        plain_allowed: bool = False,
        slice_bytes: int = feed_slices.LENGTH,
        most_by_pages: int = MOST_BY_PAGES,
    ) -> None:
        self.calls = calls
        self.most_by_pages = most_by_pages
        self._results = feed_slices.Results(http, slice_bytes, plain_allowed=plain_allowed)
        self._pages = feed_pages.Pages()

    def page(
        self, access: Access, resource: Resource, cursor: str, *, since: datetime | None
    ) -> Page:
        call, search = self.calls(access), feed_pages.since_search(since)
        total = None
        if not cursor and since is not None:
            total = feed_pages.count(call, resource, search)
            if total is None or total <= self.most_by_pages:
                cursor = feed_bulk.BY_PAGES
        if cursor.startswith(feed_bulk.BY_PAGES):
            after = cursor.removeprefix(feed_bulk.BY_PAGES)
            page = self._pages.page(call, resource, after, search)
            on = feed_bulk.BY_PAGES + page.cursor if page.cursor else ""
            return replace(page, cursor=on, total=total)
        return feed_bulk.page(call, self._results, resource, cursor, search)

    def reconcile_webhooks(self, access: Access, address: str, secret: str) -> WebhookReport:
        """`secret` is not told to Shopify: it signs with the app's own."""
        return feed_webhooks.reconcile(self.calls(access), address)
