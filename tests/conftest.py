"""What every test may ask for."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from connector import database
from tests import databases
from tests.busy_store import busy_store
from tests.compiled import keep_compiled_templates
from tests.fakes import Clock
from tests.groups import Together
from tests.road import Road, environment, served
from tests.routing import builders_when_needed

gc.disable()  # until all tests are loaded


@pytest.hookimpl(optionalhook=True)  # xdist's
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together | None:
    return Together(config, log) if config.getoption("dist") == "loadgroup" else None


def pytest_collection_finish() -> None:
    """What is loaded stays loaded: looking through it again and again took a tenth of the time."""
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def statements_are_compiled_once() -> Iterator[None]:
    """Every test has an engine of its own; without this each compiles all its statements anew.

    SQLAlchemy keeps compiled statements by dialect object; here two of a kind count as one.
    """
    kinds = (PGDialect_psycopg, SQLiteDialect_pysqlite)
    compiled: dict[Any, Any] = {}
    made = database.create_engine

    def create_engine(url: str, **options: Any) -> Engine:
        return made(url, **options, execution_options={"compiled_cache": compiled})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "create_engine", create_engine)
        for kind in kinds:
            patch.setattr(kind, "__eq__", lambda one, other: type(one) is type(other))
            patch.setattr(kind, "__hash__", lambda one: hash(type(one)))
        yield


@pytest.fixture(scope="session", autouse=True)
def addresses_are_built_when_needed() -> Iterator[None]:
    """Every test has an app of its own, whose every route would be made ready to be written out."""
    with pytest.MonkeyPatch.context() as patch:
        builders_when_needed(patch)
        yield


@pytest.fixture(scope="session", autouse=True)
def templates_are_compiled_once() -> Iterator[None]:
    """Every test has an app of its own; without this each compiles all its pages anew."""
    with pytest.MonkeyPatch.context() as patch:
        keep_compiled_templates(patch)
        yield


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite database."""
    folder = tmp_path_factory.mktemp("template")
    path = folder / "askback.db"
    databases.migrate(f"sqlite:///{path}", folder)
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A database of this test's own."""
    path = tmp_path / "askback.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A private PostgreSQL with a migrated database named `template`."""
    if databases.binaries() is None:
        pytest.skip("LOUDLY SKIPPED: no PostgreSQL server on this machine (make machine)")
    with databases.cluster() as admin:
        with psycopg.connect(admin % "postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE template")
        databases.migrate(admin % "template", tmp_path_factory.mktemp("pg"))
        yield admin


@pytest.fixture
def postgres_url(postgres_server: str) -> str:
    return databases.clone(postgres_server, "template")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """Each database in turn."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    url: str = request.getfixturevalue(name)
    return url


@pytest.fixture(scope="session")
def busy_template(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, datetime]:
    """A database after a morning in a busy store, and the time it then is."""
    folder = tmp_path_factory.mktemp("busy")
    path, clock = folder / "askback.db", Clock()
    shutil.copy(sqlite_template, path)
    with served(environment(folder, f"sqlite:///{path}"), clock) as road:
        busy_store(road)
    return path, clock.now()


@pytest.fixture
def road(
    request: pytest.FixtureRequest, sqlite_url: str, tmp_path: Path, clock: Clock
) -> Iterator[Road]:
    """The whole road, on SQLite; marked as `busy`, with everything that `busy_store` did."""
    if request.node.get_closest_marker("busy"):
        path, now = request.getfixturevalue("busy_template")
        shutil.copy(path, tmp_path / "askback.db")
        clock.advance(seconds=(now - clock.now()).total_seconds())
    with served(environment(tmp_path, sqlite_url), clock) as road:
        yield road


@pytest.fixture
def any_road(database_url: str, tmp_path: Path, clock: Clock) -> Iterator[Road]:
    """The whole road, on each database in turn."""
    with served(environment(tmp_path, database_url), clock) as road:
        yield road
