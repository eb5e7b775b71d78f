"""Commands about journeys."""

from __future__ import annotations

import click

from connector.commands.shared import as_json, say_json, say_table
from connector.journeys import steps
from connector.journeys.library import JOURNEYS


@click.group()
def journey() -> None:
    """What is said when, and when it stops."""


@journey.command("list")
@as_json
def list_journeys(*, machine_readable: bool) -> None:
    """Show every journey of the library."""
    if machine_readable:
        say_json([steps.to_json(one) for one in JOURNEYS.values()])
        return
    say_table(
        ("name", "version", "starts on", "steps", "answers"),
        [
            (one.name, one.version, one.starts_on, len(one.steps), ", ".join(one.answers))
            for one in JOURNEYS.values()
        ],
    )
