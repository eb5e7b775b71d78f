"""Write down what customers say about being written to."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, func, select
from sqlalchemy.orm import Session

from connector.commerce.models import Customer, Order
from connector.commerce.rules import email_key, forgotten_key
from connector.consent.models import ConsentEntry, Suppression
from connector.consent.rules import Facts
from connector.database import among, insert
from connector.stores.models import Store
from connector.timeline import actions as timeline
from connector.timeline.events import Event, Name


def facts(session: Session, customer: Customer, *, channel: str) -> Facts:
    """What the ledger says of this customer on this channel."""
    key = _address(customer, channel)
    words = session.scalars(
        select(ConsentEntry.granted)
        .where(
            ConsentEntry.store_id == customer.store_id,
            ConsentEntry.channel == channel,
            ConsentEntry.address_key == key,
        )
        .order_by(ConsentEntry.said_at.desc(), ConsentEntry.id.desc())
    ).all()
    bought = select(func.count()).where(
        Order.store_id == customer.store_id,
        Order.customer_id == customer.id,
        Order.bought_at.is_not(None),
    )
    return Facts(
        has_address=bool(key),
        suppressed=is_suppressed(session, customer.store_id, key, channel=channel),
        opted_in=bool(words and words[0]),
        withdrew=bool(words and not words[0]),
        has_bought=bool(session.scalar(bought)),
    )


def is_suppressed(session: Session, store_id: int, address: str, *, channel: str) -> bool:
    key = email_key(address)
    store = session.get_one(Store, store_id)
    query = select(Suppression.id).where(
        Suppression.store_id == store_id,
        Suppression.channel == channel,
        Suppression.address_key.in_((key, forgotten_key(store.key, key))),
    )
    return session.scalar(query.limit(1)) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """A no that stands, of an address that this customer of the store bears now.

    `name` is the same as long as both the no and her record in the store are.
    """

    customer_id: int
    channel: str
    said_at: datetime
    name: str


def withdrawals(
    session: Session, customer_ids: Sequence[int], *, guests: bool = False
) -> list[Withdrawal]:
    """The noes that the store may not have heard: of customers whom it knows by an id, or of
    `guests`, whom it knows by their orders alone.

    Who was erased is under no address here, and her return is a new beginning.
    """
    found: list[Withdrawal] = []
    for channel, address in (("email", Customer.email_key), ("sms", Customer.phone)):
        query = (
            select(Customer.id, Customer.external_id, Suppression.id, Suppression.suppressed_at)
            .join(
                Suppression,
                and_(
                    Suppression.store_id == Customer.store_id,
                    Suppression.channel == channel,
                    Suppression.address_key == address,
                ),
            )
            .where(
                among(session, Customer.id, customer_ids),
                Customer.external_id.is_(None) if guests else Customer.external_id.is_not(None),
                address != "",
            )
        )
        found += [
            Withdrawal(
                customer_id=customer_id,
                channel=channel,
                said_at=said_at,
                name=f"{suppression_id}:{external_id or ''}",
            )
            for customer_id, external_id, suppression_id, said_at in session.execute(query)
        ]
    return found


def forget(
    session: Session, store: Store, emails: Set[str], phones: Set[str], now: datetime
) -> None:
    """Nobody writes to these again, and nobody can read here whose they were."""
    rows = [
        {
            "store_id": store.id,
            "channel": channel,
            "address_key": forgotten_key(store.key, address),
            "reason": "erased",
            "suppressed_at": now,
        }
        for channel, addresses in (("email", emails), ("sms", phones))
        for address in addresses
    ]
    if rows:
        session.execute(insert(session, Suppression).on_conflict_do_nothing(), rows)


def note(
    session: Session,
    customer: Customer,
    now: datetime,
    *,
    channel: str,
    granted: bool,
    source: str,
    withdrawn: bool = False,
) -> None:
    """Add a word to the ledger, unless it is older than her newest one, repeats it, or is a no
    without a yes.

    `withdrawn`: she is known to have said no; then the no counts though the ledger has no yes.
    """
    key = _address(customer, channel)
    if not key:
        return
    newest = _newest(session, customer.store_id, channel, key)
    if newest is not None and newest.said_at > now:
        return
    if (newest is not None and newest.granted) != granted or (newest is None and withdrawn):
        session.add(
            ConsentEntry(
                store_id=customer.store_id,
                customer_id=customer.id,
                channel=channel,
                address_key=key,
                granted=granted,
                source=source,
                said_at=now,
            )
        )
        session.flush()


def _newest(session: Session, store_id: int, channel: str, key: str) -> ConsentEntry | None:
    """Her last word about this address, by the time at which she said it."""
    return session.scalar(
        select(ConsentEntry)
        .where(
            ConsentEntry.store_id == store_id,
            ConsentEntry.channel == channel,
            ConsentEntry.address_key == key,
        )
        .order_by(ConsentEntry.said_at.desc(), ConsentEntry.id.desc())
        .limit(1)
    )


def unsubscribe(
    session: Session, customer: Customer, now: datetime, *, channel: str = "email", reason: str
) -> None:
    """No marketing to this address any more; saying it twice is saying it once."""
    session.execute(
        insert(session, Suppression)
        .values(
            store_id=customer.store_id,
            channel=channel,
            address_key=_address(customer, channel),
            reason=reason,
            suppressed_at=now,
        )
        .on_conflict_do_nothing()
    )
    note(session, customer, now, channel=channel, granted=False, source="customer")
    event = Event(
        name=Name.UNSUBSCRIBED,
        store_id=customer.store_id,
        subject_id=customer.id,
        customer_id=customer.id,
        happened_at=now,
        facts={"channel": channel, "reason": reason},
        key=f"unsubscribed:{customer.id}:{channel}:{now.isoformat()}",
    )
    timeline.record(session, [event])


def resubscribe(session: Session, customer: Customer, now: datetime, *, channel: str) -> None:
    """She asked to be written to again."""
    store = session.get_one(Store, customer.store_id)
    address = _address(customer, channel)
    session.execute(
        delete(Suppression).where(
            Suppression.store_id == customer.store_id,
            Suppression.channel == channel,
            Suppression.address_key.in_((address, forgotten_key(store.key, address))),
        )
    )
    note(session, customer, now, channel=channel, granted=True, source="customer")
    event = Event(
        name=Name.RESUBSCRIBED,
        store_id=customer.store_id,
        subject_id=customer.id,
        customer_id=customer.id,
        happened_at=now,
        facts={"channel": channel},
        key=f"resubscribed:{customer.id}:{channel}:{now.isoformat()}",
    )
    timeline.record(session, [event])


def _address(customer: Customer, channel: str) -> str:
    return customer.email_key if channel == "email" else customer.phone
