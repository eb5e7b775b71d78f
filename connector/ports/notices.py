"""What a merchant has to be told about her store: a code and its facts. The texts word it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from connector.ports.access import Access

if TYPE_CHECKING:
    from connector.ports.platform import CheckoutFacts


class Code(StrEnum):
    """Every notice there is, with its facts; `notice.<code>` in the texts says it."""

    STORE_MOVED = "store_moved"
    """target (the address that the old one leads to)"""
    WEBHOOK_REFUSED = "webhook_refused"
    """topic, said (the store's own words)"""
    WEBHOOK_PORT = "webhook_port"
    """port"""
    WEBHOOK_ADDRESS = "webhook_address"
    """address, said"""
    WEBHOOK_STAYS = "webhook_stays"
    """topic, said"""
    SCOPE_MISSING = "scope_missing"
    """scope; what it is for is said by `notice.scope.<scope>`"""
    CUSTOMER_DATA = "customer_data"
    VERSION_SERVED = "version_served"
    """asked, served (versions of the platform's API)"""
    VERSION_ENDS = "version_ends"
    """version, ends_at (from when on it may no longer be served; ISO 8601)"""
    WOO_ABANDONED_MAIL = "woo_abandoned_mail"
    WOO_CANCELLED_MAIL = "woo_cancelled_mail"
    WOO_FAILED_MAIL = "woo_failed_mail"
    WOO_OTHER_MAIL = "woo_other_mail"
    """title (as the store's settings call it)"""
    WOO_PLUGIN = "woo_plugin"
    """plugin (its name): it may write to shoppers, and whether it does cannot be seen"""
    WOO_HIDDEN = "woo_hidden"
    """The key may not read the store's settings."""
    SHOPIFY_MAIL = "shopify_mail"
    """left_at (when the last shopper left whom Shopify wrote to; ISO 8601)"""


HINTS = frozenset({Code.WOO_FAILED_MAIL, Code.WOO_PLUGIN, Code.WOO_HIDDEN})
"""What is worth a look, and may well be in order: a failed payment is news, too."""


ABOUT_A_CHECKOUT = frozenset({Code.WOO_ABANDONED_MAIL, Code.SHOPIFY_MAIL})
"""Mails of which the store remembers, by checkout, when they left: `own_mail_at` finds them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing that is not as it should be, and that she can change."""

    code: Code
    facts: Mapping[str, str] = field(default_factory=dict)


class TellsVersions(ABC):
    """A platform that retires the versions of its API, and says which one it has served."""

    @abstractmethod
    def versions(self, access: Access, now: datetime) -> tuple[Notice, ...]:
        """A notice where another version is served than was asked for, or will be soon.

        Raises AccessLost, Retryable.
        """


class TellsOwnMails(ABC):
    """A platform that shows whether its stores write to shoppers who left by themselves."""

    @abstractmethod
    def own_mails(self, access: Access, now: datetime) -> tuple[Notice, ...]:
        """A notice for each mail of the store's own that would come beside ours.

        Empty where none was found; that says no more than the platform shows.
        Raises AccessLost, Retryable, Refused.
        """

    @abstractmethod
    def own_mail_at(self, access: Access, checkout: CheckoutFacts) -> datetime | None:
        """When the store itself wrote to the shopper about this checkout; None: it did not.

        Raises AccessLost, Retryable, Refused.
        """
