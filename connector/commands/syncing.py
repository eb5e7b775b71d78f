"""Read a store now, and show how far it is."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.commands.shared import KeyCommand, as_json, machine, say_json
from connector.errors import Permanent, Unsupported
from connector.machine import Machine
from connector.stores.models import Store, StoreState
from connector.sync import actions, queries, webhooks
from connector.sync.models import CursorState
from connector.sync.queries import Reading

GIVE_UP_AFTER = 3
"""Tries in a row that a list may fail before the command does; the sweeps go on trying."""

_PAUSE_SECONDS = 0.5


@click.command(cls=KeyCommand)
@click.argument("key")
@click.option("--full", is_flag=True, help="Everything again, not only what changed.")
@as_json
def sync(key: str, *, full: bool, machine_readable: bool) -> None:
    """Read a store now: what changed, or everything that is not here yet.

    The exit status is 0 only if every list was read to its end.
    """
    with machine() as built:
        with built.database.transaction() as session:
            store = _store(built, session, key)
            begun = built.now()
            cursors = actions.again(session, store.id, begun, full=full)
            webhooks.look_again(session, store.id, begun)
        with _bars(quiet=machine_readable) as progress:
            readings = _read(built, store.id, cursors, progress)
    wrong = [one for one in readings if not one.is_over]
    if machine_readable:
        say_json({"store_key": key, "done": not wrong, "lists": [_told(one) for one in readings]})
    for one in wrong if not machine_readable else ():
        click.echo(f"Error: {one.resource}: {one.error or one.state}", err=True)
    for one in readings if not machine_readable else ():
        for sentence in one.last_unreadable:
            click.echo(f"Not read: {sentence}", err=True)
    raise SystemExit(1 if wrong else 0)


def _store(built: Machine, session: Session, key: str) -> Store:
    """The store, with its cursors made. Raises Permanent, Unsupported."""
    store = session.scalar(select(Store).where(Store.key == key))
    if store is None:
        raise Permanent(f"no store has the key {key!r}: see `askback store list`")
    if store.state == StoreState.DISCONNECTED:
        raise Permanent(f"{store.name} is disconnected: connect it again first")
    feed = built.platforms[store.platform].feed
    if feed is None:
        raise Unsupported(f"stores of {store.platform} cannot be read")
    actions.prepare(session, store, feed, built.now())
    return store


def _read(
    built: Machine, store_id: int, cursors: Sequence[int], progress: Progress
) -> list[Reading]:
    """Work until these lists are read, or it makes no sense to go on."""
    tasks: dict[str, TaskID] = {}
    while True:
        worked = actions.work(built, store_id, built.now())
        with built.database.reading() as session:
            readings = queries.readings(session, cursors, built.now())
        _show(progress, tasks, readings)
        if all(one.is_over for one in readings) or any(map(_hopeless, readings)):
            return readings
        if not worked:  # somebody else reads this store, or the store prepares its answer
            time.sleep(_PAUSE_SECONDS)


def _hopeless(one: Reading) -> bool:
    refused = one.state in (CursorState.FAILED, CursorState.PAUSED)
    return refused or one.tries >= GIVE_UP_AFTER


def _show(progress: Progress, tasks: dict[str, TaskID], readings: Sequence[Reading]) -> None:
    for one in readings:
        if one.resource not in tasks:
            tasks[one.resource] = progress.add_task(one.resource, total=None, note="")
        total = max(one.fetched, one.total or 0)
        progress.update(
            tasks[one.resource],
            completed=one.fetched,
            total=one.fetched if one.is_over else total or None,
            note=one.error[:60],
        )


def _bars(*, quiet: bool) -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description:<10}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}", markup=False),  # a store's words, brackets and all
        console=Console(stderr=quiet),
        disable=quiet,
    )


def _told(one: Reading) -> dict[str, object]:
    moment: datetime | None = one.finished_at
    return {
        "resource": one.resource,
        "purpose": one.purpose,
        "state": one.state,
        "fetched": one.fetched,
        "total": one.total,
        "unreadable": one.unreadable,
        "last_unreadable": list(one.last_unreadable),
        "error": one.error,
        "seconds": one.taken.total_seconds(),
        "finished_at": moment.isoformat() if moment else None,
    }
