"""Call a store; a refusal is looked into: this call only, this token only, or we are shut out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from connector.errors import AccessLost, Refused
from connector.machine import Machine
from connector.ports.platform import Access
from connector.stores import tokens

Answer = TypeVar("Answer")

NOT_THIS = "not_permitted"
"""Code of Refused: the store lets us in, and does not let us do this."""


@dataclass(frozen=True, slots=True)
class Way:
    """The way to one store. Never to be gone inside a transaction: it asks, and writes."""

    machine: Machine
    store_id: int

    def access(self) -> Access:
        """See `tokens.fresh_access`."""
        return tokens.fresh_access(self.machine, self.store_id)

    def ask(self, call: Callable[[Access], Answer]) -> Answer:
        """What the call answers; it is made once more where renewed keys may help, so it must be
        harmless to repeat.

        Raises AccessLost (the store's state says so), Refused (this call only), and what `call`
        and `access` raise.
        """
        access = self.access()
        try:
            return call(access)
        except AccessLost as problem:
            again = self.after_refusal(access, problem)
        try:
            return call(again)
        except AccessLost as problem:
            raise Refused(str(problem), code=NOT_THIS) from problem

    def after_refusal(self, access: Access, problem: AccessLost) -> Access:
        """Other keys to try with, where the store refused a call with these.

        A token may be refused before its end: our clock is behind, or the store took it back and
        would give another. Whoever then is not let in either is shut out, which is written on the
        store: it is shown to the merchant, and the sync knocks until it is let in again. Raises
        AccessLost, Refused (it lets us in: only this call is refused), Retryable.
        """
        kept = tokens.kept(self.machine, self.store_id)
        if kept.credentials != access.credentials:
            return kept  # renewed while the call was on its way
        if tokens.is_lost(self.machine, self.store_id):
            raise problem  # known already: knocking is the sync's business
        if self._is_let_in(access):
            raise Refused(str(problem), code=NOT_THIS) from problem
        renewed = tokens.renew(self.machine, self.store_id, access, problem)
        if not self._is_let_in(renewed):
            return tokens.lose(self.machine, self.store_id, renewed, problem)
        return renewed

    def _is_let_in(self, access: Access) -> bool:
        try:
            tokens.platform_of(self.machine, self.store_id).describe(access)
        except AccessLost:
            return False
        return True
