"""The words that a store has for its orders beside those of its platform."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from connector.ports.access import Access


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnStatus:
    """A status that a plugin added: `status` as orders bear it, `name` as the merchant reads it."""

    status: str
    name: str


class NamesStatuses(ABC):
    """A platform whose stores may have order statuses of their own, and tell which."""

    @abstractmethod
    def own_statuses(self, access: Access) -> tuple[OwnStatus, ...]:
        """Those that the platform itself does not know. Raises AccessLost, Retryable, Refused."""
