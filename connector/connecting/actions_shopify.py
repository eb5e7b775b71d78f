"""Spend a state, find the account, connect what the merchant has permitted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from connector import vault
from connector.connecting.models_shopify import SpentState
from connector.database import insert
from connector.errors import Permanent, Refused
from connector.machine import Machine
from connector.ports.authorization import Grant
from connector.ports.platform import StoreFacts
from connector.stores import actions, introducing
from connector.stores.models import Account, Store, User
from connector.sync import webhooks

PLATFORM = "shopify"
SIGN_IN, TAKEN = "sign_in", "taken"
"""Codes of Refused: several accounts are here, and nobody said which one is meant; the store is
connected to another one."""


def spend(session: Session, state: str, now: datetime, *, expires_at: datetime) -> bool:
    """Use a state up; False when it was used before. A unique constraint decides."""
    session.execute(delete(SpentState).where(SpentState.expires_at < now))
    spent = session.execute(
        insert(session, SpentState)
        .values(state_hash=vault.digest(state), expires_at=expires_at)
        .on_conflict_do_nothing()
        .returning(SpentState.state_hash)
    ).scalar()
    return spent is not None


def check_account(session: Session, user_id: int | None) -> None:
    """Can it be told whose store this will be? Raises Refused (SIGN_IN)."""
    if user_id is not None and session.get(User, user_id) is not None:
        return
    if len(session.scalars(select(Account.id).limit(2)).all()) > 1:
        raise Refused("several accounts are here: sign in to the one that is meant", code=SIGN_IN)


def language(session: Session, user_id: int | None) -> str:
    """The language that the user has chosen; "" where she has not, or nobody is signed in."""
    user = session.get(User, user_id) if user_id is not None else None
    return user.locale if user else ""


def settle(
    machine: Machine,
    grant: Grant,
    facts: StoreFacts,
    now: datetime,
    *,
    user_id: int | None = None,
    is_staff: bool = False,
) -> Store:
    """Connect the store to the signed-in user's account, else to the only one there is.

    `is_staff`: whoever asks sits in the store's own admin, so a store known here stays where
    it is. Raises Refused (SIGN_IN, TAKEN).
    """
    try:
        return _settle(machine, grant, facts, now, user_id=user_id, is_staff=is_staff)
    except IntegrityError:
        # Two first connections of one store at the same moment: now the other one's is there.
        return _settle(machine, grant, facts, now, user_id=user_id, is_staff=is_staff)


def _settle(
    machine: Machine,
    grant: Grant,
    facts: StoreFacts,
    now: datetime,
    *,
    user_id: int | None,
    is_staff: bool,
) -> Store:
    with machine.database.transaction() as session:
        account = _known(session, machine, grant.shop, facts) if is_staff else None
        if account is None:
            account = _account(session, user_id, now)
        try:
            store = actions.connect(
                session, machine, account, now,
                platform=PLATFORM, access=grant.access, facts=facts,
            )  # fmt: skip
        except Permanent as problem:
            raise Refused(str(problem), code=TAKEN) from problem
        # An app that was away has lost its subscriptions: Shopify drops them with it.
        webhooks.look_again(session, store.id, now)
    return store


def _known(session: Session, machine: Machine, shop: str, facts: StoreFacts) -> Account | None:
    """The account that holds the store already, perhaps under a former name."""
    known = introducing.known(session, machine, PLATFORM, shop, facts)
    return session.get(Account, known.account_id) if known else None


def _account(session: Session, user_id: int | None, now: datetime) -> Account:
    user = session.get(User, user_id) if user_id is not None else None
    if user is not None:
        return session.get_one(Account, user.account_id)
    check_account(session, None)
    return actions.the_account(session, now)
