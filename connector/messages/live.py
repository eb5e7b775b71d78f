"""Ask the store itself, just before writing to a shopper, whether she has bought already."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from connector.commerce.models import CheckoutLine, Order
from connector.consent.rules import Verdict
from connector.errors import AccessLost, Moved, Permanent, Retryable
from connector.machine import Machine
from connector.messages.composing import Parties
from connector.messages.models import Message
from connector.money import Money
from connector.ports.platform import CheckoutFacts, OrderFound
from connector.records import LineItem, OrderState
from connector.stores.models import Store
from connector.stores.reaching import Way

PATIENCE = 3
"""Tries after which we write on the strength of the webhooks alone."""

SHUT_OUT_SECONDS = 900.0
"""Until we knock again at a store that has shut us out: a human has to connect it."""


def look(machine: Machine, message: Message, parties: Parties, now: datetime) -> Verdict | None:
    """A verdict against writing, or None: nothing stands against it.

    Raises Retryable while the store does not answer and our patience lasts. A store that
    never answers is written for all the same: its webhooks told us of the checkout, and would
    have told us of the order. One that shuts us out is not: nobody speaks in the name of a
    merchant who took the access back, and WooCommerce has no webhook that would say so. Nor is one
    that has moved: it may be connected at its new address too, and would ask her twice.
    """
    facts = checkout_facts(machine, parties, now)
    try:
        order = _ask(machine, parties.store, facts)
    except AccessLost as problem:
        raise Retryable(
            f"the store no longer lets us in: {problem}", after_seconds=SHUT_OUT_SECONDS
        ) from problem
    except Moved as problem:
        raise Retryable(
            f"the store has moved: {problem}", after_seconds=SHUT_OUT_SECONDS
        ) from problem
    except (Retryable, Permanent) as problem:
        if message.tries < PATIENCE:
            raise Retryable(f"the store could not be asked: {problem}") from problem
        return None
    if order is not None and order.state.bought:
        return Verdict((f"already bought (the store's order {order.external_id})",))
    return None


def _ask(machine: Machine, store: Store, facts: CheckoutFacts) -> OrderFound | None:
    find = machine.platforms[store.platform].find_order
    return Way(machine, store.id).ask(lambda access: find(access, facts))


def checkout_facts(machine: Machine, parties: Parties, now: datetime) -> CheckoutFacts:
    """What a platform needs to find the checkout's order, or the way back to it."""
    checkout = parties.checkout
    if checkout is None:
        raise Permanent("this message is about no checkout")
    with machine.database.reading() as session:
        lines = session.scalars(
            select(CheckoutLine)
            .where(CheckoutLine.checkout_id == checkout.id)
            .order_by(CheckoutLine.position)
        ).all()
        cancelled = session.scalar(
            select(Order.id).where(
                Order.store_id == checkout.store_id,
                Order.checkout_external_id == checkout.external_id,
                Order.state == OrderState.CANCELLED,
            )
        )
    platform = machine.platforms[parties.store.platform]
    lifetime = platform.recovery_lifetime
    stale = lifetime is not None and now - checkout.updated_at > lifetime
    # A cancelled order's pay link is refused by the store.
    dead = (stale or cancelled is not None) and not platform.lasts(checkout.recovery_url)
    return CheckoutFacts(
        external_id=checkout.external_id,
        cart_token=checkout.cart_token,
        recovery_url="" if dead else checkout.recovery_url,
        email=parties.customer.email,
        phone=parties.customer.phone,
        customer_external_id=parties.customer.external_id or "",
        created_at=checkout.created_at,
        statuses=parties.policy.statuses,
        lines=[_told(line) for line in lines],
    )


def _told(line: CheckoutLine) -> LineItem:
    return LineItem(
        title=line.title,
        quantity=line.quantity,
        unit_price=Money(line.unit_price_minor, line.currency),
        total=Money(line.total_minor, line.currency),
        product_external_id=line.product_external_id,
        variant_external_id=line.variant_external_id,
    )
