"""Connect stores, open their secrets, sign users in."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from connector import vault
from connector.errors import Permanent, Refused
from connector.machine import Machine
from connector.nudge import nudge
from connector.ports.platform import Access, StoreFacts
from connector.stores import introducing, policy
from connector.stores.models import Account, LoginToken, Store, StoreState, User

LOGIN_MINUTES = 30

ANOTHER_STORE = "another_store"
"""Code of Refused: by its own id it is not the store that it is said to have been."""

Welcome = Callable[[Session, int, datetime], None]

WELCOMES: list[Welcome] = []
"""What later stages do when a store (its id) lets us in, for the first time or again; each adds
its own in its listeners.py, as with the timeline, of which this stage knows nothing."""


def on_let_in(welcome: Welcome) -> Welcome:
    """Register what is to be done, in the same transaction."""
    if welcome not in WELCOMES:
        WELCOMES.append(welcome)
    return welcome


def the_account(session: Session, now: datetime, *, name: str = "My business") -> Account:
    """The first account, made when there is none: a self-hosted Askback has one merchant."""
    account = session.scalar(select(Account).order_by(Account.id).limit(1))
    if account is None:
        account = Account(name=name, created_at=now)
        session.add(account)
        session.flush()
    return account


def user_for(session: Session, email: str, now: datetime, *, account: Account) -> User:
    """The user of this address; made in `account` when new."""
    address = email.strip().lower()
    user = session.scalar(select(User).where(User.email == address))
    if user is None:
        user = User(account_id=account.id, email=address, created_at=now)
        session.add(user)
        session.flush()
    return user


def login_token(session: Session, user: User, now: datetime) -> str:
    """A token that signs the user in once, within LOGIN_MINUTES."""
    token = vault.new_token()
    session.add(
        LoginToken(
            user_id=user.id,
            token_hash=vault.digest(token),
            expires_at=now + timedelta(minutes=LOGIN_MINUTES),
        )
    )
    return token


def redeem_login(session: Session, token: str, now: datetime) -> User | None:
    """The user whom this token signs in; None when it is unknown, late or used."""
    user_id = session.scalar(
        update(LoginToken)
        .where(
            LoginToken.token_hash == vault.digest(token),
            LoginToken.used_at.is_(None),
            LoginToken.expires_at > now,
        )
        .values(used_at=now)
        .returning(LoginToken.user_id)
    )
    return session.get(User, user_id) if user_id is not None else None


def connect(
    session: Session,
    machine: Machine,
    account: Account,
    now: datetime,
    *,
    platform: str,
    access: Access,
    facts: StoreFacts,
    webhook_secret: str = "",
    active_since: datetime | None = None,
    formerly: int | None = None,
) -> Store:
    """Connect a store, or connect it again with new keys or at a new address.

    Checkouts left before `active_since` (default: now) are never written about. `formerly` is the
    store that this one was at another address, as it proves (`moving.former`) or the merchant
    says. Raises Permanent when another account holds the store, Refused (ANOTHER_STORE).
    """
    external_id = access.shop or access.base_url  # what webhooks and merchants call it
    store = introducing.known(session, machine, platform, external_id, facts)
    if store is None and formerly is not None:
        store = _moved(session, formerly, platform, facts)
    if store and store.account_id != account.id:
        raise Permanent("this store is connected to another account")
    if store is None:
        store = _new_store(account, now, platform=platform, external_id=external_id)
        store.active_since = active_since or now
        session.add(store)
    elif store.state == StoreState.DISCONNECTED:
        store.active_since = active_since or now
    if facts.currency or not store.name:  # one that does not answer keeps what it once said
        introducing.introduce(store, access, facts)
    introducing.rename(store, external_id)
    store.credentials = sealed(machine, access)
    if webhook_secret or not store.webhook_secret:
        store.webhook_secret = machine.vault.seal(webhook_secret)
    store.connected_at = now
    let_in(session, store, now)
    return store


def let_in(session: Session, store: Store, now: datetime) -> None:
    """From now on it is asked for what it has, and its webhooks are looked after."""
    store.state = StoreState.CONNECTED
    store.state_reason = ""
    store.shut_out_at = None
    session.flush()
    for welcome in WELCOMES:
        welcome(session, store.id, now)
    nudge(session, "webhooks", store.id)
    nudge(session, "sync", store.id)


def _moved(session: Session, store_id: int, platform: str, facts: StoreFacts) -> Store:
    store = session.get(Store, store_id, with_for_update={"key_share": True})
    ids = {store.lasting_id, facts.external_id} - {""} if store else set()
    if store is None or store.platform != platform or len(ids) > 1:
        raise Refused("it is not the store that it is said to have been", code=ANOTHER_STORE)
    return store


def _new_store(account: Account, now: datetime, *, platform: str, external_id: str) -> Store:
    return Store(
        account_id=account.id,
        key=secrets.token_hex(12),
        platform=platform,
        external_id=external_id,
        policy=policy.dump(policy.Policy()),
        created_at=now,
    )


def held(session: Session, store_id: int) -> Store | None:
    """The store as it is, which nobody connects or disconnects before this transaction is over."""
    row = select(Store).where(Store.id == store_id).with_for_update(key_share=True)
    return session.scalar(row.execution_options(populate_existing=True))


def disconnect(store: Store, *, because: str) -> None:
    """Nothing is sent for a disconnected store any more."""
    store.state = StoreState.DISCONNECTED
    store.state_reason = because


def sealed(machine: Machine, access: Access) -> bytes:
    """An access as it is stored."""
    return machine.vault.seal(json.dumps({"shop": access.shop, **dict(access.credentials)}))


def access(machine: Machine, store: Store) -> Access:
    """The store's credentials, opened. To call its API take `tokens.fresh_access`."""
    credentials = json.loads(machine.vault.unseal(store.credentials))
    shop = credentials.pop("shop", "")
    base_url = f"https://{shop}" if shop else store.base_url
    return Access(base_url=base_url, credentials=credentials, shop=shop)


def webhook_secrets(machine: Machine, store: Store) -> tuple[str, ...]:
    """The secrets that may have signed this store's webhooks."""
    own = machine.vault.unseal(store.webhook_secret)
    return (own,) if own else machine.settings.shopify_secrets


def capture_url(machine: Machine) -> str:
    """Where companions send carts; the store's key follows."""
    return f"{machine.settings.public_url}/capture"


def webhook_url(machine: Machine, store: Store) -> str:
    """Where this store is to send its webhooks."""
    path = "shopify" if store.platform == "shopify" else f"{store.platform}/{store.key}"
    return f"{machine.settings.public_url}/webhooks/{path}"
