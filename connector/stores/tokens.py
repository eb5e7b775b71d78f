"""Tokens that expire, renewed in time: one call to the platform, however many workers ask."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from connector import clock, log
from connector.errors import AccessLost, Retryable
from connector.machine import Machine
from connector.ports.platform import Access, Platform
from connector.stores import actions
from connector.stores.models import Store, StoreState

MARGIN = timedelta(minutes=5)
"""A token that dies sooner is renewed before it is used: a call may take a while."""

_LONGEST = 500

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


def kept(machine: Machine, store_id: int) -> Access:
    """The access as it is written down now."""
    return actions.access(machine, _store(machine, store_id))


def is_lost(machine: Machine, store_id: int) -> bool:
    """Does the store shut us out, as far as we know?"""
    return _store(machine, store_id).state == StoreState.ACCESS_LOST


def platform_of(machine: Machine, store_id: int) -> Platform:
    return machine.platforms[_store(machine, store_id).platform]


def renew(machine: Machine, store_id: int, access: Access, problem: AccessLost) -> Access:
    """New keys in place of an access that the store refuses though it has not expired.

    Raises AccessLost (the store's state says so), Retryable.
    """
    if not access.credentials.get("refresh_token"):
        return lose(machine, store_id, access, problem)
    with machine.database.alone(f"token-{store_id}"):
        store = _store(machine, store_id)
        known = actions.access(machine, store)
        if known.credentials != access.credentials:
            return known  # somebody else did it while we waited
        return _renew(machine, store, access)


def lose(machine: Machine, store_id: int, access: Access, problem: AccessLost) -> Access:
    """Say on the store that it does not let us in with this access, and raise AccessLost.

    Returns the access that has taken its place meanwhile: nothing is known against that one.
    """
    store = _store(machine, store_id)
    known = actions.access(machine, store)
    if known.credentials != access.credentials:
        return known
    return _lose(machine, store, problem, access)


def regain(session: Session, store_id: int) -> bool:
    """It answered again; False: it was disconnected, or connected anew, meanwhile."""
    regained = session.execute(
        update(Store)
        .where(Store.id == store_id, Store.state == StoreState.ACCESS_LOST)
        .values(state=StoreState.CONNECTED, state_reason="", shut_out_at=None)
        .returning(Store.id)
    )
    return regained.first() is not None


def _renewed(machine: Machine, store_id: int) -> Access:
    store = _store(machine, store_id)
    access, now = actions.access(machine, store), machine.now()
    if not _expiring(access, now):
        return access  # somebody else renewed it while we waited
    try:
        return _renew(machine, store, access)
    except Retryable:
        if _ends_at(access, now) > now and kept(machine, store_id) == access:
            return access  # good for some minutes yet; the next caller tries again
        raise


def _renew(machine: Machine, store: Store, access: Access) -> Access:
    authorization = machine.platforms[store.platform].authorization
    if authorization is None:
        raise Retryable("the access expires, and without SHOPIFY_API_KEY it cannot be renewed")
    try:
        renewed = authorization.refresh(access, machine.now())
    except AccessLost as problem:
        # A token that was refused is refused for good: it is not asked about again.
        left = {name: one for name, one in access.credentials.items() if name != "refresh_token"}
        return _lose(machine, store, problem, replace(access, credentials=left))
    return _keep(machine, store, renewed)


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
    return _theirs(machine, store.id)


def _theirs(machine: Machine, store_id: int) -> Access:
    """What a merchant, or another worker, has put in the place of the access that we held."""
    theirs = actions.access(machine, _store(machine, store_id))
    if _expiring(theirs, machine.now()):
        raise Retryable("the store's keys were changed while they were renewed", after_seconds=1.0)
    return theirs


def _lose(machine: Machine, store: Store, problem: AccessLost, left: Access) -> Access:
    """Say on the store that it no longer lets us in, keep what is `left` of the access, and raise
    `problem`; unless a merchant has just connected it anew: then her keys are returned."""
    reason = f"the store no longer lets us in: {problem}"[:_LONGEST]
    with machine.database.transaction() as session:
        ours = select(Store).where(Store.id == store.id, Store.credentials == store.credentials)
        found = session.scalar(ours.with_for_update(key_share=True))
        if found is not None and found.state == StoreState.CONNECTED:
            found.state, found.state_reason = StoreState.ACCESS_LOST, reason
        if found is not None and left.credentials != actions.access(machine, found).credentials:
            found.credentials = actions.sealed(machine, left)
    if found is None:
        return _theirs(machine, store.id)
    _log.warning("token refused", store=store.id)
    raise problem


def _store(machine: Machine, store_id: int) -> Store:
    with machine.database.reading() as session:
        return session.get_one(Store, store_id)


def _expiring(access: Access, now: datetime) -> bool:
    return _ends_at(access, now) < now + MARGIN


def _ends_at(access: Access, now: datetime) -> datetime:
    """When the token dies; one without an end is good for longer than anybody looks ahead."""
    written = access.credentials.get("expires_at", "")
    return clock.parse(written) if written else now + 2 * MARGIN
