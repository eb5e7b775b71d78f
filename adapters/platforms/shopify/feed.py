"""Asking Shopify for all that it has, and for what has changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Any

from adapters.http import Http
from adapters.platforms.shopify import (
    feed_bulk,
    feed_pages,
    feed_slices,
    feed_webhooks,
    look_up,
    scopes,
)
from adapters.platforms.shopify.pace import Throttled
from connector.ports.feed import Feed, LookedUp, Page, Resource, WebhookReport
from connector.ports.platform import Access

PATIENCE = 1.0
"""Seconds that throttling may hold a worker up: beyond that it serves another store meanwhile."""

MOST_BY_PAGES = 250
"""More changes than that are fetched in bulk: fewer are here before a bulk query ends."""

Call = Callable[..., Mapping[str, Any]]


class ShopifyFeed(Feed):
    """Everything in bulk, a few changes page by page; the cursor says which.

    Cursors: "start:…" and "bulk:…" (`feed_bulk.Place`), "page:" and Shopify's own.
    Throttling is no failure but a page to wait for. `plain_allowed`: results may lie behind
    plain http, as in a laboratory.
    """

    # What its list lacks is asked for by its id. Customers' lists are cut by a time that we do
    # not keep: for them there is the roll call alone.
    tells_removals = MappingProxyType(
        {
            Resource.PRODUCTS: ("product",),
            Resource.ORDERS: ("order",),
            Resource.CHECKOUTS: ("checkout",),
        }
    )
    rolls = look_up.ROLLS
    # A dropped products/delete shows nowhere but in the whole list: one bulk query a night.
    nightly_in_full = frozenset({Resource.PRODUCTS})

    def __init__(
        self,
        http: Http,
        calls: Callable[[Access], Call],
        *,
        plain_allowed: bool = False,
        slice_bytes: int = feed_slices.LENGTH,
        most_by_pages: int = MOST_BY_PAGES,
    ) -> None:
        self.calls = calls
        self.most_by_pages = most_by_pages
        self._results = feed_slices.Results(http, slice_bytes, plain_allowed=plain_allowed)
        self._pages = feed_pages.Pages()

    def orders_days(self, access: Access) -> int | None:
        """A token given by hand does not say what it may: then nothing is said of it either."""
        granted = access.credentials.get("scopes")
        return None if granted is None else scopes.orders_days(granted.split(","))

    def page(
        self, access: Access, resource: Resource, cursor: str, *, since: datetime | None
    ) -> Page:
        call = partial(self.calls(access), patience=PATIENCE)
        search = feed_pages.since_search(since)
        try:
            if cursor:
                return self._go_on(call, resource, cursor, search)
            return (self._all if since is None else self._some)(call, resource, search)
        except Throttled as problem:
            again = cursor or (feed_bulk.START if since is None else feed_bulk.BY_PAGES)
            return Page(cursor=again, wait_seconds=max(problem.after_seconds or 0.0, PATIENCE))

    def _all(self, call: Call, resource: Resource, search: str) -> Page:
        """An empty list is looked at before it is believed: from what lacks, removals are told."""
        total = feed_pages.count(call, resource, search)
        start = feed_bulk.BY_PAGES if total == 0 else ""
        return replace(self._go_on(call, resource, start, search), total=total)

    def _some(self, call: Call, resource: Resource, search: str) -> Page:
        """Nearly always one page is all; only when there are more it is asked how many."""
        page = self._go_on(call, resource, feed_bulk.BY_PAGES, search)
        if not page.cursor:
            return page
        total = feed_pages.count(call, resource, search)
        if total is not None and total > self.most_by_pages:
            page = self._go_on(call, resource, "", search)
        return replace(page, total=total)

    def _go_on(self, call: Call, resource: Resource, cursor: str, search: str) -> Page:
        if not cursor.startswith(feed_bulk.BY_PAGES):
            return feed_bulk.page(call, self._results, resource, cursor, search)
        after = cursor.removeprefix(feed_bulk.BY_PAGES)
        page = self._pages.page(call, resource, after, search)
        return replace(page, cursor=feed_bulk.BY_PAGES + page.cursor if page.cursor else "")

    def look_up(self, access: Access, missing: Sequence[tuple[str, str]]) -> LookedUp:
        return look_up.look_up(partial(self.calls(access), patience=PATIENCE), missing)

    def reconcile_webhooks(
        self, access: Access, address: str, secret: str, *, former: Sequence[str] = ()
    ) -> WebhookReport:
        """`secret` is not told to Shopify: it signs with the app's own."""
        return feed_webhooks.reconcile(self.calls(access), address, former=former)

    def withdraw_webhooks(self, access: Access, address: str) -> None:
        """The compliance topics stay: they stand in the app's own configuration."""
        feed_webhooks.withdraw(self.calls(access), address)
