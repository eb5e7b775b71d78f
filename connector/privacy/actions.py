"""Take a request, and carry out what is due."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from connector import log
from connector.commerce import forgetting
from connector.database import insert, lock_store
from connector.machine import Machine
from connector.nudge import nudge
from connector.privacy import erasing, exporting, leaving, people
from connector.privacy.models import PrivacyRequest, RequestState
from connector.privacy.rules import Person
from connector.records import PrivacyKind
from connector.stores.models import Store

_log = log.logger("privacy")


def ask(
    session: Session,
    store_id: int,
    kind: PrivacyKind,
    now: datetime,
    *,
    person: dict[str, Any],
    key: str,
    due_at: datetime | None = None,
) -> None:
    """Write the request down; asking twice by the same key is asking once."""
    session.execute(
        insert(session, PrivacyRequest)
        .values(
            store_id=store_id, kind=kind.value, key=key[:128], person=person, counts={},
            state=RequestState.OPEN, asked_at=now,
            # To show something is the merchant's part: the document is made when she opens it.
            due_at=None if kind == PrivacyKind.EXPORT else due_at or now,
        )
        .on_conflict_do_nothing()
    )  # fmt: skip
    nudge(session, "privacy", store_id)


_WITH_WORK = (
    select(PrivacyRequest.store_id).where(PrivacyRequest.due_at <= bindparam("now")).distinct()
)


def stores_with_work(session: Session, now: datetime) -> Iterable[int]:
    return list(session.scalars(_WITH_WORK, {"now": now}))


def work(machine: Machine, store_id: int, now: datetime) -> int:
    """Carry out one due request of this store; whatever dies half-way is begun again."""
    with machine.database.reading() as session:
        request = session.scalar(
            select(PrivacyRequest)
            .where(PrivacyRequest.store_id == store_id, PrivacyRequest.due_at <= now)
            .order_by(PrivacyRequest.id)
            .limit(1)
        )
    if request is None:
        return 0
    if request.kind == PrivacyKind.ERASE:
        counts = erase(machine, store_id, request.person, now)
        _close(machine, request.id, now, counts)
    else:
        leaving.forget(machine, request, now)
    return 1


def erase(machine: Machine, store_id: int, asked: dict[str, Any], now: datetime) -> dict[str, int]:
    """Forget this person in this store, bodies first; counts by table.

    First of all it is written down that she is forgotten: what is told of her meanwhile is kept
    without her. The rows that say who she is go last: whoever begins anew finds the same person.
    """
    with machine.database.transaction() as session:
        lock_store(session, store_id)
        found = people.customers(session, store_id, asked)
        person = people.person(session, found, asked)
        own = people.bought(session, store_id, found, person)
        person = replace(person, bought=frozenset(own))
        store = session.get_one(Store, store_id)
        forgetting.remember(session, store, people.names(person), now)
    emptied, last = 0, 0
    while person:
        with machine.database.transaction() as session:
            last, count = erasing.scrub(session, store_id, person, last, now)
        emptied += count
        if not last:
            break
    with machine.database.transaction() as session:
        lock_store(session, store_id)
        store = session.get_one(Store, store_id)
        found = people.customers(session, store_id, asked)
        counts = erasing.erase(session, store, found, person, now)
        _drop_questions(session, store_id, person)
    machine.database.forgets()
    _log.info("person erased", store=store_id, rows=sum(counts.values()), bodies=emptied)
    return counts | {"deliveries": emptied}


def _drop_questions(session: Session, store_id: int, person: Person) -> None:
    """What she asked to see before she asked to be forgotten."""
    query = select(PrivacyRequest).where(
        PrivacyRequest.store_id == store_id, PrivacyRequest.kind == PrivacyKind.EXPORT
    )
    for request in session.scalars(query):
        asked = request.person
        if asked.get("email", "").lower() in person.emails or (
            asked.get("customer_external_id") in person.external_ids
        ):
            request.state, request.person = RequestState.VOID, {}


def export(session: Session, store: Store, asked: dict[str, Any]) -> dict[str, Any]:
    """All that this store's rows say of the person."""
    found = people.customers(session, store.id, asked)
    return exporting.export(session, store, found, people.person(session, found, asked))


def done(session: Session, store_id: int, request_id: int, now: datetime) -> None:
    """The merchant has answered a request for somebody's data."""
    request = session.get(PrivacyRequest, request_id)
    if request and request.store_id == store_id and request.state == RequestState.OPEN:
        request.state, request.done_at, request.person = RequestState.DONE, now, {}


def _close(machine: Machine, request_id: int, now: datetime, counts: dict[str, int]) -> None:
    with machine.database.transaction() as session:
        request = session.get(PrivacyRequest, request_id)
        if request is None:
            return
        request.state, request.counts, request.due_at = RequestState.DONE, dict(counts), None
        request.done_at, request.person = now, {}
