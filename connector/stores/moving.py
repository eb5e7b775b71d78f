"""A store that changes its address stays the store that it was.

Else it would be two: two histories, two owners of one cart, and a shopper who is asked twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector import log
from connector.errors import AskbackError
from connector.machine import Machine
from connector.ports.keys import KeysByClick, Unfit
from connector.ports.platform import Access, Platform, StoreFacts
from connector.stores import actions
from connector.stores.introducing import introduce, rename
from connector.stores.models import Store, StoreState

_log = log.logger("moving")


def elsewhere(
    session: Session, account_id: int, platform: str, *, address: str = ""
) -> Sequence[Store]:
    """Stores of the account that one at this address may have been before; none if it is known."""
    ours = select(Store).where(Store.account_id == account_id, Store.platform == platform)
    found = session.scalars(ours.order_by(Store.id)).all()
    return () if any(one.external_id == address for one in found) else found


def former(
    machine: Machine, account_id: int, *, platform: str, access: Access, facts: StoreFacts
) -> int | None:
    """The account's store that one at a new address proves to be; None: none, or in doubt.

    Two things have to meet. The id is the same; but a copy made for trials has it too. And the
    old address leads to the new one (but a shop that was given up may lead to another), or both
    are addresses of one site. What stays in doubt the merchant has to say.
    Never to be called inside a transaction: it asks the old address.
    """
    spoken, address = machine.platforms[platform], access.base_url
    if not facts.external_id or not isinstance(spoken, KeysByClick):
        return None
    with machine.database.reading() as session:
        same = [
            (one.id, one.external_id)
            for one in elsewhere(session, account_id, platform, address=address)
            if one.lasting_id == facts.external_id
        ]
    for store_id, before in same:
        if _leads_to(spoken, before) == address:
            return store_id
        if facts.address == before and _opens(spoken, replace(access, base_url=before), facts):
            return store_id
    return None


def _opens(spoken: Platform, access: Access, facts: StoreFacts) -> bool:
    """Do the new keys open the address that the store calls its home? A copy's do not."""
    try:
        return spoken.describe(access).external_id == facts.external_id
    except AskbackError:
        return False


def _leads_to(spoken: KeysByClick, before: str) -> str:
    """Where the store is that once was at this address; "" where nobody there says it."""
    try:
        return spoken.find(before).base_url
    except Unfit as problem:
        return problem.suggestion if problem.code == "moved" else ""


def learn(
    session: Session,
    machine: Machine,
    store_id: int,
    facts: StoreFacts,
    *,
    connected_at: datetime | None,
) -> None:
    """Keep what a connected store says of itself now.

    `connected_at` is when it had been connected as it was asked: a merchant who has done so
    again meanwhile, perhaps at another address, knows better.
    """
    store = session.get(Store, store_id, with_for_update=True, populate_existing=True)
    if store is None or store.state != StoreState.CONNECTED or store.connected_at != connected_at:
        return
    access = actions.access(machine, store)
    introduce(store, access, facts)
    unique = machine.platforms[store.platform].ids_are_unique
    if unique and facts.address and facts.address != store.external_id:
        _follow(session, machine, store, access, shop=facts.address)


def _follow(session: Session, machine: Machine, store: Store, access: Access, *, shop: str) -> None:
    """Its webhooks bear the new name from now on, and its API is called by it."""
    same_name = select(Store.id).where(Store.platform == store.platform, Store.external_id == shop)
    if (other := session.scalar(same_name)) is not None:
        _log.warning("its new name is another store's", store=store.id, other=other)
        return
    rename(store, shop)
    store.credentials = actions.sealed(machine, replace(access, shop=shop))
