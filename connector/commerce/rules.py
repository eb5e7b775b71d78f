"""Which of two tellings of the same thing is true, whatever order they came in."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from connector import records
from connector.records import OrderState, Stage

Row = dict[str, Any]

LISTED = Stage.ENTERED_CONTACT
"""Shopify lists a checkout as abandoned once the shopper has given her contact information:
https://help.shopify.com/en/manual/orders/abandoned-checkouts"""

HEARD = ("stage", "payment_failed", "payment_failure", "payment_method", "locale")
"""Columns of a checkout of which lists have no word."""

_PROGRESS = {
    OrderState.PENDING: 0,
    OrderState.FAILED: 1,
    OrderState.ON_HOLD: 2,
    OrderState.PLACED: 3,
    OrderState.FULFILLED: 4,
    OrderState.CANCELLED: 5,
    OrderState.REFUNDED: 6,
}
"""Breaks ties: WooCommerce's times have one second, in which an order can go through three
states (contracts: an order is processing and cancelled within the same second)."""


def version(updated_at: datetime, *, rank: int = 0, serial: int = 0, content: object = "") -> str:
    """A text that sorts as the versions do: by time, then progress, then serial, then content.

    `serial` is a number of the platform's that only grows; the content's seal decides at last,
    so that every order of arrival ends with the same telling.
    """
    seal = hashlib.blake2b(repr(content).encode("utf-8", "replace"), digest_size=6).hexdigest()
    return f"{instant(updated_at)}|{rank:02d}|{min(serial, 10**15):016d}|{seal}"


def asked(moment: datetime | None) -> int:
    """A version's serial for what the store was asked for: the later, the truer (records.Order)."""
    return int(moment.timestamp()) if moment else 0


def _is_newer(told: str, known: str) -> bool:
    """The higher version; but what was asked for, and is asked for again and the same, is not."""
    if told <= known:
        return False
    (told_at, told_rank, _, told_seal), (at, rank, serial, seal) = told.split("|"), known.split("|")
    return (told_at, told_rank, told_seal) != (at, rank, seal) or int(serial) == 0


def instant(moment: datetime) -> str:
    """A time as versions begin: it sorts as text."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")


def checkout_progress(checkout: records.Checkout) -> tuple[int, int]:
    """How complete a checkout is, and its newest line: breaks ties within one second.

    WooCommerce makes the lines of a draft anew when the cart changes; their numbers only grow
    (contracts: webhooks 057 to 062). What is only listed gives way to what was heard.
    """
    if checkout.listed:
        return 0, 0
    person = checkout.customer or records.Customer()
    known = (
        person.email, person.phone, person.first_name, person.last_name,
        checkout.chose_delivery, checkout.payment_method, checkout.payment_failed,
        checkout.completed_at,
    )  # fmt: skip
    serials = [int(line.external_id) for line in checkout.lines if line.external_id.isdecimal()]
    return sum(1 for fact in known if fact), max(serials, default=0)


def as_meant(order: records.Order, meanings: Mapping[str, OrderState]) -> records.Order:
    """The order by what its merchant says that a status of her store's own means (C01)."""
    state = meanings.get(order.status, order.state)
    if state is order.state:
        return order
    cancelled_at = order.updated_at if state is OrderState.CANCELLED else None
    return replace(order, state=state, cancelled_at=order.cancelled_at or cancelled_at)


def progress(state: OrderState) -> int:
    return _PROGRESS[state]


def email_key(email: str) -> str:
    """The address as it is compared."""
    return email.strip().lower()


def forgotten_key(store_key: str, name: str) -> str:
    """Under which an erased address, or whatever else leads to a person, is known again: nobody
    can read whose it was."""
    return f"#{hmac.new(store_key.encode(), name.encode(), hashlib.sha256).hexdigest()}"


def earliest(one: datetime | None, other: datetime | None) -> datetime | None:
    if one is None or other is None:
        return one or other
    return min(one, other)


def stage(checkout: records.Checkout, *, known_customer: bool) -> Stage:
    """How far this checkout came, inferred from the end to the start (mission M018).

    Who is listed has given her contact, account or not (LISTED).
    """
    person = checkout.customer
    has_contact = bool(person and (person.email or person.phone))
    registered = bool(person and person.external_id)
    if checkout.payment_failed:
        return Stage.PAYMENT_APPROVAL
    if checkout.payment_method and has_contact:
        return Stage.CHOSE_PAYMENT
    if has_contact and known_customer and not registered:
        return Stage.KNOWN_CUSTOMER
    if checkout.listed or (has_contact and (not registered or checkout.note)):
        return Stage.ENTERED_CONTACT
    if checkout.chose_delivery:
        return Stage.CHOSE_DELIVERY
    return Stage.ADDED_PRODUCTS


def dropped(dropped_at: datetime | None, updated_at: datetime) -> datetime | None:
    """When a thing was dropped that says it was last changed at `updated_at`; None: it stands."""
    return dropped_at if dropped_at and dropped_at >= updated_at else None


_KEPT = frozenset({"cart_token", "recovery_url", "number"})
"""A store does not always tell the cart, its number, nor the way back; who has heard of them
keeps them."""


def settle(known: Row | None, told: Row, sticky: frozenset[str] = frozenset()) -> Row | None:
    """The truth after hearing `told`; None when it adds nothing.

    The higher version gives every field, but `sticky` times, once known, stay (the earliest
    wins) and a final order does not move back, whichever telling came last.
    """
    if known is None:
        return told
    newer, older = (told, known) if _is_newer(told["version"], known["version"]) else (known, told)
    truth = {name: newer[name] for name in told}
    for name in sticky:
        truth[name] = earliest(known[name], told[name])
    if "deleted_at" in truth and not (known["deleted_at"] and told["deleted_at"]):
        truth["deleted_at"] = None  # one of the two has heard that it stands, whichever is newer
    for name in _KEPT & truth.keys():
        truth[name] = newer[name] or older[name]
    if "heard_version" in truth:
        _keep_what_was_heard(truth, known, told)
    if older.get("is_final") and not newer.get("is_final"):
        for name in ("state", "status", "is_final", "cancelled_at", "cancelled_by"):
            truth[name] = older[name]
    if all(known[name] == value for name, value in truth.items()):
        return None
    return truth


def _keep_what_was_heard(truth: Row, known: Row, told: Row) -> None:
    """A newer list moves on what it tells of a checkout, and leaves what only a webhook knows.

    Each of the two has its own newest telling, so that the order of arrival decides nothing.
    """
    heard = max(known, told, key=lambda one: str(one["heard_version"]))
    truth["heard_version"] = heard["heard_version"]
    if not heard["heard_version"] or truth["version"] == heard["version"]:
        return
    truth.update({name: heard[name] for name in HEARD})
    truth["stage"] = max(heard["stage"], int(LISTED))
    for name in ("customer_id", "email_key"):
        truth[name] = truth[name] or heard[name]


def settle_fields(
    known: Mapping[str, Any], versions: Mapping[str, str], told: Row, told_version: str
) -> tuple[Row, dict[str, str]]:
    """Merge field by field; an empty word says nothing. Returns the changes and their versions."""
    changes: Row = {}
    marks: dict[str, str] = {}
    for name, value in told.items():
        if value in ("", None):
            continue
        before = (versions.get(name, ""), str(known.get(name) or ""))
        if (told_version, str(value)) > before:
            marks[name] = told_version
            if known.get(name) != value:
                changes[name] = value
    return changes, marks
