"""The web server's own process: it starts the one that serves, and needs little else."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from connector import lifeline, settings
from connector.home import environment
from connector.loading import load
from connector.settings import Settings

if TYPE_CHECKING:
    from flask import Flask

BLOCKING_THREADS = 32
"""Requests that may wait for the database together; what arrives together is committed together."""

BACKLOG = 1024
KILL_SECONDS = 5


@click.command()
def web() -> None:
    """Serve webhooks, shoppers' pages and the merchant's pages."""
    lifeline.hold()
    decided = _decided()
    # The server's own process starts the one that serves, and is that one's parent.
    os.environ.update(environment(os.environ))
    os.environ[lifeline.PARENT] = str(os.getpid())
    Granian(
        f"{__name__}:make",
        address=decided.host,
        port=decided.port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=1,
        workers_kill_timeout=KILL_SECONDS,
        blocking_threads=BLOCKING_THREADS,
        backlog=BACKLOG,
        log_level=LogLevels.error,
    ).serve()
    sys.exit(0)


def make() -> Flask:
    """What the serving process serves; see connector.wsgi."""
    app: Flask = load("connector.wsgi").make()
    return app


def _decided() -> Settings:
    """The settings; a database that lacks tables is told of before anything is served."""
    if lifeline.PARENT in os.environ:  # `askback up` has migrated
        return settings.read(environment(os.environ))
    from connector.commands.shared import (  # noqa: PLC0415 # all of Askback: half a second, and 40 MB for as long as it serves
        machine,
    )

    with machine() as built:
        return built.settings
