"""Commands about stores: connect, list, settle, disconnect."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import click
from marshmallow import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from connector import bootstrap, clock
from connector.commands import syncing
from connector.commands.shared import KeyCommand, as_json, machine, say_json, say_table
from connector.commands.upkeep import TIME
from connector.errors import AccessLost, Permanent, Refused, Retryable
from connector.machine import Machine
from connector.ports.platform import Access, StoreFacts
from connector.stores import actions, moving, policy
from connector.stores.models import Store
from connector.sync import webhooks

_FREE_KEYS = ("wording", "advantages")
"""Settings whose inner keys are the merchant's own."""

active_since = click.option(
    "--active-since", type=TIME, help="Checkouts left before are never written about (now)."
)


@click.group()
def store() -> None:
    """The stores that are connected here."""


store.add_command(syncing.sync)


@store.group()
def add() -> None:
    """Connect a store with keys that its owner made."""


@add.command()
@click.option("--url", required=True, help="The store's address.")
@click.option("--key", required=True, help="Consumer key (ck_…).")
@click.option("--secret", required=True, help="Consumer secret (cs_…).")
@click.option("--webhook-secret", default="", help="Of webhooks made by hand; else one is chosen.")
@click.option("--formerly", default="", help="Key of the store that it was, at another address.")
@active_since
@as_json
def woocommerce(
    url: str,
    key: str,
    secret: str,
    webhook_secret: str,
    active_since: datetime | None,
    *,
    formerly: str,
    machine_readable: bool,
) -> None:
    """Connect a WooCommerce store."""
    access = Access(
        base_url=bootstrap.store_address("woocommerce", url),
        credentials={"consumer_key": key, "consumer_secret": secret},
    )
    with machine() as built:
        added = _connect(
            built, "woocommerce", access,
            webhook_secret=webhook_secret, active_since=active_since, formerly=formerly,
        )  # fmt: skip
        _say_added(built, added, machine_readable=machine_readable)


@add.command()
@click.option("--shop", required=True, help="The store's myshopify.com address.")
@click.option("--token", required=True, help="Admin API access token.")
@active_since
@as_json
def shopify(
    shop: str, token: str, active_since: datetime | None, *, machine_readable: bool
) -> None:
    """Connect a Shopify store."""
    address = bootstrap.store_address("shopify", shop)
    domain = address.removeprefix("https://")
    access = Access(base_url=address, credentials={"access_token": token}, shop=domain)
    with machine() as built:
        added = _connect(built, "shopify", access, active_since=active_since)
        _say_added(built, added, machine_readable=machine_readable)


def _connect(
    built: Machine,
    platform: str,
    access: Access,
    *,
    webhook_secret: str = "",
    active_since: datetime | None = None,
    formerly: str = "",
) -> Store:
    """Ask the store who it is, then keep it.

    A store that does not answer is kept all the same; one that refuses the keys is not.
    """
    try:
        facts = built.platforms[platform].describe(access)
    except (AccessLost, Refused):
        raise
    except (Retryable, Permanent) as problem:
        click.echo(f"Warning: added, but the store did not say who it is: {problem}", err=True)
        host = urlsplit(access.base_url).hostname or access.base_url
        facts = StoreFacts(name=host, currency="", timezone="UTC", locale="", external_id="")
    now = clock.now()
    before = _before(built, platform, access, facts, key=formerly)
    with built.database.transaction() as session:
        store = actions.connect(
            session, built, actions.the_account(session, now), now, formerly=before,
            platform=platform, access=access, facts=facts,
            webhook_secret=webhook_secret, active_since=active_since,
        )  # fmt: skip
        if feed := built.platforms[platform].feed:
            webhooks.own_secret(built, store, feed)
        webhooks.look_again(session, store.id, now)
        return store


def _before(
    built: Machine, platform: str, access: Access, facts: StoreFacts, *, key: str
) -> int | None:
    """The store that this one was at another address: the one named, else one that it proves."""
    with built.database.transaction() as session:
        if key:
            return _find(session, key).id
        account_id = actions.the_account(session, clock.now()).id
    return moving.former(built, account_id, platform=platform, access=access, facts=facts)


