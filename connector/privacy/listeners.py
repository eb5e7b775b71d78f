"""What privacy does when a store passes a person's wish on, or goes away."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from connector.privacy import actions
from connector.privacy.rules import ERASE_STORE_AFTER
from connector.records import PrivacyKind
from connector.timeline.actions import on
from connector.timeline.events import Event, Name


@on(Name.PRIVACY_ASKED)
def take(session: Session, events: Sequence[Event]) -> None:
    for event in events:
        actions.ask(
            session, event.store_id, PrivacyKind(event.facts["kind"]), event.happened_at,
            person=event.facts["person"], key=event.unique_key,
        )  # fmt: skip


@on(Name.STORE_UNINSTALLED)
def forget_later(session: Session, events: Sequence[Event]) -> None:
    for event in events:
        actions.ask(
            session, event.store_id, PrivacyKind.ERASE_STORE, event.happened_at,
            person={}, key=f"erase:{event.unique_key}",
            due_at=event.happened_at + ERASE_STORE_AFTER,
        )  # fmt: skip
