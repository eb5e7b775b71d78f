"""Keep the checkouts that the stores tell of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector import records
from connector.commerce import carts, graves, keeping, people, rules
from connector.commerce.keeping import Change
from connector.commerce.models import Checkout, CheckoutLine, CheckoutState, Customer, Order
from connector.commerce.rules import Row
from connector.database import among
from connector.timeline.events import Event, Name

Told = tuple[records.Checkout, datetime]

_STICKY = frozenset({"completed_at"})


def keep_checkouts(session: Session, store_id: int, told: Sequence[Told]) -> list[Event]:
    """Merge the checkouts (each with when we received it); returns what changed."""
    told = carts.by_their_names(session, store_id, told)
    customer_ids = people.resolve(
        session, store_id, [(one.customer, one.updated_at) for one, _ in told]
    )
    registered = _registered(session, customer_ids)
    names = {one.external_id for one, _ in told}
    dead = graves.among_the_living(session, store_id, "checkout", told)
    tokens = {one.cart_token for one, _ in told if one.cart_token}
    dead_carts = graves.standing(session, store_id, "cart", tokens)
    bought = _bought(session, store_id, names)
    rows = []
    for (checkout, received_at), customer_id in zip(told, customer_ids, strict=True):
        row = _row(checkout, received_at, customer_id, known_customer=customer_id in registered)
        row["completed_at"] = rules.earliest(row["completed_at"], bought.get(checkout.external_id))
        dropped_at = dead.get(checkout.external_id) or dead_carts.get(checkout.cart_token)
        row["deleted_at"] = rules.dropped(dropped_at, checkout.updated_at)
        rows.append(row)
    changes = keeping.keep(session, Checkout, store_id, rows, sticky=_STICKY)
    lines = lines_of(changes, [one for one, _ in told], rows, as_row=_line_row)
    keeping.replace_lines(session, CheckoutLine, "checkout_id", lines)
    return [event for change in changes for event in _events(store_id, change)]


def _row(
    checkout: records.Checkout,
    received_at: datetime,
    customer_id: int | None,
    *,
    known_customer: bool,
) -> Row:
    person, version = checkout.customer or records.Customer(), version_of(checkout)
    return {
        "external_id": checkout.external_id,
        "cart_token": checkout.cart_token,
        "number": checkout.number,
        "customer_id": customer_id,
        "email_key": rules.email_key(person.email),
        "stage": int(rules.stage(checkout, known_customer=known_customer)),
        "payment_failed": checkout.payment_failed,
        "payment_failure": checkout.payment_failure,
        "payment_method": checkout.payment_method,
        "currency": checkout.currency,
        "total_minor": checkout.total.minor,
        "coupon_codes": list(checkout.coupon_codes),
        "recovery_url": checkout.recovery_url,
        "locale": checkout.locale,
        "note": checkout.note,
        "version": version,
        "heard_version": "" if checkout.listed else version,
        "created_at": checkout.created_at,
        "updated_at": checkout.updated_at,
        "silent_since": min(checkout.updated_at, received_at),
        "completed_at": checkout.completed_at,
    }


def version_of(checkout: records.Checkout) -> str:
    rank, serial = rules.checkout_progress(checkout)
    return rules.version(checkout.updated_at, rank=rank, serial=serial, content=checkout)


def line_row(position: int, line: records.LineItem) -> Row:
    """A line as both line tables hold it."""
    return {
        "position": position,
        "title": line.title,
        "variant_title": line.variant_title,
        "quantity": line.quantity,
        "unit_price_minor": line.unit_price.minor,
        "total_minor": line.total.minor,
        "currency": line.total.currency,
        "product_external_id": line.product_external_id,
        "variant_external_id": line.variant_external_id,
        "sku": line.sku,
        "image_url": line.image_url,
    }


def _line_row(position: int, line: records.LineItem) -> Row:
    return {**line_row(position, line), "choices": dict(line.choices)}


def lines_of(
    changes: Sequence[Change],
    told: Sequence[Any],
    rows: Sequence[Row],
    *,
    as_row: Callable[[int, records.LineItem], Row] = line_row,
) -> dict[int, list[Row]]:
    """By row id, the lines of the tellings that won; nothing where an older one stays true.

    `rows` are what became of the tellings, one for one.
    """
    winners = {
        (row["external_id"], row["version"]): one for one, row in zip(told, rows, strict=True)
    }
    lines: dict[int, list[Row]] = {}
    for change in changes:
        fresh = change.before is None or change.before["version"] != change.after["version"]
        winner = winners.get((change.after["external_id"], change.after["version"]))
        if fresh and winner is not None:
            lines[change.after["id"]] = [
                as_row(place, line) for place, line in enumerate(winner.lines)
            ]
    return lines


def _registered(session: Session, ids: Sequence[int | None]) -> set[int | None]:
    """Which of these customers have an account in the store."""
    found: set[int | None] = set()
    for part in keeping.parts(sorted({one for one in ids if one is not None})):
        found.update(
            session.scalars(
                select(Customer.id).where(
                    among(session, Customer.id, part), Customer.external_id.is_not(None)
                )
            )
        )
    return found


def _bought(session: Session, store_id: int, names: set[str]) -> dict[str, datetime]:
    """When each checkout was bought, where its order came before it."""
    found: dict[str, datetime] = {}
    for part in keeping.parts(sorted(names)):
        query = select(Order.checkout_external_id, Order.bought_at).where(
            Order.store_id == store_id,
            among(session, Order.checkout_external_id, part),
            Order.bought_at.is_not(None),
        )
        found.update((name, moment) for name, moment in session.execute(query) if moment)
    return found


def _events(store_id: int, change: Change) -> list[Event]:
    before, after = change.before or {}, change.after

    def event(name: Name) -> Event:
        return Event(
            name=name,
            store_id=store_id,
            subject_id=after["id"],
            customer_id=after["customer_id"],
            happened_at=after["updated_at"],
            facts={"checkout": after["external_id"]},
        )

    events = [event(Name.CHECKOUT_CHANGED)]
    if after["completed_at"] and not before.get("completed_at"):
        events.append(event(Name.CHECKOUT_COMPLETED))
    if after["deleted_at"] and not before.get("deleted_at"):
        events.append(event(Name.CHECKOUT_DELETED))
    return events


def state_of(completed_at: datetime | None, deleted_at: datetime | None) -> CheckoutState | None:
    """The state that a checkout's own facts force on it; None: still open or abandoned."""
    if completed_at:
        return CheckoutState.COMPLETED
    return CheckoutState.DELETED if deleted_at else None
