"""The developer's mailbox: a channel that keeps what it would have sent."""

from __future__ import annotations

from collections.abc import Callable

from connector.ports.channel import Accepted, Channel, Outgoing


class Outbox(Channel):
    """Puts every message where `deposit` says; the same key is the same message."""

    name = "email"

    def __init__(self, deposit: Callable[[Outgoing], None]) -> None:
        self._deposit = deposit

    def send(self, outgoing: Outgoing) -> Accepted:
        self._deposit(outgoing)
        return Accepted(provider_id=f"outbox:{outgoing.key}"[:255])
