"""Keep the notes that stand beside orders in the store, and what they say of a failed payment."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from connector import records
from connector.commerce import keeping
from connector.commerce.models import Checkout, Order, OrderNote
from connector.commerce.rules import Row
from connector.records import OrderState
from connector.timeline.events import Event

NOTED = (OrderState.FAILED, OrderState.PENDING, OrderState.ON_HOLD, OrderState.CANCELLED)
"""States of an order that is not, or no longer, on its way: why, its notes may tell."""

_LONGEST_REASON = 500
_JUST_BEFORE = timedelta(minutes=2)
"""Gateways that note the reason by itself do so in the request in which the payment fails."""
_OURS = "[askback-"
_STOCK = re.compile(r"\d→-?\d")
"""The store's bookkeeping: "Stock levels reduced: Blue mug (76→73)"."""

Told = tuple[records.OrderNotes, datetime]


def failure(notes: Sequence[records.Note]) -> str:
    """Why the payment failed the last time, as its gateway noted it; "" where it noted nothing.

    `notes` are the oldest first. The reason stands with the change to failed, or right before it
    as a note of its own. Whoever set the order to failed by hand gave no gateway's reason.
    """
    failings = [at for at, one in enumerate(notes) if one.moved_to is OrderState.FAILED]
    if not failings:
        return ""
    failing = notes[failings[-1]]
    if failing.text or failing.author:
        return "" if failing.author else failing.text
    for one in reversed(notes[: failings[-1]]):
        if one.moved_to is not None or one.written_at < failing.written_at - _JUST_BEFORE:
            return ""
        if _is_gateways(one):
            return one.text
    return ""


def _is_gateways(note: records.Note) -> bool:
    own = note.author or note.for_customer or _OURS in note.text
    return bool(note.text) and not own and not _STOCK.search(note.text)


def keep_notes(session: Session, store_id: int, told: Sequence[Told]) -> list[Event]:
    """What stands in the store stands here: notes by their own ids, those gone from there gone.

    Of the store's own notes only the reason of a failure is kept, with the order's checkout.
    """
    read = {one.order_external_id: (one, at) for one, at in told}
    orders = keeping.load(session, Order, store_id, read)
    for name, (one, moment) in read.items():
        if name not in orders:
            continue
        if one.notes is not None:
            _write(session, store_id, name, one.notes)
            _explain(session, store_id, orders[name], failure(one.notes))
        session.execute(
            update(Order).where(Order.id == orders[name]["id"]).values(notes_read_at=moment)
        )
    return []


def _write(session: Session, store_id: int, order: str, notes: Sequence[records.Note]) -> None:
    rows: list[Row] = [
        {
            "store_id": store_id,
            "external_id": one.external_id,
            "order_external_id": order,
            "text": one.text,
            "author": one.author,
            "for_customer": one.for_customer,
            "written_at": one.written_at,
        }
        for one in notes
        if (one.author or one.for_customer) and one.text
    ]
    names = [row["external_id"] for row in rows]
    session.execute(
        delete(OrderNote).where(
            OrderNote.store_id == store_id,
            OrderNote.order_external_id == order,
            OrderNote.external_id.not_in(names),
        )
    )
    keeping.upsert(session, OrderNote, rows, ("store_id", "external_id"))


def _explain(session: Session, store_id: int, order: Row, reason: str) -> None:
    """Hers is the reason of the last failure, whatever is told of the checkout meanwhile."""
    cut = keeping.fit(Checkout, {"failure_noted": reason[:_LONGEST_REASON]})
    session.execute(
        update(Checkout)
        .where(
            Checkout.store_id == store_id,
            Checkout.external_id == (order["checkout_external_id"] or order["external_id"]),
            Checkout.failure_noted != cut["failure_noted"],
        )
        .values(cut)
    )
