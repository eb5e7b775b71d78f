"""One voice a day: a shopper whom the store itself has just written to is not written to by us."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select

from connector import log
from connector.commerce.models import Order, OrderNote
from connector.errors import AskbackError
from connector.machine import Machine
from connector.messages import live
from connector.messages.composing import Parties
from connector.ports.notices import TellsOwnMails
from connector.stores import tokens
from connector.sync import notices

APART = timedelta(hours=24)
CLOCKS_DIFFER = timedelta(hours=1)

_log = log.logger("messages")


def quiet_until(machine: Machine, parties: Parties, now: datetime) -> datetime | None:
    """Until when we let the store's own mail to this shopper work alone; None: no need."""
    moments = (_noted_at(machine, parties, now), _mailed_at(machine, parties, now))
    wrote_at = max((one for one in moments if one is not None), default=None)
    if wrote_at is None or wrote_at + APART <= now:
        return None
    return wrote_at + APART


def _noted_at(machine: Machine, parties: Parties, now: datetime) -> datetime | None:
    """When she was last sent a note on an order of hers, as far as the notes were read.

    A date of the store's that lies ahead of every clock must not silence us until then.
    """
    with machine.database.reading() as session:
        return session.scalar(
            select(func.max(OrderNote.written_at))
            .join(Order, Order.external_id == OrderNote.order_external_id)
            .where(
                OrderNote.store_id == parties.store.id,
                OrderNote.for_customer,
                OrderNote.written_at <= now + CLOCKS_DIFFER,
                Order.store_id == parties.store.id,
                Order.customer_id == parties.customer.id,
            )
        )


def _mailed_at(machine: Machine, parties: Parties, now: datetime) -> datetime | None:
    """When the store's own reminder of this checkout left.

    Only stores whose own mail was seen are asked. One that does not answer is not waited for:
    the merchant was told how to end the doubling.
    """
    platform = machine.platforms[parties.store.platform]
    if not isinstance(platform, TellsOwnMails):
        return None
    with machine.database.reading() as session:
        if not notices.speaks_by_itself(session, parties.store.id):
            return None
    try:
        facts = live.checkout_facts(machine, parties, now)
        access = tokens.fresh_access(machine, parties.store.id)
        return platform.own_mail_at(access, facts)
    except AskbackError as problem:
        _log.warning("own mail not seen", store=parties.store.id, problem=type(problem).__name__)
        return None
