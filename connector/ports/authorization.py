"""What a platform must be able to do where a merchant lets us in by one click."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from connector.ports.platform import Access

Query = Sequence[tuple[str, str]]
"""A query string's names and values as they came, decoded, repetitions and all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """What the platform said when it sent the merchant's browser back to us, proven genuine."""

    shop: str
    state: str
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A merchant's permission for one shop.

    `access.credentials` may hold, beside the platform's own keys: "expires_at" and
    "refresh_expires_at" (ISO 8601, UTC), "refresh_token", "scopes" (comma between them).
    A token without "expires_at" lives until it is revoked.
    """

    shop: str
    access: Access


class Authorization(ABC):
    """Permission asked of the merchant, kept alive; `Platform.authorization` gives it."""

    @abstractmethod
    def authorization_url(self, shop: str, *, state: str, redirect_uri: str) -> str:
        """Where the merchant is asked for her permission. `shop` as `Platform.address` says it."""

    @abstractmethod
    def authenticate(self, query: Query, now: datetime) -> Callback:
        """Read the query with which the platform sends the browser back.

        Raises NotAuthentic, and nothing else, whatever a stranger sends.
        """

    @abstractmethod
    def redeem(self, query: Query, now: datetime) -> Grant:
        """Change the code in an authentic query into an access; each code works once.

        Raises NotAuthentic, Refused (code unknown, used or too old), Retryable (nothing was
        done), OutcomeUnknown (the code may be used up: begin again), AccessLost.
        """

    @abstractmethod
    def refresh(self, access: Access, now: datetime) -> Access:
        """The same access with a new token. Harmless to repeat when the answer was lost.

        Raises AccessLost (a human has to connect again), Retryable.
        """

    @abstractmethod
    def exchange(self, session_token: str, now: datetime) -> Grant:
        """Change the token of a page embedded in the platform's admin into an access.

        Raises NotAuthentic, Refused, AccessLost, Retryable.
        """
