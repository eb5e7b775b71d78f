"""One way to the database, the same on SQLite and PostgreSQL."""

from __future__ import annotations

import fcntl
import sqlite3
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    DateTime,
    Engine,
    Integer,
    MetaData,
    any_,
    bindparam,
    create_engine,
    event,
    func,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

Knock = Callable[[str, int], None]

BUSY_SECONDS = 15
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

Json = JSON().with_variant(JSONB(), "postgresql")
BigId = BigInteger().with_variant(Integer(), "sqlite")
"""SQLite numbers rows by itself only in a column that is exactly INTEGER."""


class Utc(TypeDecorator[datetime]):
    """Aware UTC in Python on every database; SQLite itself forgets time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        return _as_text if dialect.name == "sqlite" else _as_utc

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        return _from_text if dialect.name == "sqlite" else _as_utc


def _as_utc(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("a time without its zone cannot be stored")
    return value.astimezone(UTC)


def _as_text(value: datetime | None) -> str | None:
    """SQLAlchemy's own text, which sorts as the times do, at a third of its cost."""
    moment = _as_utc(value)
    return None if moment is None else moment.replace(tzinfo=None).isoformat(" ", "microseconds")


def _from_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(f"{value}+00:00")


class Base(DeclarativeBase):
    """The parent of every table."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 # SQLAlchemy reads it off the class
        datetime: Utc(),
        dict[str, Any]: Json,
        list[str]: Json,
    }


class Database:
    """Transactions that tell, once they are durable, who should look for work."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.url = url
        self.engine = _engine(url, pool_size)
        self._reads = self.engine.execution_options(askback_reading=True)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self.knock: Knock = _nobody_home
        self._threads: dict[str, threading.Lock] = {}

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Read and write; commits at the end, then passes the nudges on."""
        with Session(self.engine, expire_on_commit=False) as session:
            with session.begin():
                yield session
            for queue, store_id in session.info.pop("nudges", {}):
                self.knock(queue, store_id)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Read only: takes no write lock on SQLite."""
        with Session(self._reads, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def alone(self, name: str) -> Iterator[None]:
        """One holder of `name` at a time among all threads and processes; whoever dies lets go.

        For a call to the outside that must happen once: no row and no table is locked
        meanwhile. `name` is of letters, digits and hyphens.
        """
        with self._threads.setdefault(
            name, threading.Lock()
        ):  # of one process, only one waits with a connection or a file
            if self.is_sqlite:
                path = f"{self.url.removeprefix('sqlite:///')}.{name}.lock"
                with Path(path).open("w") as file:
                    fcntl.flock(file, fcntl.LOCK_EX)
                    yield
            else:
                with self.engine.begin() as connection:
                    lock = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
                    connection.execute(lock, {"name": name})
                    yield

    def own_connection(self) -> Any:
        """The driver's own connection, outside the pool; each statement is a transaction.

        For a thread that keeps it and closes it.
        """
        pooled = self.engine.raw_connection()
        connection: Any = pooled.driver_connection
        pooled.detach()
        if not self.is_sqlite:
            connection.autocommit = True
        return connection

    def forgets(self) -> None:
        """Empty SQLite's log, in which erased rows stand readable until they are written over.

        A reader who keeps it busy for a second keeps it: the next erasure empties it with its own.
        https://www.sqlite.org/pragma.html#pragma_wal_checkpoint
        """
        if not self.is_sqlite:
            return
        with closing(self.own_connection()) as connection:
            connection.execute("PRAGMA busy_timeout=1000")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def close(self) -> None:
        self.engine.dispose()


def insert(session: Session, table: Any) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that can say ON CONFLICT, in the dialect of this session's database."""
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def among(session: Session, column: Any, values: Collection[Any]) -> ColumnElement[bool]:
    """`column IN values`, as PostgreSQL likes it best: one array, however many there are.

    A list of 200 names is 200 parameters, which the driver takes apart anew for every length.
    """
    if session.get_bind().dialect.name == "postgresql":
        return column == any_(bindparam(None, list(values), type_=postgresql.ARRAY(column.type)))  # type: ignore[no-any-return] # a column's own comparison
    return column.in_(values)  # type: ignore[no-any-return] # as above


def add_missing(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows whose unique keys are not there yet; all rows have the same columns.

    On PostgreSQL each column is one array, as in `among`.
    """
    if not rows:
        return
    table = model.__table__
    statement = insert(session, table).on_conflict_do_nothing()
    if session.get_bind().dialect.name != "postgresql":
        session.execute(statement, rows)
        return
    arrays = {
        name: bindparam(
            name, [row[name] for row in rows], type_=postgresql.ARRAY(table.c[name].type)
        )
        for name in rows[0]
    }
    told = func.unnest(*arrays.values()).table_valued(*arrays).render_derived()
    session.execute(statement.from_select(list(arrays), select(*told.c)))


def lock_store(session: Session, store_id: int) -> None:
    """Let one transaction at a time change this store's records (SQLite has one writer anyway)."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:id)"), {"id": store_id})


def _nobody_home(_queue: str, _store_id: int) -> None:
    """Nudges of a process without a queue: the sweeps will find the work."""


def _engine(url: str, pool_size: int) -> Engine:
    """Errors do not repeat what was to be written: logs and reasons would hold addresses."""
    if not url.startswith("sqlite"):
        engine = create_engine(
            url,
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_pre_ping=True,
            hide_parameters=True,
        )
        event.listen(engine, "connect", prepare_postgresql)
        return engine
    path = url.removeprefix("sqlite:///")
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
        hide_parameters=True,
    )
    event.listen(engine, "connect", prepare_sqlite)
    event.listen(engine, "begin", _begin)
    return engine


def prepare_postgresql(connection: Any, _record: object = None) -> None:
    """Plan with the values in sight.

    A prepared statement's general plan does not know how many names an IN list holds nor that it
    may hash them: measured at ten times the time once a store has some thousand orders.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET plan_cache_mode = force_custom_plan")
    connection.commit()


def prepare_sqlite(connection: sqlite3.Connection, _record: object = None) -> None:
    """WAL with a full sync at each commit: what was committed survives a power cut."""
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        f"busy_timeout={BUSY_SECONDS * 1000}",
        "foreign_keys=ON",
        "wal_autocheckpoint=4000",
        "journal_size_limit=67108864",
        # What is deleted is written over with zeros: who is erased is in no byte of the file.
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """Writers queue up at BEGIN; a lock upgrade in mid-transaction would fail at once."""
    reading = connection.get_execution_options().get("askback_reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
