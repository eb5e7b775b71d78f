"""How far we are with a store, for pages and the command line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from connector.ports.feed import Resource
from connector.ports.notices import HINTS, Notice
from connector.sync import notices, rules
from connector.sync.models import Cursor, CursorState, Purpose, WebhookCheck

_PLACE = case({one.value: place for place, one in enumerate(Resource)}, value=Cursor.resource)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One list of one store. `left`: how long the rest will take, None when nobody knows."""

    resource: str
    purpose: str
    state: str
    fetched: int
    total: int | None
    unreadable: int
    last_unreadable: Sequence[str]
    error: str
    tries: int
    taken: timedelta
    left: timedelta | None
    due_at: datetime | None
    finished_at: datetime | None

    @property
    def is_over(self) -> bool:
        return self.state == CursorState.DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """A store as it was read: the first and the last standing look at each list, and whatever is
    wrong anywhere."""

    firsts: Sequence[Reading]
    standing: Sequence[Reading]
    troubles: Sequence[Reading]
    looked_at: datetime | None
    webhooks: WebhookCheck | None

    @property
    def problems(self) -> Sequence[Notice]:
        """What stands against the webhooks."""
        return notices.restored(self.webhooks.report.get("problems", ()) if self.webhooks else ())

    @property
    def lacking(self) -> Sequence[Notice]:
        """What our access may not do."""
        return self._noticed(notices.ACCESS) or ()

    @property
    def own_mails(self) -> Sequence[Notice] | None:
        """The store's own mails to shoppers who left; None: not looked at yet."""
        return self._noticed(notices.MAILS)

    @property
    def certain_mails(self) -> Sequence[Notice]:
        """Those of them that surely go out."""
        return [one for one in self.own_mails or () if one.code not in HINTS]

    @property
    def urgent(self) -> Sequence[Notice]:
        """What she has to see first."""
        moved = self._noticed(notices.PLACE) or ()
        versions = self._noticed(notices.VERSIONS) or ()
        return [*moved, *self.lacking, *versions, *self.certain_mails]

    @property
    def hints(self) -> Sequence[Notice]:
        return [one for one in self.own_mails or () if one.code in HINTS]

    def _noticed(self, what: str) -> Sequence[Notice] | None:
        stored = self.webhooks.notices.get(what) if self.webhooks else None
        return None if stored is None else notices.restored(stored)

    @property
    def in_step_at(self) -> datetime | None:
        """Up to when every list is known here; None while one is being read, or cannot be."""
        ended = [one.finished_at for one in self.standing if one.is_over and not one.error]
        known = [moment for moment in ended if moment is not None]
        return min(known) if known and len(known) == len(self.standing) else None

    @property
    def under_way(self) -> bool:
        return any(not one.is_over for one in self.firsts)


def overview(session: Session, store_id: int, now: datetime) -> Overview:
    """Everything about one store. Lists come in the order in which they are read."""
    rows = session.scalars(
        select(Cursor).where(Cursor.store_id == store_id).order_by(_PLACE, Cursor.id)
    ).all()
    readings = [_reading(row, now) for row in rows]
    looks = [one.finished_at for one in readings if one.finished_at]
    check = session.scalar(select(WebhookCheck).where(WebhookCheck.store_id == store_id))
    return Overview(
        firsts=[one for one in readings if one.purpose == Purpose.FIRST],
        standing=[one for one in readings if one.purpose == Purpose.STANDING],
        troubles=_once([one for one in readings if one.purpose != Purpose.FIRST]),
        looked_at=max(looks, default=None),
        webhooks=check,
    )


def _once(found: Sequence[Reading]) -> list[Reading]:
    """One of each trouble: a store that is away is away from every list."""
    return list({one.error: one for one in found if one.error}.values())


def readings(session: Session, cursor_ids: Iterable[int], now: datetime) -> list[Reading]:
    """These cursors, as they stand."""
    rows = session.scalars(
        select(Cursor).where(Cursor.id.in_(list(cursor_ids))).order_by(_PLACE, Cursor.id)
    )
    return [_reading(row, now) for row in rows]


def _reading(row: Cursor, now: datetime) -> Reading:
    begun = row.started_at
    taken = (row.finished_at or now) - begun if begun else timedelta(0)
    running = row.state == CursorState.RUNNING
    return Reading(
        resource=row.resource,
        purpose=row.purpose,
        state=row.state,
        fetched=row.fetched,
        total=row.total,
        unreadable=row.unreadable,
        last_unreadable=row.last_unreadable,
        error=row.error,
        tries=row.tries,
        taken=taken,
        left=rules.left(row.fetched, row.total, taken) if running else None,
        due_at=row.due_at,
        finished_at=row.finished_at,
    )
