"""Commands about what stores delivered."""

from __future__ import annotations

from collections.abc import Sequence

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from connector import clock
from connector.commands.shared import as_json, machine, say_json, say_table
from connector.errors import Permanent
from connector.inbox import actions, queries
from connector.inbox.models import DeliveryState
from connector.stores.models import Store


@click.group()
def inbox() -> None:
    """Webhooks, as they came."""


@inbox.command("list")
@click.option("--state", type=click.Choice([one.value for one in DeliveryState]), default=None)
@click.option("--store", "store_key", help="Of this store alone.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True)
@as_json
def list_deliveries(
    state: str | None, store_key: str | None, limit: int, *, machine_readable: bool
) -> None:
    """Show the newest deliveries and how many are in which state."""
    with machine() as built, built.database.reading() as session:
        found = queries.summary(
            session, state=state or "", store_id=_store_id(session, store_key), limit=limit
        )
    if machine_readable:
        say_json(found)
        return
    columns = ("id", "store_key", "topic", "state", "tries", "received_at", "reason")
    say_table(columns, [[one[name] for name in columns] for one in found["deliveries"]])
    click.echo(", ".join(f"{count} {name}" for name, count in found["by_state"].items()))


@inbox.command()
@click.argument("delivery_ids", nargs=-1, type=int)
@click.option("--store", "store_key", help="Of this store alone.")
@as_json
def replay(delivery_ids: Sequence[int], store_key: str | None, *, machine_readable: bool) -> None:
    """Apply deliveries again: those named, else every parked one."""
    with machine() as built, built.database.transaction() as session:
        count = actions.replay(
            session, clock.now(),
            delivery_ids=delivery_ids, store_id=_store_id(session, store_key),
        )  # fmt: skip
    if machine_readable:
        say_json({"replayed": count})
    else:
        click.echo(f"{count} deliveries will be applied again.")


def _store_id(session: Session, key: str | None) -> int | None:
    if key is None:
        return None
    found = session.scalar(select(Store.id).where(Store.key == key))
    if found is None:
        raise Permanent(f"no store has the key {key!r}: see `askback store list`")
    return found
