"""One-click keys: begin an attempt, take the keys, prove them against the address she typed.

Why the keys are taken first and proven afterwards: the store holds its merchant's browser and
one of its PHP workers until we have answered. Asking it back meanwhile stands still where that
worker is the only one; a slow system report would keep her staring at a blank page; and were we
killed in between, the store would delete a key that we already use. Keys that do not prove good
never count, and the page that she returns to says so.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from connector import log, vault
from connector.connecting.models import AttemptState, ConnectAttempt
from connector.errors import AccessLost, Permanent, Refused, Retryable
from connector.machine import Machine
from connector.nudge import nudge
from connector.ports.keys import Approval, Found, Grant, KeysByClick, Unfit
from connector.ports.platform import Access, StoreFacts
from connector.stores import actions as stores
from connector.stores import introducing, moving
from connector.stores.models import Account, Store, User
from connector.sync import webhooks

PLATFORM = "woocommerce"
LIFETIME = timedelta(minutes=30)
KEPT = timedelta(days=7)
"""How long an attempt can be looked at after its end."""

LEASE = timedelta(minutes=2)
MOST_TRIES = 4
MOST_OPEN = 20
"""Attempts of one account that may wait at once: a held-down button fills no table."""

REFUSALS = ("wrong_keys", "no_reach", "refused", "taken", "another_store")

EVERY_STORE = 0

_log = log.logger("connect")


class TooMany(Refused):
    """So many attempts of this account are waiting that one more is not begun."""


def find(machine: Machine, typed: str) -> Found:
    """The store at the address that she typed. Raises Unfit."""
    found = _platform(machine).find(typed)
    if not (found.is_secure or machine.settings.allow_private_addresses):
        raise Unfit(f"{found.base_url} answers only over http", code="http_only")
    return found


def can_be_called_back(machine: Machine) -> bool:
    """WooCommerce hands its keys to https addresses only; a lab may have lifted that."""
    settings = machine.settings
    return settings.public_url.startswith("https://") or settings.allow_private_addresses


def begin(
    session: Session,
    machine: Machine,
    user: User,
    now: datetime,
    *,
    base_url: str,
    formerly_id: int | None = None,
) -> str:
    """A new attempt; returns the store's page on which she approves it. Raises TooMany.

    `formerly_id` is the store that it was at another address, if she says so.

    The store shows the application's name to whoever approves: with the address of the one who
    asks in it, nobody approves a stranger's attempt by mistake.
    """
    _forget_old(session, now)
    _check_room(session, user.account_id, now)
    nonce = vault.new_token()
    session.add(
        ConnectAttempt(
            account_id=user.account_id,
            platform=PLATFORM,
            base_url=base_url,
            nonce_hash=vault.digest(nonce),
            formerly_id=formerly_id,
            created_at=now,
            expires_at=now + LIFETIME,
        )
    )
    public_url = machine.settings.public_url
    return _platform(machine).approval_url(
        base_url,
        Approval(
            app_name=f"Askback ({user.email})",
            nonce=nonce,
            return_url=f"{public_url}/connect/woocommerce/return",
            callback_url=f"{public_url}/connect/woocommerce/keys",
        ),
    )


def read_grant(machine: Machine, body: bytes) -> Grant:
    """What a store handed over. Raises Unreadable."""
    return _platform(machine).read_grant(body)


def awaits(session: Session, grant: Grant, now: datetime) -> bool:
    """Does an attempt wait for these keys? Asked first, for reading alone: the door is open to
    everybody, and a stranger shall not hold the one write lock that SQLite has."""
    return session.scalar(select(ConnectAttempt.id).where(*_waiting_for(grant, now))) is not None


def take(session: Session, machine: Machine, now: datetime, *, grant: Grant) -> bool:
    """Write down the keys that a store hands over; False: for no attempt that waits for any.

    A second key for the same nonce (the approve link can be opened again) is not taken: the
    store deletes a key whose callback was not answered with 200, so the first one stands alone.
    """
    taken = session.scalar(
        update(ConnectAttempt)
        .where(*_waiting_for(grant, now))
        .values(
            state=AttemptState.RECEIVED,
            keys=machine.vault.seal(json.dumps(dict(grant.credentials))),
            due_at=now,
        )
        .returning(ConnectAttempt.id)
    )
    if taken is not None:
        nudge(session, "keys", EVERY_STORE)
    return taken is not None


def attempt_of(session: Session, user: User, nonce: str) -> ConnectAttempt | None:
    """Her account's attempt of this nonce; nobody else's exists for her."""
    return session.scalar(
        select(ConnectAttempt).where(
            ConnectAttempt.account_id == user.account_id,
            ConnectAttempt.platform == PLATFORM,
            ConnectAttempt.nonce_hash == vault.digest(nonce),
        )
    )


_DUE = (
    select(ConnectAttempt.id)
    .where(ConnectAttempt.due_at <= bindparam("now"))
    .order_by(ConnectAttempt.due_at)
    .limit(bindparam("most"))
)


def due(session: Session, now: datetime, limit: int = 1) -> list[int]:
    """Attempts whose keys are to be proven, the longest waiting first."""
    return list(session.scalars(_DUE, {"now": now, "most": limit}))


def prove_next(machine: Machine, now: datetime) -> int:
    """Prove the keys that wait longest; 0: nothing was due."""
    with machine.database.reading() as session:
        waiting = due(session, now)
    return sum(prove(machine, one, now) for one in waiting)


def prove(machine: Machine, attempt_id: int, now: datetime) -> bool:
    """Try this attempt's keys against the address that the merchant typed; False: it is not due,
    or somebody else does."""
    with machine.database.transaction() as session:
        attempt = _claim(session, attempt_id, now)
    if attempt is None or attempt.keys is None:
        return False
    if attempt.tries > MOST_TRIES:  # whoever took it up so often died over it
        _refuse(machine, attempt, "no_reach")
        return True
    try:
        access = Access(
            base_url=attempt.base_url, credentials=json.loads(machine.vault.unseal(attempt.keys))
        )
        facts = machine.platforms[PLATFORM].describe(access)
        formerly = attempt.formerly_id or moving.former(
            machine, attempt.account_id, platform=PLATFORM, access=access, facts=facts
        )
        _connect(machine, attempt, access, now, facts=facts, formerly=formerly)
    except AccessLost:
        _refuse(machine, attempt, "wrong_keys")
    except Retryable:
        _again(machine, attempt, now)
    except Permanent as problem:
        _log.warning("store not connected", attempt=attempt.id, problem=str(problem)[:300])
        code = problem.code if isinstance(problem, Refused) else ""
        _refuse(machine, attempt, code if code in REFUSALS else "refused")
    return True


def _platform(machine: Machine) -> KeysByClick:
    platform = machine.platforms[PLATFORM]
    if not isinstance(platform, KeysByClick):
        raise Permanent(f"{platform.title} hands out no keys by a click")
    return platform


def _waiting_for(grant: Grant, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        ConnectAttempt.platform == PLATFORM,
        ConnectAttempt.nonce_hash == vault.digest(grant.nonce),
        ConnectAttempt.state == AttemptState.WAITING,
        ConnectAttempt.expires_at > now,
    )


def _claim(session: Session, attempt_id: int, now: datetime) -> ConnectAttempt | None:
    return session.scalar(
        update(ConnectAttempt)
        .where(ConnectAttempt.id == attempt_id, ConnectAttempt.due_at <= now)
        .values(due_at=now + LEASE, tries=ConnectAttempt.tries + 1)
        .returning(ConnectAttempt)
    )


def _connect(
    machine: Machine,
    attempt: ConnectAttempt,
    access: Access,
    now: datetime,
    *,
    facts: StoreFacts,
    formerly: int | None,
) -> None:
    with machine.database.transaction() as session:
        known = introducing.known(session, machine, PLATFORM, access.base_url, facts)
        if known is None and formerly is not None:
            known = session.get(Store, formerly)
        if known and known.account_id != attempt.account_id:
            _settle(session, attempt, state=AttemptState.REFUSED, reason="taken")
            return
        store = stores.connect(
            session,
            machine,
            session.get_one(Account, attempt.account_id),
            now,
            platform=PLATFORM,
            access=access,
            facts=facts,
            formerly=formerly,
            # The webhooks of a store that is connected again go on being signed as they were.
            webhook_secret="" if known and _has_secret(machine, known) else vault.new_token(),
        )
        _settle(session, attempt, state=AttemptState.CONNECTED, store_id=store.id)
        webhooks.look_again(session, store.id, now)
        nudge(session, "sync", store.id)


def _has_secret(machine: Machine, store: Store) -> bool:
    return bool(machine.vault.unseal(store.webhook_secret))


def _refuse(machine: Machine, attempt: ConnectAttempt, reason: str) -> None:
    with machine.database.transaction() as session:
        _settle(session, attempt, state=AttemptState.REFUSED, reason=reason)


def _settle(
    session: Session,
    attempt: ConnectAttempt,
    *,
    state: AttemptState,
    reason: str = "",
    store_id: int | None = None,
) -> None:
    """The attempt is over, and its copy of the keys is gone."""
    session.execute(
        update(ConnectAttempt)
        .where(ConnectAttempt.id == attempt.id, ConnectAttempt.state == AttemptState.RECEIVED)
        .values(state=state, reason=reason, store_id=store_id, keys=None, due_at=None)
    )


def _again(machine: Machine, attempt: ConnectAttempt, now: datetime) -> None:
    """The store did not answer: perhaps it still holds the request that brought the keys."""
    if attempt.tries >= MOST_TRIES:
        _refuse(machine, attempt, "no_reach")
        return
    with machine.database.transaction() as session:
        session.execute(
            update(ConnectAttempt)
            .where(ConnectAttempt.id == attempt.id, ConnectAttempt.state == AttemptState.RECEIVED)
            .values(due_at=now + timedelta(seconds=5 * 3**attempt.tries))
        )


def _check_room(session: Session, account_id: int, now: datetime) -> None:
    """Raises TooMany."""
    waiting = select(func.count()).where(
        ConnectAttempt.account_id == account_id,
        ConnectAttempt.state == AttemptState.WAITING,
        ConnectAttempt.expires_at > now,
    )
    if (session.scalar(waiting) or 0) >= MOST_OPEN:
        raise TooMany("too many attempts are waiting", code="too_many")


def _forget_old(session: Session, now: datetime) -> None:
    """Attempts whose end lies KEPT behind; keys that nobody proved go with them."""
    session.execute(delete(ConnectAttempt).where(ConnectAttempt.expires_at < now - KEPT))
