"""What Askback knows, in a shape that compares: names instead of row numbers, no receive times."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.attribution.models import Credit
from connector.commerce import models as commerce
from connector.coupons.models import Coupon, LedgerEntry
from connector.database import Base, Database
from connector.detection.models import Case
from connector.journeys.models import Enrollment

Facts = dict[str, list[dict[str, Any]]]

# When we heard of something, and what our own sweeps plan, is not what the store told.
_OURS = {
    "id",
    "store_id",
    "due_at",
    "silent_since",
    "abandoned_at",
    "passed_over",
    "notes_read_at",
}
_WHOSE = {
    "customer_id": commerce.Customer,
    "checkout_id": commerce.Checkout,
    "order_id": commerce.Order,
}

TABLES: Mapping[type[Base], set[str]] = {
    commerce.Customer: {"created_at", "versions"},
    commerce.Checkout: set(),
    commerce.CheckoutLine: set(),
    commerce.Order: set(),
    commerce.OrderLine: set(),
    commerce.Fulfillment: set(),
    commerce.Refund: set(),
    commerce.Product: set(),
    commerce.Variant: set(),
    Case: {"opened_at", "closed_at"},
    Enrollment: {"case_id", "memory", "started_at", "ended_at"},
    Coupon: {"message_id", "planned_at", "made_at"},
    LedgerEntry: {"coupon_id"},
    Credit: {"enrollment_id"},
}
"""What is compared, and which columns are not."""


def of(database: Database) -> Facts:
    """Everything that the stores told and what follows from it."""
    with database.reading() as session:
        names = {model: _names(session, model) for model in _WHOSE.values()}
        return {
            model.__tablename__: sorted(
                (_told(row, left_out, names) for row in _rows(session, model)), key=repr
            )
            for model, left_out in TABLES.items()
        }


def dump(database: Database, *left_out: type[Base]) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table as it lies there, but for the tables left out."""
    names = {model.__tablename__ for model in left_out}
    with database.reading() as session:
        return {
            table.name: sorted((tuple(row) for row in session.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
            if table.name not in names
        }


def _rows(session: Session, model: type[Base]) -> list[Mapping[str, Any]]:
    return [dict(row) for row in session.execute(select(model.__table__)).mappings()]


def _names(session: Session, model: type[Base]) -> dict[int, str]:
    return {
        row["id"]: row["external_id"] or row.get("email_key") or row.get("phone")
        for row in _rows(session, model)
    }


def _told(
    row: Mapping[str, Any], left_out: set[str], names: Mapping[Any, Mapping[int, str]]
) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for name, value in row.items():
        if name in _OURS or name in left_out:
            continue
        if name in _WHOSE:
            told[name] = names[_WHOSE[name]].get(value)
        elif name == "deleted_at":
            told[name] = value is not None  # it is the moment at which we heard of it
        else:
            told[name] = value
    return told
