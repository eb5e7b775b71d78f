"""The database's shape: bring it to what this version wants, or say what it lacks."""

from __future__ import annotations

from importlib import resources

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from connector.database import Database
from connector.errors import Permanent
from connector.settings import Settings


def upgrade(settings: Settings) -> None:
    """Bring the database to the shape that this version wants."""
    database = Database(settings.database_url)
    try:
        with database.engine.connect() as connection:
            config = _alembic()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
    finally:
        database.close()


def lacking(database: Database) -> str:
    """What the database lacks, in words; empty when it fits this version."""
    wanted = set(ScriptDirectory.from_config(_alembic()).get_heads())
    with database.engine.connect() as connection:
        present = set(MigrationContext.configure(connection).get_current_heads())
    if present == wanted:
        return ""
    return "the database is empty" if not present else "the database is of another version"


def _alembic() -> Config:
    folder = resources.files("migrations")
    if not (folder / "env.py").is_file():
        raise Permanent("the migrations are missing: install Askback again")
    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    return config
