"""A store whose owner removed the app is left in peace at once."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from connector.stores import actions
from connector.stores.models import Store
from connector.timeline.actions import on
from connector.timeline.events import Event, Name

REMOVED = "the app was removed in the store"


@on(Name.STORE_UNINSTALLED)
def stop(session: Session, events: Sequence[Event]) -> None:
    for event in events:
        store = session.get_one(Store, event.store_id)
        actions.disconnect(store, because=event.facts.get("because", REMOVED))
