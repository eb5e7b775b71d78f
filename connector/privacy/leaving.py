"""Forget a store that left; before every step it is looked at anew whether it has come back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Select, delete, literal, select, update
from sqlalchemy import String as Text
from sqlalchemy import cast as cast_to
from sqlalchemy.orm import Session

from connector import log
from connector.commerce.listeners import REMOVED
from connector.commerce.models import Checkout, Order
from connector.database import among, lock_store
from connector.errors import Permanent, Retryable
from connector.inbox.models import Delivery
from connector.machine import Machine
from connector.messages.models import Mail, Message
from connector.privacy import rules
from connector.privacy.models import PrivacyRequest, RequestState
from connector.stores import actions as stores
from connector.stores.models import Store, StoreState
from connector.stores.reaching import Way
from connector.sync import actions as sync
from connector.timeline.models import TimelineEvent

_PORTION = 2000

_log = log.logger("privacy")


def forget(machine: Machine, request: PrivacyRequest, now: datetime) -> None:
    """Erase the store of this due request and everybody in it, unless it came back.

    What was erased until it came back is written on the request, and is read anew from the store.
    """
    with machine.database.reading() as session:
        store = session.get(Store, request.store_id)
    if store is None:
        return
    if store.state != StoreState.DISCONNECTED and not rules.is_back(store, request):
        if not _is_gone(machine, store, request, now):
            return
        _leave_in_peace(machine, store)
    for name, step in _STEPS:
        while _take(machine, request.id, name, step, now):
            pass
    machine.database.forgets()


def _is_gone(machine: Machine, store: Store, request: PrivacyRequest, now: datetime) -> bool:
    """Did the store remove us, though nobody told? What cannot be undone is not done on one word.

    A store that shuts us out says so twice. One that seems open is asked; if it lets us in, the
    request is void (somebody sent an old one again), and if it does not answer, it waits a while.
    """
    if store.state == StoreState.ACCESS_LOST:
        return True
    try:
        Way(machine, store.id).ask(machine.platforms[store.platform].describe)
    except Retryable:
        if now - request.asked_at >= rules.ASKED_FOR:
            return True
        _close(machine, request, due_at=now + rules.ASKED_AGAIN)
        return False
    except Permanent:
        return True
    _close(machine, request, state=RequestState.VOID, due_at=None, done_at=now)
    return False


def _leave_in_peace(machine: Machine, store: Store) -> None:
    """Everything stops, as if app/uninstalled had come; unless its merchant was faster."""
    with machine.database.transaction() as session:
        lock_store(session, store.id)
        found = stores.held(session, store.id)
        unchanged = (store.state, StoreState.ACCESS_LOST)  # the latter is what was just found
        if found and found.state in unchanged and found.connected_at == store.connected_at:
            stores.disconnect(found, because=REMOVED)


def _close(machine: Machine, request: PrivacyRequest, **values: Any) -> None:
    with machine.database.transaction() as session:
        session.execute(
            update(PrivacyRequest).where(PrivacyRequest.id == request.id).values(**values)
        )


Step = Callable[[Session, int], int]
"""Erases a portion of a store; returns how many rows, 0 when nothing was left."""


def _take(machine: Machine, request_id: int, name: str, step: Step, now: datetime) -> bool:
    """One step in a transaction of its own; False: nothing is left to do, or to be done."""
    with machine.database.transaction() as session:
        request = session.get(PrivacyRequest, request_id)
        if request is None or request.state != RequestState.OPEN:
            return False
        lock_store(session, request.store_id)
        store = stores.held(session, request.store_id)
        if store is None:
            return False
        if rules.is_back(store, request):
            _call_off(session, request, now)
            return False
        if store.state != StoreState.DISCONNECTED:
            return False  # judged anew at the next look
        if count := step(session, store.id):
            request.counts = {**request.counts, name: request.counts.get(name, 0) + count}
        return bool(count)


def _call_off(session: Session, request: PrivacyRequest, now: datetime) -> None:
    request.state, request.due_at, request.done_at = RequestState.VOID, None, now
    if request.counts:
        sync.read_anew(session, request.store_id, now)
        _log.warning("store came back half erased", store=request.store_id, **request.counts)


def _rows(model: Any, session: Session, store_id: int) -> int:
    """What a store has most of is erased in portions, so that no other store waits."""
    return _drop(session, model, select(model.id).where(model.store_id == store_id))


def _letters(session: Session, store_id: int) -> int:
    names = select(literal("message-") + cast_to(Message.id, Text)).where(
        Message.store_id == store_id
    )
    return _drop(session, Mail, select(Mail.id).where(Mail.key.in_(names)))


def _drop(session: Session, model: Any, which: Select[int]) -> int:
    ids = session.scalars(which.limit(_PORTION)).all()
    if ids:
        session.execute(delete(model).where(among(session, model.id, ids)))
    return len(ids)


def _all_the_rest(session: Session, store_id: int) -> int:
    """The store itself, and with it whoever may not be written to: they are forgotten last."""
    session.execute(delete(Store).where(Store.id == store_id))
    _log.info("store erased", store=store_id)
    return 0


_STEPS: tuple[tuple[str, Step], ...] = (
    ("mailbox", _letters),
    *(
        (model.__tablename__, partial(_rows, model))
        for model in (Delivery, TimelineEvent, Order, Checkout)
    ),
    ("stores", _all_the_rest),
)
