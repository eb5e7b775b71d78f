"""The sentence by which WooCommerce itself notes a change of status, in whatever language.

The store writes `trim($reason . ' ' . __('Order status changed from %1$s to %2$s.'))`: a gateway's
reason and its own sentence are one note, and the sentence is translated
(WC_Order::status_transition and add_status_transition_note,
https://github.com/woocommerce/woocommerce/blob/trunk/plugins/woocommerce/includes/class-wc-order.php).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

ENGLISH = {
    "pending": "Pending payment", "processing": "Processing", "on-hold": "On hold",
    "completed": "Completed", "cancelled": "Cancelled", "refunded": "Refunded",
    "failed": "Failed", "checkout-draft": "Draft",
}  # fmt: skip
"""Where the store does not tell what it calls its statuses."""

_OPENING = "Order status changed from "
_ENDS = re.compile(r"(?<=[.!?؟。！？।…])[\s\"'”»]+|(?<=[。！？])")
"""Behind the end of a sentence."""


@dataclass(frozen=True, slots=True)
class Split:
    """A note taken apart: what was said, and the change of status, if it notes one."""

    said: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class _Change:
    """A change of status as it is named: the words before the old status, and where that is."""

    opening: str
    at: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Sentences:
    """How one store says it: what it calls its statuses, and with what words it begins.

    Its sentence is the last of a note and names two statuses, the old one first. A reason that
    ends without a stop runs into it: the words before the old status that end with those with
    which another note of the store begins, begin where those do.
    """

    names: Mapping[str, str]
    openings: frozenset[str] = frozenset({_OPENING})

    def learn(self, notes: Iterable[str]) -> Sentences:
        """With the openings of these notes too."""
        changes = [one for note in notes if (one := self._change(note))]
        found = {one.opening for one in changes if one.opening.strip()}
        return Sentences(self.names, self.openings | found)

    def split(self, note: str) -> Split:
        change = self._change(note)
        if change is None:
            return Split(note)
        known = [one for one in self.openings if change.opening.endswith(one)]
        opening = min(known, key=len, default=change.opening)
        said = note[: change.at - len(opening)].strip()
        return Split(said, change.before, change.after)

    def _change(self, note: str) -> _Change | None:
        ends = [one.end() for one in _ENDS.finditer(note)]
        start = max((one for one in ends if one < len(note)), default=0)
        match self._named(note, start)[-2:]:
            case [(at, before), (_, after)] if before != after:
                return _Change(note[start:at], at, before, after)
        return None

    def _named(self, note: str, start: int) -> list[tuple[int, str]]:
        """The statuses named from there on, in their order; the longest name at each place."""
        slugs = {name: slug for slug, name in self.names.items() if name}
        if not slugs:
            return []
        any_name = "|".join(re.escape(one) for one in sorted(slugs, key=len, reverse=True))
        return [(one.start(), slugs[one[0]]) for one in re.compile(any_name).finditer(note, start)]
