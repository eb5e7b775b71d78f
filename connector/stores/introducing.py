"""Who a store is, as it says itself: when it is connected, and every hour after."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from connector.machine import Machine
from connector.ports.platform import Access, StoreFacts
from connector.stores.models import Store, StoreState


def known(
    session: Session, machine: Machine, platform: str, address: str, facts: StoreFacts
) -> Store | None:
    """The store as it is known: under this address, else by an id that is its alone.

    The id counts where the store itself says that this is its address, or names the known one.
    Nobody else connects, disconnects or forgets it before this transaction is over.
    """
    ours = select(Store).where(Store.platform == platform).with_for_update(key_share=True)
    same_place = session.scalar(ours.where(Store.external_id == address))
    if same_place or not facts.external_id or not machine.platforms[platform].ids_are_unique:
        return same_place
    same = ours.where(Store.lasting_id == facts.external_id)
    if facts.address != address:
        same = same.where(Store.external_id == facts.address)
    away = Store.state == StoreState.DISCONNECTED
    return session.scalar(same.order_by(away, Store.id).limit(1))


def rename(store: Store, name: str) -> None:
    """From now on it is called so; its former name stays known."""
    if name != store.external_id:
        store.former_name, store.external_id = store.external_id, name


def introduce(store: Store, access: Access, facts: StoreFacts) -> None:
    """What it says of itself, as far as there is room: WordPress sets its texts no end.

    What it does not say this time stays as it was. A merchant's own choices are in the policy.
    """
    home_url = _fitting(facts.home_url, Store.base_url, access.base_url)
    store.base_url = home_url.rstrip("/")
    store.name = facts.name[: _room(Store.name)] or store.name or ""
    store.currency = facts.currency or store.currency or ""
    store.timezone = _fitting(facts.timezone, Store.timezone, store.timezone or "UTC")
    store.locale = _fitting(facts.locale, Store.locale, store.locale or "")
    store.lasting_id = _fitting(facts.external_id, Store.lasting_id, store.lasting_id or "")


def _fitting(said: str, column: InstrumentedAttribute[str], otherwise: str) -> str:
    """What is cut short says something else, or nothing: then rather what holds without it."""
    return said if 0 < len(said) <= _room(column) else otherwise


def _room(column: InstrumentedAttribute[str]) -> int:
    """Letters that the column holds; PostgreSQL refuses the row that has one more."""
    length: int = column.type.length
    return length
