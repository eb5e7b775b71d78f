"""The few words that journeys are made of."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from connector.errors import Permanent
from connector.messages.models import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Send the question; a benefit-free message."""

    template: str
    channel: str = "email"


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """Send a message; with `offer`, a benefit may be added where one is due."""

    template: str
    channel: str = "email"
    kind: str = Kind.REQUESTED.value
    offer: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TellMerchant:
    """Tell the merchant at once who said what about which cart."""

    template: str = "merchant_alert"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Do nothing for so many hours; an answer ends the waiting."""

    hours: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitUntil:
    """Do nothing until the morning of the remembered date."""

    remembered: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """The journey ends here, and why."""

    because: str


Step = Ask | Send | TellMerchant | Wait | WaitUntil | Stop

WORDS: dict[str, type[Step]] = {
    "ask": Ask,
    "send": Send,
    "tell_merchant": TellMerchant,
    "wait": Wait,
    "wait_until": WaitUntil,
    "stop": Stop,
}
"""Word in a journey's JSON → what it means."""

_NAMES = {meaning: word for word, meaning in WORDS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """`steps` for everybody; when a question is answered, the steps of that answer take over."""

    name: str
    version: int
    starts_on: str
    ends_on: tuple[str, ...]
    steps: tuple[Step, ...]
    answers: dict[str, tuple[Step, ...]] = field(default_factory=dict)

    def track(self, name: str) -> tuple[Step, ...]:
        """The steps of the main track ("") or of an answer."""
        if name and name not in self.answers:
            raise Permanent(f"journey {self.name} has no steps for the answer {name!r}")
        return self.answers[name] if name else self.steps


def to_json(journey: Journey) -> dict[str, Any]:
    """The journey in its own words, as it is exported."""

    def spell(steps: tuple[Step, ...]) -> list[dict[str, Any]]:
        return [{"word": _NAMES[type(step)], **asdict(step)} for step in steps]

    return {
        "name": journey.name,
        "version": journey.version,
        "starts_on": journey.starts_on,
        "ends_on": list(journey.ends_on),
        "steps": spell(journey.steps),
        "answers": {reason: spell(steps) for reason, steps in journey.answers.items()},
    }
