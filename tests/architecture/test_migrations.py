"""One line of migrations, the same shape on SQLite and PostgreSQL, there and back again."""

from __future__ import annotations

from importlib import resources

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, select, text

from connector.commerce.models import Forgotten
from connector.database import Base, Database


def scripts() -> Config:
    config = Config()
    config.set_main_option("script_location", str(resources.files("migrations")))
    return config


def run(database: Database, step: str, revision: str) -> None:
    config = scripts()
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        getattr(command, step)(config, revision)
        connection.commit()


def test_the_migrations_have_one_head() -> None:
    assert len(ScriptDirectory.from_config(scripts()).get_heads()) == 1


def test_the_migrated_database_is_what_the_models_say(database_url: str) -> None:
    database = Database(database_url)
    try:
        with database.engine.connect() as connection:
            # SQLite tells types and defaults only roughly; PostgreSQL's are compared.
            context = MigrationContext.configure(
                connection, opts={"compare_type": not database.is_sqlite}
            )
            assert compare_metadata(context, Base.metadata) == []
    finally:
        database.close()


def test_the_migrations_go_back_and_forth(database_url: str) -> None:
    database = Database(database_url)
    try:
        there = _shape(database)
        run(database, "downgrade", "base")
        assert set(_shape(database)) <= {"alembic_version"}
        run(database, "upgrade", "head")
        assert _shape(database) == there
    finally:
        database.close()


def _shape(database: Database) -> dict[str, list[str]]:
    """Every table with its columns and indexes."""
    found = inspect(database.engine)
    return {
        table: sorted(column["name"] for column in found.get_columns(table))
        + sorted(str(index["name"]) for index in found.get_indexes(table))
        for table in sorted(found.get_table_names())
    }


def test_who_was_erased_before_that_was_remembered_is_remembered(database_url: str) -> None:
    database = Database(database_url)
    erased_at = "2026-01-02 03:04:05.000000"
    try:
        run(database, "downgrade", "0009")
        with database.engine.begin() as connection:
            for statement in (
                "INSERT INTO accounts (id, name, created_at) VALUES (1, 'a', :at)",
                "INSERT INTO stores (id, account_id, key, platform, external_id, base_url, name, "
                "currency, timezone, locale, state, state_reason, credentials, webhook_secret, "
                "policy, active_since, created_at) VALUES (1, 1, 'k', 'woocommerce', 'e', 'b', '', "
                "'', '', '', 'connected', '', '', '', '{}', :at, :at)",
                "INSERT INTO suppressions (store_id, channel, address_key, reason, suppressed_at) "
                "VALUES (1, 'email', '#her', 'erased', :at), (1, 'email', 'x', 'no', :at)",
            ):
                connection.execute(text(statement), {"at": erased_at})
        run(database, "upgrade", "head")
        with database.engine.connect() as connection:
            assert connection.execute(select(Forgotten.store_id, Forgotten.key)).all() == [
                (1, "#her")
            ]
    finally:
        database.close()
