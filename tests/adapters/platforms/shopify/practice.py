"""A practice store of Shopify, asked through the feed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from adapters.http import Http
from adapters.platforms.shopify import Shopify
from adapters.platforms.shopify.feed import ShopifyFeed
from connector.ports.feed import Page, Resource
from connector.ports.platform import Access
from connector.records import Record
from tests.fakes import PracticeStore
from tests.fakes.shopify.dialect import Shopify as Dialect

LONG_AGO = dt.datetime(2024, 11, 22, tzinfo=dt.UTC)
_Kind = TypeVar("_Kind", bound=Record)


def shopifys(store: PracticeStore) -> Dialect:
    """What only a store of Shopify has: bulk operations, a bucket of points."""
    assert isinstance(store.dialect, Dialect)
    return store.dialect


@dataclass
class Fetched:
    """All pages of one fetch."""

    pages: list[Page] = field(default_factory=list)

    @property
    def records(self) -> list[Record]:
        return [record for page in self.pages for record in page.records]

    def of(self, kind: type[_Kind]) -> list[_Kind]:
        return [record for record in self.records if isinstance(record, kind)]

    @property
    def cursors(self) -> list[str]:
        return [page.cursor for page in self.pages]


class Asking:
    """One process that asks one store. `sleep` is what waiting does there: time passes."""

    def __init__(
        self,
        store: PracticeStore,
        *,
        sleep: Callable[[float], None] | None = None,
        slice_bytes: int = 8192,
        most_by_pages: int = 250,
    ) -> None:
        sleep = sleep or (lambda seconds: store.clock.advance(seconds=seconds) and None)
        http = Http(allow_private=True, sleep=sleep, jitter=lambda: 0.0, read_seconds=5)
        self.sleep = sleep
        self.shopify = Shopify(http, admin_origin=store.base_url)
        self.shopify.pace.now = lambda: store.clock.now().timestamp()
        self.feed = ShopifyFeed(
            http,
            self.shopify._call,
            plain_allowed=True,
            slice_bytes=slice_bytes,
            most_by_pages=most_by_pages,
        )
        self.access = Access(
            base_url=store.base_url, credentials=store.credentials, shop=store.shop
        )

    def page(self, resource: Resource, cursor: str = "", since: dt.datetime | None = None) -> Page:
        return self.feed.page(self.access, resource, cursor, since=since)

    def fetch(
        self, resource: Resource, cursor: str = "", since: dt.datetime | None = None
    ) -> Fetched:
        """Page after page, to the end."""
        fetched = Fetched()
        for _ in range(500):
            fetched.pages.append(self.page(resource, cursor, since))
            cursor = fetched.pages[-1].cursor
            if not cursor:
                return fetched
            if fetched.pages[-1].wait_seconds:
                self.sleep(fetched.pages[-1].wait_seconds)
        raise AssertionError("500 pages, and no end")
