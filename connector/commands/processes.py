"""Commands that run until they are stopped."""

from __future__ import annotations

import os
import signal
import sys
import threading
from importlib import import_module
from pathlib import Path

import click
from rich.console import Console

from connector import bootstrap, lifeline, stack
from connector.commands.shared import machine, read_settings
from connector.errors import Permanent, SettingsError
from connector.sync import actions as sync
from jobs import queues, schedule
from jobs import worker as workers


@click.command()
def up() -> None:
    """Run all of Askback on this machine: web, workers, scheduler, and their Redis."""
    stack.run(os.environ, _tell)


def _tell(places: stack.Places) -> None:
    console = Console(soft_wrap=True)
    console.print("[bold green]Askback is running.[/] Ctrl-C stops it.")
    rows = {
        "page": places.url,
        "sign in": f"{places.login}  (once, within 30 minutes)",
        "mailbox": places.mailbox or "mails leave through SMTP_URL",
        "data": str(places.home),
        "logs": str(places.logs),
    }
    for name, where in rows.items():
        console.print(f"  {name:<8} {where}", highlight=False, markup=False)


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(queues.ALL))
def worker(names: tuple[str, ...]) -> None:
    """Do background work of the named queues (default: all of them)."""
    lifeline.hold()
    if not read_settings().redis_url:
        raise SettingsError(["REDIS_URL is required for a worker: where the rings come from"])
    with machine() as built:
        if queues.BULK in names and lifeline.PARENT in os.environ:
            # `askback up` runs one such worker at a time: whoever held a store's page is dead.
            with built.database.transaction() as session:
                sync.let_go(session, built.now())
        workers.run(built, names or queues.ALL)


@click.command()
def scheduler() -> None:
    """Find due work and ring for it; do it here while Redis is away."""
    lifeline.hold()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with machine() as built:
        schedule.run(built, bootstrap.bell(built.settings), stop)


@click.command()
@click.option("--once", is_flag=True, help="Exit when the story is told.")
def demo(*, once: bool) -> None:
    """Tell the whole story with practice stores, on this machine."""
    # The practice stores live beside the tests: they are no part of a running Askback.
    checkout = Path(__file__).resolve().parents[2]
    if not (checkout / "tests" / "demo").is_dir():
        raise Permanent("the demo needs the whole checkout: clone the repository and `make demo`")
    sys.path.insert(0, str(checkout))
    sys.exit(import_module("tests.demo.story").run(once=once))
