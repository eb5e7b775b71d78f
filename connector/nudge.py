"""A hint, given after the commit, that there is work; it may be lost without harm."""

from __future__ import annotations

from sqlalchemy.orm import Session


def nudge(session: Session, queue: str, store_id: int) -> None:
    """Once this transaction is durable, tell `queue` to look at the store; repeats are one."""
    session.info.setdefault("nudges", {})[(queue, store_id)] = None
