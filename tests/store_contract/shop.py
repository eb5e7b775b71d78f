"""A store under test: our adapter, our access to it, and the hand of those who live there."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from connector.ports.feed import Feed, Page, Resource
from connector.ports.platform import Access, Platform
from connector.records import Checkout, Record
from tests.store_contract.hand import Hand

_Kind = TypeVar("_Kind", bound=Record)
_Seen = TypeVar("_Seen")

CLOCK_SLACK = timedelta(minutes=5)
"""How far the store's clock may be from ours."""
_MOST_PAGES = 20
_LOOKS = 10
_SECONDS_BETWEEN = 3.0


@dataclass
class Shop:
    """`waits` lets seconds pass: on the clock of a practice store, or truly."""

    platform: Platform
    hand: Hand
    now: Callable[[], datetime]
    waits: Callable[[float], object]
    lot: str = field(default_factory=lambda: secrets.token_hex(4))
    """Drawn for this sentence; every name that it makes holds it."""

    @property
    def access(self) -> Access:
        return self.hand.access

    @property
    def feed(self) -> Feed:
        found = self.platform.feed
        assert found is not None, f"{self.platform.title} cannot be asked for what it has"
        return found

    # Names

    def email(self, who: str = "ann") -> str:
        """An address of hers that reaches nobody (RFC 2606)."""
        self.hand.emails.append(f"askback-{self.lot}-{who}@example.com")
        return self.hand.emails[-1]

    def code(self, what: str = "BACK") -> str:
        self.hand.codes.append(f"ASKBACK-{self.lot.upper()}-{what}")
        return self.hand.codes[-1]

    def address(self, who: str = "askback") -> str:
        """Where webhooks would go. example.com has no such host: nothing ever arrives."""
        host = f"{who}-{self.lot}.example.com"
        self.hand.hooks.append(f"https://{host}/store-contract/{self.lot}")
        return self.hand.hooks[-1]

    # Asking

    def pages(self, resource: Resource, since: datetime) -> Iterator[Page]:
        """What changed since then, page by page, waited for where the store prepares it."""
        cursor = ""
        for _ in range(_MOST_PAGES):
            page = self.feed.page(self.access, resource, cursor, since=since)
            yield page
            cursor = page.cursor
            if not cursor:
                return
            if page.wait_seconds:
                self.waits(page.wait_seconds)

    def told(
        self, kind: type[_Kind], resource: Resource, external_id: str, *, since: datetime
    ) -> _Kind:
        """The one record of this id; a store that knows of it a little late is asked again."""

        def look() -> list[_Kind]:
            records = [one for page in self.pages(resource, since) for one in page.records]
            return [
                one
                for one in records
                if isinstance(one, kind)
                and getattr(one, "external_id", "") == external_id
                and not getattr(one, "is_partial", False)
            ]

        found = self.eventually(look)
        assert len(found) == 1, f"{len(found)} {resource} of the id {external_id}"
        return found[0]

    def left(self, external_id: str) -> Checkout:
        """The checkout that was just left."""
        return self.told(Checkout, Resource.CHECKOUTS, external_id, since=self.lately())

    def lately(self) -> datetime:
        """A little before this sentence began."""
        return self.now().astimezone(UTC) - CLOCK_SLACK

    def eventually(self, look: Callable[[], _Seen]) -> _Seen:
        """What is there to be seen at last: Shopify's searches learn of news some seconds late."""
        seen = look()
        for _ in range(_LOOKS):
            if seen:
                break
            self.waits(_SECONDS_BETWEEN)
            seen = look()
        return seen
