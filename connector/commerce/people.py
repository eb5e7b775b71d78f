"""Who is who: the same person by the store's id, by address, by telephone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import bindparam, insert, or_, select, update
from sqlalchemy.orm import Session

from connector import records
from connector.commerce.copying import copy_with_ids, is_postgresql
from connector.commerce.keeping import fit, parts, table_of
from connector.commerce.models import Customer
from connector.commerce.rules import Row, email_key, instant, settle_fields
from connector.database import among
from connector.timeline import actions as timeline
from connector.timeline.events import Event, Name

FIELDS = (
    "external_id",
    "email",
    "email_key",
    "phone",
    "first_name",
    "last_name",
    "locale",
    "country",
    "accepts_marketing",
)
_NAMES = frozenset({"external_id", "email_key", "phone"})
"""By which a person is known: to the store, and to whoever writes to her."""


@dataclass(slots=True)
class _Index:
    """The store's people that this batch may mean."""

    by_id: dict[str, Row] = field(default_factory=dict)
    by_email: dict[str, Row] = field(default_factory=dict)
    by_phone: dict[str, Row] = field(default_factory=dict)

    def add(self, row: Row) -> None:
        if row["external_id"]:
            self.by_id[row["external_id"]] = row
        for index, key in ((self.by_email, row["email_key"]), (self.by_phone, row["phone"])):
            if key and (key not in index or row["external_id"]):
                index[key] = row

    def find(self, told: Row) -> Row | None:
        """By the store's id; else a guest's or the only bearer of the address; else telephone."""
        if told["external_id"] in self.by_id:
            return self.by_id[told["external_id"]]
        if told["email_key"]:
            return self._unless_other(self.by_email.get(told["email_key"]), told)
        if told["phone"]:
            return self._unless_other(self.by_phone.get(told["phone"]), told)
        return None

    @staticmethod
    def _unless_other(row: Row | None, told: Row) -> Row | None:
        """An account of its own is not the account that happens to share its address."""
        if row and row["external_id"] and told["external_id"]:
            return None if row["external_id"] != told["external_id"] else row
        return row


def resolve(
    session: Session, store_id: int, people: Sequence[tuple[records.Customer | None, datetime]]
) -> list[int | None]:
    """The customer's id for each (person, when the store said so); None: nobody we could name.

    Writes new people and newer words about known ones; tells who is known to the store by an
    id, or by another address under it, from now on.
    """
    told = [(_told(person), _mark(person, moment)) for person, moment in people]
    index = _load(session, store_id, [row for row, _ in told])
    found: list[Row | None] = []
    new: list[Row] = []
    dirty: dict[int, Row] = {}
    named: list[tuple[Row, datetime]] = []
    for (row, mark), (_, moment) in zip(told, people, strict=True):
        if not (row["external_id"] or row["email_key"] or row["phone"]):
            found.append(None)
            continue
        known = index.find(row)
        if known is None:
            known = dict.fromkeys(FIELDS) | {
                "store_id": store_id, "versions": {}, "created_at": moment, "id": None,
            }  # fmt: skip
            new.append(known)
        changes, marks = settle_fields(known, known["versions"], row, mark)
        if changes:
            known.update(changes)
            known["versions"] = known["versions"] | marks
            if known["id"] is not None:
                dirty[known["id"]] = known
            if known["external_id"] and not _NAMES.isdisjoint(changes):
                named.append((known, moment))
        index.add(known)
        found.append(known)
    _write(session, new, list(dirty.values()))
    _tell(session, store_id, named)
    return [row["id"] if row else None for row in found]


def _tell(session: Session, store_id: int, named: Sequence[tuple[Row, datetime]]) -> None:
    """Each person once, though a batch may tell of her often."""
    moments = {row["id"]: moment for row, moment in named}
    events = [
        Event(
            name=Name.CUSTOMER_NAMED,
            store_id=store_id,
            subject_id=customer_id,
            customer_id=customer_id,
            happened_at=moment,
        )
        for customer_id, moment in moments.items()
    ]
    timeline.record(session, events)


def _told(person: records.Customer | None) -> Row:
    if person is None:
        return dict.fromkeys(FIELDS)
    return fit(
        Customer,
        {
            "external_id": person.external_id,
            "email": person.email.strip(),
            "email_key": email_key(person.email),
            "phone": person.phone,
            "first_name": person.first_name,
            "last_name": person.last_name,
            "locale": person.locale,
            "country": person.country,
            "accepts_marketing": person.accepts_marketing,
        },
    )


def _mark(person: records.Customer | None, moment: datetime) -> str:
    return instant((person and person.updated_at) or moment)


def _load(session: Session, store_id: int, told: Sequence[Row]) -> _Index:
    table = table_of(Customer)
    index = _Index()
    for part in parts(told):
        ids, addresses = (
            {r[name] for r in part if r[name]} for name in ("external_id", "email_key")
        )
        phones = {r["phone"] for r in part if r["phone"] and not r["email_key"]}
        query = select(table).where(
            table.c.store_id == store_id,
            or_(
                among(session, table.c.external_id, ids),
                among(session, table.c.email_key, addresses),
                among(session, table.c.phone, phones),
            ),
        )
        for row in session.execute(query.order_by(table.c.id)).mappings():
            index.add(dict(row))
    return index


def _write(session: Session, new: list[Row], dirty: list[Row]) -> None:
    table = table_of(Customer)
    if new:
        for row in new:
            for name in FIELDS:
                if row[name] is None and name not in ("external_id", "accepts_marketing"):
                    row[name] = ""
        rows = [{name: row[name] for name in row if name != "id"} for row in new]
        for row, row_id in zip(new, _insert(session, rows), strict=True):
            row["id"] = row_id
    if dirty:
        columns: Row = {name: bindparam(f"new_{name}") for name in (*FIELDS, "versions")}
        statement = update(table).where(table.c.id == bindparam("the_id")).values(columns)
        changes = [
            {"the_id": row["id"], **{f"new_{name}": row[name] for name in columns}} for row in dirty
        ]
        session.execute(statement, changes)


def _insert(session: Session, rows: list[Row]) -> Sequence[int]:
    """The new people's ids, in their order."""
    table = table_of(Customer)
    if is_postgresql(session):
        return copy_with_ids(session, table, rows)
    statement = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    return session.execute(statement, rows).scalars().all()
