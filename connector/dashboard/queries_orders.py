"""Orders in progress: what was started and not finished, with everything known beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from connector.commerce.models import (
    Checkout,
    CheckoutLine,
    CheckoutState,
    Customer,
    Order,
    OrderNote,
)
from connector.coupons.models import Coupon
from connector.dashboard import rules
from connector.detection.models import Case
from connector.journeys.models import Answer, Enrollment
from connector.messages.models import Message, MessageState
from connector.money import Money
from connector.records import Stage
from connector.stores.models import Store

IN_PROGRESS = (CheckoutState.OPEN, CheckoutState.ABANDONED)
PAGE = 25

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One checkout; lists are oldest first, and hold what concerns the shopper herself."""

    store: Store
    checkout: Checkout
    customer: Customer | None
    lines: Sequence[CheckoutLine]
    case: Case | None
    enrollment: Enrollment | None
    messages: Sequence[Message]
    answers: Sequence[Answer]
    coupons: Sequence[Coupon]

    @property
    def name(self) -> str:
        """The customer's name; empty while she has not told it."""
        if self.customer is None:
            return ""
        return f"{self.customer.first_name} {self.customer.last_name}".strip()

    @property
    def total(self) -> Money:
        return Money(self.checkout.total_minor, self.checkout.currency)

    @property
    def tags(self) -> tuple[rules.Tag, ...]:
        return rules.tags(
            Stage(self.checkout.stage),
            payment_failed=self.checkout.payment_failed,
            guest=self.customer is None or self.customer.external_id is None,
            named=bool(self.name),
        )

    @property
    def message(self) -> Message | None:
        """The newest message to her."""
        to_her = [one for one in self.messages if not one.to_merchant]
        return to_her[-1] if to_her else None

    @property
    def answer(self) -> Answer | None:
        return self.answers[-1] if self.answers else None

    @property
    def coupon(self) -> Coupon | None:
        return self.coupons[-1] if self.coupons else None

    @property
    def objections(self) -> Sequence[str]:
        """Why nothing was written, or not all of it: as it was stored."""
        if self.message is not None and self.message.state != MessageState.SENT:
            return self.message.reasons
        if self.message is None and self.checkout.passed_over:
            return [self.checkout.passed_over]
        if self.case is None and self.checkout.state == CheckoutState.ABANDONED:
            return ["a newer checkout took its place"]
        return []


@dataclass(frozen=True, slots=True)
class Noted:
    """A note in the store, as the customer's story tells it among the events."""

    note: OrderNote

    @property
    def name(self) -> str:
        return "note.for_customer" if self.note.for_customer else "note.in_store"

    @property
    def happened_at(self) -> datetime:
        return self.note.written_at

    @property
    def facts(self) -> dict[str, str]:
        return {"words": self.note.text, "author": self.note.author}


def notes(session: Session, row: Row, most: int) -> list[Noted]:
    """The newest notes beside the order of this checkout and the customer's others."""
    own = Order.checkout_external_id == row.checkout.external_id
    hers = own if row.customer is None else own | (Order.customer_id == row.customer.id)
    query = (
        select(OrderNote)
        .join(Order, Order.external_id == OrderNote.order_external_id)
        .where(OrderNote.store_id == row.store.id, Order.store_id == row.store.id, hers)
        .order_by(OrderNote.written_at.desc(), OrderNote.id.desc())
        .limit(most)
    )
    return [Noted(one) for one in session.scalars(query)]


def page_of_rows(
    session: Session, stores: Sequence[Store], *, number: int
) -> tuple[list[Row], bool]:
    """One page, newest first, and whether there is an older one."""
    found = session.scalars(
        select(Checkout)
        .where(
            Checkout.store_id.in_([one.id for one in stores]),
            Checkout.state.in_(IN_PROGRESS),
            ~_bought_since(Order.customer_id == Checkout.customer_id),
            ~_bought_since(Order.email_key == Checkout.email_key, Order.email_key != ""),
        )
        .order_by(Checkout.silent_since.desc(), Checkout.id.desc())
        .limit(PAGE + 1)
        .offset(PAGE * (number - 1))
    ).all()
    return rows(session, stores, found[:PAGE]), len(found) > PAGE


def _bought_since(*same_person: ColumnElement[bool]) -> ColumnElement[bool]:
    """Did she buy by way of another checkout? A link that fills a cart opens a new one, and so
    does another browser: the one that she left stays unfinished for ever."""
    return exists().where(
        Order.store_id == Checkout.store_id, *same_person, Order.bought_at >= Checkout.silent_since
    )


def row(session: Session, stores: Sequence[Store], checkout_id: int) -> Row | None:
    """One checkout of these stores, in whatever state."""
    found = session.scalars(
        select(Checkout).where(
            Checkout.id == checkout_id, Checkout.store_id.in_([one.id for one in stores])
        )
    ).all()
    return next(iter(rows(session, stores, found)), None)


def rows(session: Session, stores: Sequence[Store], checkouts: Sequence[Checkout]) -> list[Row]:
    """The checkouts with what belongs to them, in eight statements however many there are."""
    store_of = {one.id: one for one in stores}
    ids = [one.id for one in checkouts]
    people = {one.id: one for one in _all(session, Customer.id, _customer_ids(checkouts))}
    lines = _grouped(session, CheckoutLine.checkout_id, ids, CheckoutLine.position)
    cases = {one.checkout_id: one for one in _all(session, Case.checkout_id, ids)}
    case_ids = [one.id for one in cases.values()]
    enrollments = {one.case_id: one for one in _all(session, Enrollment.case_id, case_ids)}
    messages = _grouped(session, Message.case_id, case_ids, Message.id)
    answers = _grouped(session, Answer.case_id, case_ids, Answer.answered_at)
    message_ids = [one.id for group in messages.values() for one in group]
    coupons = {one.message_id: one for one in _all(session, Coupon.message_id, message_ids)}
    made = []
    for checkout in checkouts:
        case = cases.get(checkout.id)
        own = messages[case.id] if case else []
        made.append(
            Row(
                store=store_of[checkout.store_id],
                checkout=checkout,
                customer=people.get(checkout.customer_id or 0),
                lines=lines[checkout.id],
                case=case,
                enrollment=enrollments.get(case.id) if case else None,
                messages=own,
                answers=answers[case.id] if case else [],
                coupons=[coupons[one.id] for one in own if one.id in coupons],
            )
        )
    return made


def _customer_ids(checkouts: Sequence[Checkout]) -> list[int]:
    return [one.customer_id for one in checkouts if one.customer_id is not None]


def _all(session: Session, column: InstrumentedAttribute[Any], ids: Sequence[int]) -> Sequence[Any]:
    """Rows of the column's table, oldest first, so that the newest wins in a table by name."""
    table = column.class_
    return session.scalars(select(table).where(column.in_(ids)).order_by(table.id)).all()


def _grouped(
    session: Session,
    column: InstrumentedAttribute[Any],
    ids: Sequence[int],
    order: ColumnElement[Any] | InstrumentedAttribute[Any],
) -> dict[int, list[Any]]:
    groups: dict[int, list[Any]] = defaultdict(list)
    for one in session.scalars(select(column.class_).where(column.in_(ids)).order_by(order)):
        groups[getattr(one, column.key)].append(one)
    return groups
