"""A platform whose stores hand out API keys when the merchant approves on a page of her own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field

from connector.errors import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A store that can hand out keys. `base_url` is where it answers, no slash at the end."""

    base_url: str
    name: str

    @property
    def is_secure(self) -> bool:
        return self.base_url.startswith("https://")


class Unfit(Refused):
    """No store can be connected at this address; `code` says why, in one of REASONS.

    `suggestion` is the address that would probably do, empty where none is known.
    """

    REASONS = (
        "wrong_address", "private_address", "moved", "certificate", "unreachable", "no_wordpress",
        "plain_permalinks", "no_woocommerce", "shut", "http_only",
    )  # fmt: skip

    def __init__(self, message: str, *, code: str, suggestion: str = "") -> None:
        super().__init__(message, code=code)
        self.suggestion = suggestion


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What the merchant is asked to approve, and where the answer goes.

    `nonce` comes back with the keys: letters, digits, "-" and "_" only.
    """

    app_name: str
    nonce: str
    return_url: str
    callback_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Keys as a store handed them over: nothing proves yet whose they are, or that they work."""

    nonce: str
    credentials: Mapping[str, str] = field(repr=False)


class KeysByClick(ABC):
    """What such a platform can do besides being a Platform."""

    @abstractmethod
    def find(self, typed: str) -> Found:
        """Look at the address that a merchant typed. Raises Unfit."""

    @abstractmethod
    def approval_url(self, base_url: str, approval: Approval) -> str:
        """The store's own page on which the merchant approves. No network."""

    @abstractmethod
    def read_grant(self, body: bytes) -> Grant:
        """Read what the store posts after the approval. Raises Unreadable."""
