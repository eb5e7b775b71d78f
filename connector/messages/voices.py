"""One voice a day: a shopper whom the store itself has just written to is not written to by us."""

from __future__ import annotations

from datetime import datetime, timedelta

from connector import log
from connector.errors import AskbackError
from connector.machine import Machine
from connector.messages import live
from connector.messages.composing import Parties
from connector.ports.notices import TellsOwnMails
from connector.stores import tokens
from connector.sync import notices

APART = timedelta(hours=24)

_log = log.logger("messages")


def quiet_until(machine: Machine, parties: Parties, now: datetime) -> datetime | None:
    """Until when we let the store's own mail about this checkout work alone; None: no need.

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
        wrote_at = platform.own_mail_at(access, facts)
    except AskbackError as problem:
        _log.warning("own mail not seen", store=parties.store.id, problem=type(problem).__name__)
        return None
    if wrote_at is None or wrote_at + APART <= now:
        return None
    return wrote_at + APART
