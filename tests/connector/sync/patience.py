"""Time passes until a store has prepared what it was asked for."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from connector.machine import Machine
from connector.sync.models import Cursor
from jobs import schedule
from tests.fakes import Clock


def catches_up(machine: Machine, clock: Clock) -> None:
    """Everything that is due is done, and what the store takes moments to prepare is waited for."""
    while True:
        schedule.tick(machine, clock.now())
        with machine.database.reading() as session:
            due = session.scalar(select(func.min(Cursor.due_at)).where(Cursor.due_at > clock.now()))
        if due is None or due - clock.now() > timedelta(minutes=1):
            return
        clock.advance(seconds=(due - clock.now()).total_seconds())
