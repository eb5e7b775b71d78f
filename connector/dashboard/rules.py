"""What a row says at a glance, and when a difference may be told as one."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from connector.records import Stage

LEAST_PEOPLE = 20
"""In either group; below it one person more or less moves the share by over five points."""


class Tone(StrEnum):
    """How a tag looks: red is trouble, orange is close to paying."""

    PLAIN = "plain"
    ORANGE = "orange"
    RED = "red"


@dataclass(frozen=True, slots=True)
class Tag:
    """A few words on a row: a key of the texts, and its colour."""

    key: str
    tone: Tone


_TONES = {Stage.CHOSE_PAYMENT: Tone.ORANGE, Stage.CANCELLED_ORDER: Tone.RED}

GUEST = Tag("app.row.guest", Tone.PLAIN)
FAILED = Tag("app.stage.failed", Tone.RED)


def tags(stage: Stage, *, payment_failed: bool, guest: bool, named: bool) -> tuple[Tag, ...]:
    """The tags of an order in progress (mission M011 to M018).

    A guest without a name is called "guest order" instead of being tagged so (M016).
    """
    told_by_stage = Tag(f"app.stage.{stage.name.lower()}", _TONES.get(stage, Tone.PLAIN))
    failed = payment_failed and stage != Stage.CANCELLED_ORDER
    is_guest = guest or stage == Stage.KNOWN_CUSTOMER
    return (FAILED if failed else told_by_stage, *((GUEST,) if is_guest and named else ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One arm: how many people, and how many of them bought."""

    people: int
    bought: int

    @property
    def percent(self) -> Decimal:
        """Whole percent with one place; 0 where there is nobody."""
        if not self.people:
            return Decimal("0.0")
        share = Decimal(self.bought) * 100 / self.people
        return share.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def lift(treated: Group, holdout: Group) -> Decimal | None:
    """The difference in percentage points; None while there are too few people to tell."""
    if min(treated.people, holdout.people) < LEAST_PEOPLE:
        return None
    return treated.percent - holdout.percent
