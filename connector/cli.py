"""The command `askback`."""

from __future__ import annotations

from typing import Any

import click
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from connector import log
from connector.commands import doctor, inbox, journeys, privacy, processes, stores, syncing, upkeep
from connector.errors import AskbackError, SettingsError

SETTINGS_STATUS = 2


class Door(click.Group):
    """Expected errors leave as sentences, not as tracebacks."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SettingsError as problem:
            for mistake in problem.mistakes:
                click.echo(f"Error: {mistake}", err=True)
            ctx.exit(SETTINGS_STATUS)
        except AskbackError as problem:
            raise click.ClickException(str(problem)) from problem
        except SQLAlchemyError as problem:
            # `orig` alone: the whole text would repeat the statement with its addresses.
            cause = problem.orig if isinstance(problem, DBAPIError) else type(problem).__name__
            raise click.ClickException(
                f"the database cannot be used ({cause}): see `askback doctor`"
            ) from problem


stores.store.add_command(syncing.sync)


@click.group(cls=Door, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="askback")
def main() -> None:
    """Asks shoppers why they stopped, and brings them back with the answer that fits."""
    log.set_up()


for command in (
    processes.up,
    processes.web,
    processes.worker,
    processes.scheduler,
    processes.demo,
    upkeep.db,
    upkeep.tick,
    stores.store,
    inbox.inbox,
    journeys.journey,
    privacy.export,
    privacy.erase,
    doctor.doctor,
    upkeep.login_link,
):
    main.add_command(command)
