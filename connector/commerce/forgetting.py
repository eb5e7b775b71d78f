"""Who was erased stays erased: what a store tells of her again is kept without her.

Why her own purchase makes her a customer again: decisions/0021.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from connector import records
from connector.commerce import keeping
from connector.commerce.models import Customer, Forgotten
from connector.commerce.rules import email_key, forgotten_key
from connector.database import among
from connector.stores.models import Store

Told = tuple[Any, datetime]
"""A record and when we received it."""


def account(external_id: str) -> str:
    """An account's name among those of addresses; so are an order's and a checkout's."""
    return f"customer:{external_id}"


def order(external_id: str) -> str:
    return f"order:{external_id}"


def checkout(external_id: str) -> str:
    return f"checkout:{external_id}"


@dataclass(frozen=True, slots=True)
class Rest:
    """What is left of what was told. By their places in it: what was of somebody erased, and what
    she herself began afterwards."""

    told: Sequence[Told]
    hers: frozenset[int] = frozenset()
    acts: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Memory:
    """Who asked this store's Askback to be forgotten."""

    session: Session
    store_id: int
    store_key: str

    def since(self, names: Iterable[str]) -> dict[str, datetime]:
        """When those of these names that were forgotten were."""
        keys = {forgotten_key(self.store_key, one): one for one in names if one}
        found: dict[str, datetime] = {}
        for part in keeping.parts(sorted(keys)):
            query = select(Forgotten.key, Forgotten.forgotten_at).where(
                Forgotten.store_id == self.store_id, among(self.session, Forgotten.key, part)
            )
            found.update((keys[key], moment) for key, moment in self.session.execute(query))
        return found

    def without(self, told: Sequence[Told]) -> Rest:
        """The same, without the people who were erased, but for what they began later."""
        names = [_names(one) for one, _ in told]
        since = self.since({one for own in names for one in own})
        moments = {
            place: max(since[one] for one in own if one in since)
            for place, own in enumerate(names)
            if not since.keys().isdisjoint(own)
        }
        acts = frozenset(place for place in moments if _is_later(told[place][0], moments[place]))
        again = {one for place in acts for one in names[place]}
        again |= self._came_back([told[place][0] for place in moments.keys() - acts], since)
        hers = frozenset(
            place
            for place in moments.keys() - acts
            if isinstance(told[place][0], _PURCHASES) or again.isdisjoint(names[place])
        )
        self._add({one: moments[at] for at in hers for one in names[at] if one not in since})
        nameless = {place: _nameless(told[place][0]) for place in hers}
        rest = [(nameless.get(place, one), at) for place, (one, at) in enumerate(told)]
        return Rest([one for one in rest if one[0] is not None], hers, acts)

    def _came_back(self, told: Sequence[Any], since: dict[str, datetime]) -> set[str]:
        """Names of people whom a purchase of theirs brought back after they were forgotten."""
        whose = [who for one in told if (who := _person(one)) is not None]
        if not whose:
            return set()
        query = select(
            Customer.external_id, Customer.email_key, Customer.phone, Customer.created_at
        ).where(
            Customer.store_id == self.store_id,
            or_(
                Customer.external_id.in_({who.external_id for who in whose if who.external_id}),
                Customer.email_key.in_({email_key(who.email) for who in whose if who.email}),
                Customer.phone.in_({who.phone for who in whose if who.phone and not who.email}),
            ),
        )
        found: set[str] = set()
        for external_id, email, phone, created_at in self.session.execute(query):
            own = {account(external_id) if external_id else "", email, phone} - {""}
            if all(since[one] < created_at for one in own & since.keys()):
                found |= own
        return found

    def _add(self, names: dict[str, datetime]) -> None:
        """An order of hers that we had not known is known by its number from now on."""
        purchases = {
            one: at for one, at in names.items() if one.startswith((order(""), checkout("")))
        }
        _write(self.session, self.store_id, self.store_key, purchases)


_PURCHASES = (
    records.Order, records.Checkout, records.Fulfillment, records.Refund, records.OrderNotes
)  # fmt: skip


def look(session: Session, store_id: int) -> Memory | None:
    """None where nobody was ever forgotten: one look, and it costs nothing more.

    The caller has locked the store, or else an erasure may begin behind her back.
    """
    anybody = exists(select(Forgotten.key).where(Forgotten.store_id == store_id))
    key = session.scalar(select(Store.key).where(Store.id == store_id, anybody))
    return Memory(session, store_id, key) if key else None


def remember(session: Session, store: Store, names: Collection[str], now: datetime) -> None:
    """From now on these are forgotten; who is forgotten twice is so from the later time."""
    _write(session, store.id, store.key, dict.fromkeys(names, now))


def _write(session: Session, store_id: int, store_key: str, names: dict[str, datetime]) -> None:
    rows = [
        {"store_id": store_id, "key": forgotten_key(store_key, one), "forgotten_at": at}
        for one, at in sorted(names.items())
        if one
    ]
    keeping.upsert(session, Forgotten, rows, ("store_id", "key"))


def _person(record: Any) -> records.Customer | None:
    """Whom it is about, where it is about nothing but her."""
    match record:
        case records.Customer():
            return record
        case records.ConsentChange():
            return records.Customer(
                external_id=record.customer_external_id, email=record.email, phone=record.phone
            )
        case records.Deleted(kind="customer"):
            return records.Customer(external_id=record.external_id)
    return None


def _names(record: Any) -> tuple[str, ...]:
    """All by which it may be known to be of somebody erased."""
    match record:
        case records.Order():
            return (order(record.external_id), *_of(record.customer))
        case records.Checkout():
            known = (record.external_id, record.cart_token, record.formerly)
            return (*(checkout(one) for one in known if one), *_of(record.customer))
        case records.Fulfillment() | records.Refund() | records.OrderNotes():
            return (order(record.order_external_id),)
    return _of(_person(record))


def _of(person: records.Customer | None) -> tuple[str, ...]:
    """As people.resolve tells who she is: a telephone that others share names her last."""
    if person is None:
        return ()
    names = (account(person.external_id),) if person.external_id else ()
    if person.email:
        return (*names, email_key(person.email))
    return (*names, person.phone) if person.phone else names


def _is_later(record: Any, moment: datetime) -> bool:
    """Did she begin it herself, after she was forgotten?"""
    return isinstance(record, records.Order | records.Checkout) and record.created_at > moment


def _nameless(record: Any) -> Any:
    """What it says of money and goods; None where it says nothing but who she is.

    A checkout carries no money: bought, its order tells it; left, nobody may ask why.
    """
    match record:
        case records.Order():
            return replace(
                record, customer=None, note="", status_url="", cart_token="", is_nobodys=True,
                fulfillments=tuple(_nameless(one) for one in record.fulfillments),
                refunds=tuple(_nameless(one) for one in record.refunds),
            )  # fmt: skip
        case records.Fulfillment():
            return replace(record, tracking_numbers=(), tracking_urls=())
        case records.Refund():
            return replace(record, reason="")
        case records.OrderNotes():
            return replace(record, notes=())
    return None
