"""What every command needs: the machine, and an answer for people or for programs."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from connector import bootstrap, lifeline, settings
from connector.errors import Permanent
from connector.home import environment
from connector.machine import Machine
from connector.settings import Settings

as_json: Callable[[Callable[..., Any]], Callable[..., Any]] = click.option(
    "--json", "machine_readable", is_flag=True, help="One JSON document, for programs."
)


_KEY_LIKE_AN_OPTION = re.compile(r"-[A-Za-z0-9_-]{21}")


class KeyCommand(click.Command):
    """Takes a store's key also where chance let it begin with a hyphen."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        keys = [one for one in args if _KEY_LIKE_AN_OPTION.fullmatch(one)]
        others = [one for one in args if one not in keys]
        return super().parse_args(ctx, [*others, "--", *keys] if keys else args)


def read_settings() -> Settings:
    """The environment, with what `askback up` keeps in the data folder. Raises SettingsError."""
    return settings.read(environment(os.environ))


@contextmanager
def machine() -> Iterator[Machine]:
    """This command's machine, on a database that has its tables. Raises Permanent."""
    with bootstrap.opened(read_settings()) as built:
        # A child of `askback up` finds its database migrated, and starts sooner without looking.
        if lifeline.PARENT not in os.environ and (lacks := bootstrap.unmigrated(built.database)):
            raise Permanent(f"{lacks}: run `askback db upgrade`")
        yield built


def say_json(document: Any) -> None:
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


def say_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    table = Table(*columns, box=None)
    for row in rows:
        table.add_row(*(str(cell) for cell in row))
    Console().print(table)