def _say_added(built: Machine, added: Store, *, machine_readable: bool) -> None:
    document = {"store_key": added.key, "webhook_url": actions.webhook_url(built, added)}
    if machine_readable:
        say_json(document)
        return
    click.echo(f"{added.name} is connected as {added.key}.")
    click.echo(f"Its webhooks go to {document['webhook_url']}")


@store.command("list")
@as_json
def list_stores(*, machine_readable: bool) -> None:
    """Show every store and its state."""
    with machine() as built, built.database.reading() as session:
        found = [
            {
                "store_key": one.key,
                "platform": one.platform,
                "name": one.name,
                "base_url": one.base_url,
                "state": one.state,
                "state_reason": one.state_reason,
                "webhook_url": actions.webhook_url(built, one),
                "active_since": one.active_since.isoformat(),
            }
            for one in session.scalars(select(Store).order_by(Store.id))
        ]
    if machine_readable:
        say_json(found)
        return
    say_table(
        ("key", "platform", "name", "state"),
        [(one["store_key"], one["platform"], one["name"], one["state"]) for one in found],
    )


@store.command(cls=KeyCommand)
@click.argument("key")
def disconnect(key: str) -> None:
    """Stop everything for a store; what it told is kept."""
    with machine() as built, built.database.transaction() as session:
        found = _find(session, key)
        actions.disconnect(found, because="disconnected by the host")
        webhooks.look_again(session, found.id, built.now())
    click.echo(f"{key} is disconnected.")


@store.command(cls=KeyCommand)
@click.argument("key")
@click.option("--set", "wishes", multiple=True, metavar="NAME=VALUE", help="May be repeated.")
def settings(key: str, wishes: Sequence[str]) -> None:
    """Show a store's settings as JSON, after changing what --set says (benefit.kind=percent)."""
    with machine() as built, built.database.transaction() as session:
        found = _find(session, key)
        stored = policy.dump(policy.load(found.policy))
        for wish in wishes:
            _change(stored, wish)
        try:
            found.policy = policy.dump(policy.load(stored))
        except ValidationError as problem:
            raise Permanent("; ".join(_sentences(problem.messages_dict))) from problem
        say_json(found.policy)


def _find(session: Session, key: str) -> Store:
    found = session.scalar(select(Store).where(Store.key == key))
    if found is None:
        raise Permanent(f"no store has the key {key!r}: see `askback store list`")
    return found


def _change(stored: dict[str, Any], wish: str) -> None:
    name, equals, text = wish.partition("=")
    *folders, last = name.strip().split(".")
    inside: Any = stored
    free = bool(folders) and folders[0] in _FREE_KEYS and folders[0] in stored
    for folder in folders:
        inside = inside.setdefault(folder, {}) if free else inside.get(folder)
        if not isinstance(inside, dict):
            raise Permanent(f"there is no setting {name!r}")
    if not equals or not last or (last not in inside and not free):
        known = ", ".join(sorted(inside))
        raise Permanent(f"there is no setting {name!r} to set by NAME=VALUE; there are: {known}")
    as_list = isinstance(inside.get(last), list) or folders[:1] == ["advantages"]
    inside[last] = _value(text, as_list=as_list)


def _value(text: str, *, as_list: bool) -> object:
    if text == "null":
        return None
    if text.startswith(("[", "{")):
        try:
            return json.loads(text)
        except ValueError as problem:
            raise Permanent(f"{text!r} begins like JSON and is none") from problem
    if as_list:
        return [part.strip() for part in text.split(",") if part.strip()]
    return text


def _sentences(messages: Mapping[str, Any], before: str = "") -> list[str]:
    """marshmallow's messages, each behind the setting's full name."""
    sentences = []
    for name, told in messages.items():
        path = f"{before}{name}"
        if isinstance(told, Mapping):
            sentences += _sentences(told, f"{path}.")
        else:
            sentences += [f"{path}: {one}" for one in told]
    return sentences
