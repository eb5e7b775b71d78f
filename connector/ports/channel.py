"""What a message channel must be able to do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A message ready to leave. `key` is the message's own name, equal on every try.

    `headers` are added to a mail as they are (List-Unsubscribe and the like).
    """

    key: str
    to: str
    sender: str
    subject: str
    text: str
    html: str = ""
    reply_to: str = ""
    sender_name: str = ""
    to_name: str = ""
    locale: str = "en"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The provider took the message; `provider_id` is its name for it."""

    provider_id: str


class Channel(ABC):
    """A way to reach people."""

    name: str

    @abstractmethod
    def send(self, outgoing: Outgoing) -> Accepted:
        """Hand the message over.

        Raises Retryable (certainly not sent), OutcomeUnknown (perhaps sent: do not repeat
        a marketing message), Permanent (will never be taken: bad address, refused).
        """
