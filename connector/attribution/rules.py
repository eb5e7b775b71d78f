"""How sure we are that an order came back because of us."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum

WINDOW = timedelta(days=7)
"""An order later than this after our last message is not ours."""


class Grade(StrEnum):
    STRONG = "strong"
    MEDIUM = "medium"
    WEAK = "weak"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What was true when the order came."""

    same_checkout: bool
    coupon: bool
    clicked: bool
    answered: bool
    messaged: bool

    def as_json(self) -> dict[str, bool]:
        return asdict(self)


def grade(evidence: Evidence) -> Grade:
    """Strong: our coupon, or the very checkout after an answer or a click; weak: a message only.

    Without any message nothing is claimed (complaint C23).
    """
    if not evidence.messaged:
        return Grade.NONE
    engaged = evidence.clicked or evidence.answered
    if evidence.coupon or (evidence.same_checkout and engaged):
        return Grade.STRONG
    return Grade.MEDIUM if engaged else Grade.WEAK


def in_window(last_message_at: datetime | None, bought_at: datetime) -> bool:
    return last_message_at is not None and bought_at - last_message_at <= WINDOW
