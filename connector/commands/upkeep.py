"""Commands that a host runs now and then: migrate, catch up, let somebody in."""

from __future__ import annotations

from datetime import datetime

import click

from connector import bootstrap, clock
from connector.commands.shared import machine, read_settings, say_json
from connector.stores import actions as stores
from jobs import schedule


@click.group()
def db() -> None:
    """The database's shape."""


@db.command()
def upgrade() -> None:
    """Bring the database to the shape that this version wants."""
    bootstrap.migrate(read_settings())
    click.echo("The database is up to date.")


class _Time(click.ParamType[datetime]):
    name = "iso-time"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            return clock.parse(str(value), naive_is_utc=True)
        except ValueError:
            self.fail(f"{value!r} is no time like 2026-11-03T14:00:00Z", param, ctx)


TIME = _Time()


@click.command()
@click.option("--at", type=TIME, help="As of this time (UTC where no zone is said); default: now.")
def tick(at: datetime | None) -> None:
    """Run every sweep, as of a time, until nothing is due; prints counts as JSON."""
    with machine() as built:
        say_json(schedule.tick(built, at or clock.now()))


@click.command("login-link")
@click.option("--email", required=True, help="Who shall sign in.")
def login_link(email: str) -> None:
    """Print a link that signs somebody in, once, within half an hour."""
    if email.count("@") != 1 or email.strip().startswith("@") or email.strip().endswith("@"):
        raise click.BadParameter("this is not a mail address", param_hint="--email")
    now = clock.now()
    with machine() as built, built.database.transaction() as session:
        account = stores.the_account(session, now)
        user = stores.user_for(session, email, now, account=account)
        token = stores.login_token(session, user, now)
    click.echo(f"{built.settings.public_url}/login/{token}")
