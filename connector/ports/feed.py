"""What a store must be able to tell when it is asked: everything it has, page by page."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from connector.ports.notices import Notice
from connector.ports.platform import Access
from connector.records import OrderNotes, Record


class Resource(StrEnum):
    """What a store is asked for, in the order in which it is fetched."""

    PRODUCTS = "products"
    CUSTOMERS = "customers"
    ORDERS = "orders"
    CHECKOUTS = "checkouts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One answer: its records, and where to go on.

    `cursor` is the platform's own word, to be given back as it is; "" says that this was the
    last page. `total` is how many there are in all, None where the store does not say.
    `unreadable` holds a sentence for each item that could not be translated: kept and shown,
    never a reason to stop. `wait_seconds` above nought: nothing yet, the store is preparing its
    answer (a bulk operation); ask again with this cursor after so long.
    """

    records: tuple[Record, ...] = ()
    cursor: str = ""
    total: int | None = None
    unreadable: tuple[str, ...] = ()
    wait_seconds: float = 0.0
    gone: frozenset[tuple[str, str]] = frozenset()
    """(kind, external id) of what this run did not show and the store, asked for it by name,
    has no more; filled in by whoever asked (`Feed.look_up`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedUp:
    """What became of things that a list did not show: gone, or there as `records` tell.

    What could not be asked for in time is in neither.
    """

    gone: frozenset[tuple[str, str]] = frozenset()
    records: tuple[Record, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Roll:
    """Things of a `kind` that may be asked for by their names, `at_once` in one cheap call.

    `reach`: how far back the store shows them to everybody; None: all of them. What is older may
    be hidden, which looks like gone. `by_number`: it is asked by the number that its list tells
    (`Checkout.number`); what was never listed cannot be asked for.
    """

    kind: str
    at_once: int
    reach: timedelta | None = None
    by_number: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookReport:
    """What reconciling a store's webhook subscriptions came to, in topics and notices."""

    right: tuple[str, ...] = ()
    made: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    revived: tuple[str, ...] = ()
    """Found disabled by the store, and switched on again."""
    problems: tuple[Notice, ...] = ()


class Feed(ABC):
    """The asking side of a platform; `Platform.feed` gives it."""

    resources: Sequence[Resource] = tuple(Resource)
    tells_removals: Mapping[Resource, Sequence[str]] = MappingProxyType({})
    """Resource → the kinds of which its list is complete: what it lacks, the store has dropped.

    Kinds are those of `records.Deleted`. Leave out what is listed only in some states.
    """
    rolls: Mapping[Resource, Roll] = MappingProxyType({})
    """Whose roll is called in the nights: is each of them, listed or not, still there?"""
    unlisted: str = ""
    """How the names begin of checkouts that are on no list, because we heard of them elsewhere."""
    nightly_in_full: frozenset[Resource] = frozenset()
    """Resources that are looked at in full every night, not only their last days."""
    tells_notes: bool = False
    """Have orders notes of which neither a webhook nor a list tells (`notes`)?"""
    wants_secret: bool = False
    """Does each store sign its webhooks with a secret of its own?"""

    def orders_days(self, access: Access) -> int | None:
        """How many days back the store shows orders to this access; None: as far as asked."""
        del access
        return None

    @abstractmethod
    def page(
        self, access: Access, resource: Resource, cursor: str, *, since: datetime | None
    ) -> Page:
        """The page at this cursor ("" is the first) of what changed at or after `since`.

        `since` None asks for all that there is. Raises AccessLost, Retryable, Refused;
        Refused with code "expired_cursor" where a cursor is too old to go on from.
        """

    def look_up(self, access: Access, missing: Sequence[tuple[str, str]]) -> LookedUp:
        """Ask for each (kind, name) by its name; without it a list is taken at its word.

        The name is the external id, or the number of a `Roll.by_number`. Up to `Roll.at_once`
        are all asked for, or it raises. Raises AccessLost, Retryable, Refused.
        """
        return LookedUp(gone=frozenset(missing))

    def not_listed(
        self, access: Access, names: Sequence[tuple[str, str]]
    ) -> Sequence[tuple[str, str]] | None:
        """Those of a roll's names that are on no list; only they are asked for one by one.

        None: there is no such list, and `look_up` asks for all of them at once. Raises as `page`.
        """
        del access, names
        return None

    def notes(self, access: Access, orders: Sequence[str]) -> tuple[OrderNotes, ...]:
        """The notes of these orders, by external id; what was not asked for in time is left out.

        Without `tells_notes` there are none to ask for. Raises AccessLost, Retryable.
        """
        del access, orders
        return ()

    @abstractmethod
    def reconcile_webhooks(
        self, access: Access, address: str, secret: str, *, former: Sequence[str] = ()
    ) -> WebhookReport:
        """Make the store's subscriptions what they have to be, deliveries going to `address`.

        `secret` signs them where the platform wants one; `former` are addresses that were ours:
        what goes there is removed, and what goes anywhere else is somebody else's. Doing it
        twice changes nothing more.
        Raises AccessLost, Retryable, Refused.
        """

    def withdraw_webhooks(self, access: Access, address: str) -> None:  # noqa: B027 # nothing to do where the platform itself ends them
        """Take back what `reconcile_webhooks` made: the merchant let us go. Raises as that."""
