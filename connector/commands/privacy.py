"""Commands about people: show all that is known of one, forget one."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from connector import clock
from connector.commands.shared import as_json, machine, say_json
from connector.errors import Permanent
from connector.privacy import actions
from connector.stores.models import Store

_email = click.option("--email", required=True, help="Whose.")
_store = click.option("--store", "store_key", help="In this store alone; else in every one.")


@click.command()
@_email
@_store
def export(email: str, store_key: str | None) -> None:
    """Print all that is known of a person, as one JSON document."""
    with machine() as built, built.database.reading() as session:
        documents = [
            actions.export(session, store, {"email": email})
            for store in _stores(session, store_key)
        ]
    say_json({"stores": [one for one in documents if any(_kept(one))]})


@click.command()
@_email
@_store
@click.option("--yes", is_flag=True, help="Do not ask back.")
@as_json
def erase(email: str, store_key: str | None, *, yes: bool, machine_readable: bool) -> None:
    """Forget a person: every table, every letter, the raw webhooks. There is no way back."""
    if not yes:
        _sure(email)
    with machine() as built:
        with built.database.reading() as session:
            stores = _stores(session, store_key)
        counts = {
            store.key: actions.erase(built, store.id, {"email": email}, clock.now())
            for store in stores
        }
    if machine_readable:
        say_json(counts)
        return
    for key, found in counts.items():
        told = ", ".join(f"{count} {name}" for name, count in found.items() if count)
        click.echo(f"{key}: {told or 'nothing was known'}")


def _sure(email: str) -> None:
    try:
        click.confirm(f"Forget {email} for good?", abort=True)
    except click.Abort:
        if sys.stdin.isatty():
            raise
        raise click.UsageError("nobody said yes, nothing was forgotten: add --yes") from None


def _kept(document: dict[str, object]) -> list[object]:
    return [rows for name, rows in document.items() if name != "store"]


def _stores(session: Session, key: str | None) -> Sequence[Store]:
    query = select(Store).order_by(Store.id)
    found = session.scalars(query.where(Store.key == key) if key else query).all()
    if key and not found:
        raise Permanent(f"no store has the key {key!r}: see `askback store list`")
    return found
