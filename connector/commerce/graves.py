"""What a store dropped stays dropped when an older copy of it comes late, unless it came back.

Each name keeps two moments: when the store last dropped it, and when it was last seen alive by
somebody who must know: a delivery that says it was taken out of the trash, or a list that was asked
for after it had been dropped. The later of the two is the truth, in whatever order they come.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import case, or_, select
from sqlalchemy.orm import Session

from connector import database, records
from connector.commerce import keeping
from connector.commerce.models import Tombstone
from connector.database import among

Mortal = records.Checkout | records.Order | records.Product

_KEYS = ("store_id", "kind", "external_id")


def bury(session: Session, store_id: int, kind: str, name: str, moment: datetime) -> bool:
    """Remember that the store dropped it; False: it has been seen alive since."""
    _set(session, store_id, kind, {name: moment}, "deleted_at")
    return name in standing(session, store_id, kind, [name])


def standing(
    session: Session, store_id: int, kind: str, names: Iterable[str]
) -> dict[str, datetime]:
    """When the store dropped each of these, where it did and has not taken it back."""
    found: dict[str, datetime] = {}
    for part in keeping.parts(sorted(names)):
        query = select(Tombstone.external_id, Tombstone.deleted_at).where(
            Tombstone.store_id == store_id,
            Tombstone.kind == kind,
            Tombstone.deleted_at.is_not(None),
            or_(Tombstone.risen_at.is_(None), Tombstone.risen_at < Tombstone.deleted_at),
            among(session, Tombstone.external_id, part),
        )
        found.update((name, moment) for name, moment in session.execute(query) if moment)
    return found


def among_the_living(
    session: Session, store_id: int, kind: str, told: Sequence[tuple[Mortal, datetime]]
) -> dict[str, datetime]:
    """The graves of what was told (each with when it was heard), without those who came back."""
    graves = standing(session, store_id, kind, {one.external_id for one, _ in told})
    risen: dict[str, datetime] = {}
    for one, heard_at in told:
        name = one.external_id
        seen = heard_at if one.is_back else one.asked_at
        if seen and (one.is_back or (name in graves and seen > graves[name])):
            risen[name] = max(seen, risen.get(name, seen))
    _set(session, store_id, kind, risen, "risen_at")
    return {name: at for name, at in graves.items() if name not in risen or risen[name] < at}


def _set(
    session: Session, store_id: int, kind: str, moments: Mapping[str, datetime], column: str
) -> None:
    """The later moment stays."""
    if not moments:
        return
    statement = database.insert(session, keeping.table_of(Tombstone))
    known, told = Tombstone.__table__.c[column], statement.excluded[column]
    session.execute(
        statement.on_conflict_do_update(
            index_elements=_KEYS, set_={column: case((known > told, known), else_=told)}
        ),
        [
            {"store_id": store_id, "kind": kind, "external_id": name, column: moment}
            for name, moment in moments.items()
        ],
    )
