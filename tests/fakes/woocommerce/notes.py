"""The notes beside WooCommerce's orders: its own at each change of status, and everybody's."""

from __future__ import annotations

from itertools import count
from typing import Any

from tests.fakes import ledger
from tests.fakes.memory import Memory
from tests.fakes.woocommerce.orders import OrderPayloads

NAMES = {
    "pending": "Pending payment", "processing": "Processing", "on-hold": "On hold",
    "completed": "Completed", "cancelled": "Cancelled", "refunded": "Refunded",
    "failed": "Failed", "checkout-draft": "Draft",
}  # fmt: skip
CHANGED = "Order status changed from {} to {}."
HEBREW_NAMES = {**NAMES, "pending": "ממתין לתשלום", "failed": "נכשל", "checkout-draft": "טיוטה"}
HEBREW_CHANGED = "סטטוס ההזמנה השתנה מ-{} ל-{}."


class Notes:
    """A store's notes. The language of its own is `names` and `changed`."""

    def __init__(self, memory: Memory, orders: OrderPayloads) -> None:
        self.memory, self.orders = memory, orders
        self.names, self.changed, self.signature = NAMES, CHANGED, "WooCommerce"
        self._numbers = count(3185)
        self._own: dict[int, list[ledger.Note]] = {}
        self._status: dict[int, str] = {}

    def happens(self, moment: str, subject: object) -> None:
        """As WC_Order::status_transition: a gateway's reason, and the sentence of the change."""
        if not isinstance(subject, ledger.Order):
            return
        if self._status.get(subject.id, "checkout-draft") in ("checkout-draft", "failed"):
            self._moves(subject, "pending")  # a new attempt, where there had been one
        reason = subject.failure if moment == "payment_failed" else ""
        self._moves(subject, self.orders.status(subject.checkout), reason)

    def _moves(self, order: ledger.Order, to: str, reason: str = "") -> None:
        was = self._status.get(order.id, "checkout-draft")
        if was == to or not {was, to} <= set(self.names):
            return
        self._status[order.id] = to
        sentence = self.changed.format(self.names[was], self.names[to])
        note = self._note(f"{reason} {sentence}".strip(), author=self.signature)
        self._own.setdefault(order.id, []).append(note)

    def _note(self, text: str, *, author: str, for_customer: bool = False) -> ledger.Note:
        return ledger.Note(
            id=next(self._numbers), text=text, author=author,
            for_customer=for_customer, made_at=self.memory.now(),
        )  # fmt: skip

    def of(self, order: ledger.Order | None) -> list[ledger.Note]:
        """All of an order's, the newest first."""
        found = [*self._own.get(order.id, ()), *order.notes] if order else []
        return sorted(found, key=lambda one: one.id, reverse=True)

    def adds(
        self, order: ledger.Order | None, text: str, author: str = "", *, for_customer: bool = False
    ) -> ledger.Note:
        """By a person of this name, or else by a program."""
        note = self._note(text, author=author or self.signature, for_customer=for_customer)
        if order is not None:
            order.notes.append(note)
        return note

    def posted(self, order: ledger.Order | None, said: dict[str, Any]) -> ledger.Note:
        """By the API: a program's, unless it says that the key's owner wrote it."""
        author = "admin" if said.get("added_by_user") is True else ""
        shown = said.get("customer_note", False) is True
        return self.adds(order, said.get("note", ""), author, for_customer=shown)
