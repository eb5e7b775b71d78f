"""May we write to this customer? If not, every reason why not."""

from __future__ import annotations

from dataclasses import dataclass

from connector.stores.policy import Basis


@dataclass(frozen=True, slots=True)
class Verdict:
    """No objections: go ahead."""

    objections: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return not self.objections

    def __add__(self, other: Verdict) -> Verdict:
        return Verdict(self.objections + other.objections)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the ledger says of one address on one channel."""

    has_address: bool
    suppressed: bool
    opted_in: bool
    """Her newest word in the ledger is a yes."""
    withdrew: bool
    """Her newest word is a no: a yes taken back, here or before we knew the store."""
    has_bought: bool


def may_write(facts: Facts, basis: Basis) -> Verdict:
    """The verdict for a marketing message on the merchant's lawful basis (mission M094, C12)."""
    lawful = {
        Basis.OPT_IN: facts.opted_in,
        Basis.SOFT_OPT_IN: facts.opted_in or facts.has_bought,
        Basis.LEGITIMATE_INTEREST: True,
    }[basis]
    objections = (
        ("no address on this channel", not facts.has_address),
        ("unsubscribed", facts.suppressed),
        ("consent withdrawn", facts.withdrew),
        (f"no lawful basis ({basis.value})", not lawful),
    )
    return Verdict(tuple(reason for reason, holds in objections if holds))
