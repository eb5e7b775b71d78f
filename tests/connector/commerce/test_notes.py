"""Which of an order's notes says why its payment failed."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest

from connector.commerce.notes import failure
from connector.records import Note, OrderState
from tests.fakes import BEGINNING

_numbers = count()


def note(
    text: str = "", *, at: float = 0, moved_to: OrderState | None = None, by: str = ""
) -> Note:
    """A note `at` so many seconds after the beginning."""
    return Note(
        external_id=str(next(_numbers)),
        text=text,
        written_at=BEGINNING + timedelta(seconds=at),
        moved_to=moved_to,
        author=by,
    )


FAILED, PENDING = OrderState.FAILED, OrderState.PENDING
REASON = "Declined by the bank."


@pytest.mark.parametrize(
    ("notes", "reason"),
    [
        ([], ""),
        ([note(REASON)], ""),
        ([note(moved_to=PENDING), note(REASON, at=9, moved_to=FAILED)], REASON),
        ([note(REASON, at=1), note(at=2, moved_to=FAILED)], REASON),
        ([note(REASON), note("Stock: Mug (76→73)", at=1), note(at=2, moved_to=FAILED)], REASON),
        ([note(REASON), note(at=600, moved_to=FAILED)], ""),
        ([note(REASON), note(moved_to=PENDING), note(at=1, moved_to=FAILED)], ""),
        ([note(REASON, by="Dana"), note(at=2, moved_to=FAILED)], ""),
        ([note("Bulk edit:", moved_to=FAILED, by="Dana")], ""),
        ([note("Asked [askback-7]"), note(at=2, moved_to=FAILED)], ""),
        (
            [note(REASON, moved_to=FAILED), note(moved_to=PENDING), note("2", moved_to=FAILED)],
            "2",
        ),
        ([note(REASON, moved_to=FAILED), note(moved_to=PENDING), note(moved_to=FAILED)], ""),
    ],
    ids=[
        "no notes",
        "never failed",
        "with the change itself",
        "right before it",
        "past the bookkeeping",
        "too long before",
        "of an earlier step",
        "a person's words",
        "set by a person",
        "our own note",
        "the last of two",
        "of the first of two only",
    ],
)
def test_the_reason_is_the_gateways_own_and_of_the_last_failure(
    notes: list[Note], reason: str
) -> None:
    assert failure(notes) == reason
