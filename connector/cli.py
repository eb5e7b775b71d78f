"""The command `askback`."""

from __future__ import annotations

import sys
from typing import Any

import click

from connector import log
from connector.errors import AskbackError, SettingsError
from connector.loading import load

SETTINGS_STATUS = 2

COMMANDS = {
    "up": "processes",
    "web": "serving",
    "worker": "processes",
    "scheduler": "processes",
    "demo": "processes",
    "db": "upkeep",
    "tick": "upkeep",
    "store": "stores",
    "inbox": "inbox",
    "journey": "journeys",
    "export": "privacy",
    "erase": "privacy",
    "doctor": "doctor",
    "login-link": "upkeep",
}
"""Each command's file in connector/commands/, loaded when the command is asked for."""


class Door(click.Group):
    """Loads the one command that is meant; expected errors leave as sentences, no tracebacks."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = load(f"connector.commands.{COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SettingsError as problem:
            for mistake in problem.mistakes:
                click.echo(f"Error: {mistake}", err=True)
            ctx.exit(SETTINGS_STATUS)
        except AskbackError as problem:
            raise click.ClickException(str(problem)) from problem
        except Exception as problem:
            if said := _of_the_database(problem):
                raise click.ClickException(said) from problem
            raise


def _of_the_database(problem: Exception) -> str:
    """What an error of the database is in words; empty for any other."""
    if "sqlalchemy" not in sys.modules:
        return ""  # whoever met the database has loaded it; the others need not
    from sqlalchemy.exc import DBAPIError, SQLAlchemyError  # noqa: PLC0415 # for the same reason

    if not isinstance(problem, SQLAlchemyError):
        return ""
    # `orig` alone: the whole text would repeat the statement with its addresses.
    cause = problem.orig if isinstance(problem, DBAPIError) else type(problem).__name__
    return f"the database cannot be used ({cause}): see `askback doctor`"


@click.group(cls=Door, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="askback")
def main() -> None:
    """Asks shoppers why they stopped, and brings them back with the answer that fits."""
    log.set_up()
