"""Write many rows of one kind at once, each merged with what was known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import String, Table, delete, insert, select
from sqlalchemy.orm import Session

from connector import database
from connector.commerce.copying import copy, copy_with_ids, is_postgresql
from connector.commerce.rules import Row, settle
from connector.database import Base, among

MOST_PARAMETERS = 500
"""Names in one IN list: below SQLite's limit for old builds, and plans stay small."""


@dataclass(frozen=True, slots=True)
class Change:
    """A row before (None: new) and after; `after` has its id."""

    before: Row | None
    after: Row


def table_of(model: type[Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 # narrows SQLAlchemy's FromClause for the checker
    return table


def upsert(session: Session, model: type[Base], rows: Sequence[Row], keys: Sequence[str]) -> None:
    """Insert or overwrite by the unique `keys`; all rows have the same columns."""
    if not rows:
        return
    statement = database.insert(session, table_of(model))
    changed = {name: statement.excluded[name] for name in rows[0] if name not in (*keys, "id")}
    session.execute(
        statement.on_conflict_do_update(index_elements=list(keys), set_=changed),
        [fit(model, row) for row in rows],
    )


def keep(
    session: Session,
    model: type[Base],
    store_id: int,
    told: Iterable[Row],
    *,
    sticky: frozenset[str] = frozenset(),
) -> list[Change]:
    """Merge what was told (rows with external_id and version) and write what changed.

    The caller has locked the store: what is new when it is looked for is new when it is written.
    """
    told = list(told)
    before = load(session, model, store_id, {row["external_id"] for row in told})
    truth = dict(before)
    for row in told:
        row["store_id"] = store_id
        if (settled := settle(truth.get(row["external_id"]), row, sticky)) is not None:
            truth[row["external_id"]] = settled
    changed = {name: row for name, row in truth.items() if row is not before.get(name)}
    columns = set(told[0]) if told else set()
    rows = {name: {one: row[one] for one in columns} for name, row in changed.items()}
    ids: dict[str, int] = {}
    if is_postgresql(session):
        new = {name: fit(model, rows.pop(name)) for name in changed if name not in before}
        ids = dict(
            zip(new, copy_with_ids(session, table_of(model), list(new.values())), strict=True)
        )
    upsert(session, model, list(rows.values()), ("store_id", "external_id"))
    ids |= _ids(session, model, store_id, set(rows) - set(before))
    return [
        Change(before.get(name), {**row, "id": before[name]["id"] if name in before else ids[name]})
        for name, row in changed.items()
    ]


def load(
    session: Session, model: type[Base], store_id: int, names: Iterable[str]
) -> dict[str, Row]:
    """The store's rows of these external ids, by external id."""
    table = table_of(model)
    found: dict[str, Row] = {}
    for part in parts(sorted(names)):
        query = select(table).where(
            table.c.store_id == store_id, among(session, table.c.external_id, part)
        )
        found.update({row["external_id"]: dict(row) for row in session.execute(query).mappings()})
    return found


def replace_lines(
    session: Session,
    model: type[Base],
    parent: str,
    lines: dict[int, list[Row]],
    *,
    new: Set[int] = frozenset(),
) -> None:
    """Give every parent row (by id) exactly these lines; `new` parents have none yet."""
    table = table_of(model)
    for part in parts(sorted(set(lines) - new)):
        session.execute(delete(table).where(among(session, table.c[parent], part)))
    rows = [fit(model, {parent: owner, **row}) for owner, own in lines.items() for row in own]
    if rows and is_postgresql(session):
        copy(session, table, rows)
    elif rows:
        session.execute(insert(table), rows)


def parts(names: Sequence[Any]) -> Iterable[Sequence[Any]]:
    for start in range(0, len(names), MOST_PARAMETERS):
        yield names[start : start + MOST_PARAMETERS]


def fit(model: type[Base], row: Row) -> Row:
    """Texts as the column can hold them: PostgreSQL refuses NUL and whatever is too long."""
    for name, longest in _text_columns(model):
        value = row.get(name)
        if isinstance(value, str):
            if "\x00" in value:
                value = row[name] = value.replace("\x00", "")
            if longest and len(value) > longest:
                row[name] = value[:longest]
    return row


@cache
def _text_columns(model: type[Base]) -> tuple[tuple[str, int | None], ...]:
    return tuple(
        (column.name, column.type.length)
        for column in table_of(model).columns
        if isinstance(column.type, String)
    )


def _ids(
    session: Session, model: type[Base], store_id: int, names: Iterable[str]
) -> dict[str, int]:
    table = table_of(model)
    found: dict[str, int] = {}
    for part in parts(sorted(names)):
        query = select(table.c.external_id, table.c.id).where(
            table.c.store_id == store_id, among(session, table.c.external_id, part)
        )
        found.update((name, row_id) for name, row_id in session.execute(query))
    return found
