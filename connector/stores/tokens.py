"""Tokens that expire, renewed in time: one call to the platform, however many workers ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update

from connector import clock, log
from connector.errors import AccessLost, Retryable
from connector.machine import Machine
from connector.ports.platform import Access
from connector.stores import actions
from connector.stores.models import Store, StoreState

MARGIN = timedelta(minutes=5)
"""A token that dies sooner is renewed before it is used: a call may take a while."""

_log = log.logger("tokens")


def fresh_access(machine: Machine, store_id: int) -> Access:
    """How to reach the store's API now; an access that is about to expire is renewed first.

    Whoever comes while another renews waits for the outcome. Never to be called inside a
    transaction: it asks the platform, and writes in one of its own. Raises AccessLost (the
    platform refuses to renew: the store's state says so), Retryable, Permanent.
    """
    access = actions.access(machine, _store(machine, store_id))
    if not _expiring(access, machine.now()):
        return access
    with machine.database.alone(f"token-{store_id}"):
        return _renewed(machine, store_id)


def another(machine: Machine, store_id: int, refused: Access) -> bool:
    """Is there another access than the one that was refused? Then try again with that.

    It was renewed meanwhile, or is renewed here: a platform may end a token before the time it
    had named, and the refresh token still opens the door. Where that one is refused too, the
    store's state says so. Not inside a transaction. Raises Retryable.
    """
    with machine.database.alone(f"token-{store_id}"):
        store = _store(machine, store_id)
        kept = actions.access(machine, store)
        if kept.credentials != refused.credentials:
            return True
        if store.state != StoreState.CONNECTED or not kept.credentials.get("refresh_token"):
            return False
        try:
            renewed = _renew(machine, store, kept, machine.now())
        except AccessLost as problem:
            _lose(machine, store, problem)
            return False
        return _keep(machine, store, renewed) != refused


@dataclass(frozen=True, slots=True)
class Reach:
    """How one store is reached, for whoever reads it page by page."""

    machine: Machine
    store_id: int

    def __call__(self) -> Access:
        """`fresh_access`: its tokens may have been renewed since the last page."""
        return fresh_access(self.machine, self.store_id)

    def another(self, refused: Access) -> bool:
        """`another`, of this store."""
        return another(self.machine, self.store_id, refused)


def _renewed(machine: Machine, store_id: int) -> Access:
    store = _store(machine, store_id)
    access, now = actions.access(machine, store), machine.now()
    if not _expiring(access, now):
        return access  # somebody else renewed it while we waited
    if store.state == StoreState.ACCESS_LOST:
        raise AccessLost(store.state_reason)
    try:
        renewed = _renew(machine, store, access, now)
    except AccessLost as problem:
        _lose(machine, store, problem)
        raise
    except Retryable:
        if _ends_at(access, now) > now:
            return access  # good for some minutes yet; the next caller tries again
        raise
    return _keep(machine, store, renewed)


def _renew(machine: Machine, store: Store, access: Access, now: datetime) -> Access:
    authorization = machine.platforms[store.platform].authorization
    if authorization is None:
        raise Retryable("the access expires, and without SHOPIFY_API_KEY it cannot be renewed")
    return authorization.refresh(access, now)


def _keep(machine: Machine, store: Store, renewed: Access) -> Access:
    """Seal the new tokens in the old ones' place; keys given meanwhile by a merchant win.

    Dying before this commit loses nothing: the old refresh token is good until the new is used.
    """
    with machine.database.transaction() as session:
        kept = session.execute(
            update(Store)
            .where(Store.id == store.id, Store.credentials == store.credentials)
            .values(credentials=actions.sealed(machine, renewed))
            .returning(Store.id)
        ).scalar()
    if kept is not None:
        _log.info("token renewed", store=store.id)
        return renewed
    theirs = actions.access(machine, _store(machine, store.id))
    if _expiring(theirs, machine.now()):
        raise Retryable("the store's keys were changed while they were renewed", after_seconds=1.0)
    return theirs


def _lose(machine: Machine, store: Store, problem: AccessLost) -> None:
    """Say on the store that a human has to connect it again; unless one just did."""
    with machine.database.transaction() as session:
        session.execute(
            update(Store)
            .where(
                Store.id == store.id,
                Store.credentials == store.credentials,
                Store.state == StoreState.CONNECTED,
            )
            .values(
                state=StoreState.ACCESS_LOST,
                state_reason=f"the store no longer lets us in: {problem}",
            )
        )
    _log.warning("token refused", store=store.id)


def _store(machine: Machine, store_id: int) -> Store:
    with machine.database.reading() as session:
        return session.get_one(Store, store_id)


def _expiring(access: Access, now: datetime) -> bool:
    return _ends_at(access, now) < now + MARGIN


def _ends_at(access: Access, now: datetime) -> datetime:
    """When the token dies; one without an end is good for longer than anybody looks ahead."""
    written = access.credentials.get("expires_at", "")
    return clock.parse(written) if written else now + 2 * MARGIN
