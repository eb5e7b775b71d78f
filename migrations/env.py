"""Alembic's door to our tables, on SQLite and PostgreSQL alike."""

from alembic import context
from sqlalchemy import Connection

from connector.database import Base, Database
from connector.tables import MODULES

assert MODULES  # noqa: S101 # importing them fills Base.metadata


def run(connection: Connection) -> None:
    sqlite = connection.dialect.name == "sqlite"
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=sqlite,
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    database = Database(context.get_x_argument(as_dictionary=True)["url"])
    with database.engine.connect() as own:
        run(own)
        own.commit()
    database.close()
