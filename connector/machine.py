"""Everything that a use case may need besides its facts, introduced by bootstrap."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from connector import clock
from connector.database import Database
from connector.ports.channel import Channel
from connector.ports.platform import Platform
from connector.registry import Registry
from connector.settings import Settings
from connector.vault import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """One process's Askback."""

    settings: Settings
    database: Database
    vault: Vault
    platforms: Registry[Platform]
    channels: Registry[Channel]
    now: Callable[[], datetime] = clock.now
    """The clock on the wall, asked at the edges only: views and jobs."""
