"""A platform whose stores tell of carts beside their webhooks, through a companion of ours."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from connector.ports.platform import Envelope, Label


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanionSettings:
    """What a companion has to know to speak for a store; `endpoint` is the door without the key."""

    endpoint: str
    key: str
    secret: str = field(repr=False)


class CapturesCarts(ABC):
    """What such a platform can do besides being a Platform."""

    capture_topics: Sequence[str]
    """The topics under which its captured carts are kept."""

    @abstractmethod
    def open_capture(self, envelope: Envelope, secrets: Sequence[str], now: datetime) -> Label:
        """Verify one cart snapshot, then label it.

        Raises NotAuthentic unless one of `secrets` signed the body, and Unreadable where the
        body names no topic of ours or was not made lately.
        """

    @abstractmethod
    def companion(self, settings: CompanionSettings) -> bytes:
        """The companion as a zip that the store installs as it is."""
