"""Find everybody whom an address, a telephone number or an account means."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from connector.commerce import forgetting
from connector.commerce.models import Checkout, Customer, Order
from connector.commerce.rules import email_key
from connector.database import among
from connector.privacy.rules import Person


def customers(session: Session, store_id: int, asked: dict[str, Any]) -> Sequence[Customer]:
    """Her customers in this store: `asked` has email, phone and customer_external_id, or some."""
    email, phone = email_key(asked.get("email") or ""), asked.get("phone") or ""
    account = asked.get("customer_external_id") or ""
    ways = [
        column == value
        for column, value in (
            (Customer.email_key, email), (Customer.phone, phone), (Customer.external_id, account)
        )
        if value
    ]  # fmt: skip
    if not ways:
        return ()
    query = select(Customer).where(Customer.store_id == store_id, or_(*ways))
    return session.scalars(query.order_by(Customer.id)).all()


def person(session: Session, found: Sequence[Customer], asked: dict[str, Any]) -> Person:
    """All the names under which those customers are known, in what they bought too."""
    ids = [one.id for one in found]
    emails = {one.email_key for one in found} | {email_key(asked.get("email") or "")}
    for model in (Order, Checkout):
        query = select(model.email_key).where(among(session, model.customer_id, ids)).distinct()
        emails |= set(session.scalars(query))
    phones = {one.phone for one in found} | {asked.get("phone") or ""}
    accounts = {one.external_id for one in found} | {asked.get("customer_external_id")}
    return Person(
        emails=frozenset(one for one in emails if one),
        phones=frozenset(one for one in phones if one),
        external_ids=frozenset(one for one in accounts if one),
    )


def bought(session: Session, store_id: int, found: Sequence[Customer], person: Person) -> set[str]:
    """Her orders and checkouts, as forgetting knows them."""
    own: set[str] = set()
    ids = [one.id for one in found]
    for model, name in ((Order, forgetting.order), (Checkout, forgetting.checkout)):
        hers = or_(
            among(session, model.customer_id, ids), among(session, model.email_key, person.emails)
        )
        query = select(model.external_id, model.cart_token).where(model.store_id == store_id, hers)
        for external_id, cart in session.execute(query):
            own.add(name(external_id))
            if cart:
                own.add(forgetting.checkout(cart))
    return own


def names(person: Person) -> set[str]:
    """All by which her store may tell of her again: her own names, and what she bought."""
    accounts = map(forgetting.account, person.external_ids)
    return {*person.emails, *person.phones, *accounts, *person.bought}
