"""What the store dropped without a word: we hold it, and a whole night's look did not see it."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, not_, select
from sqlalchemy.orm import Session

from connector import log, records
from connector.commerce import actions as commerce
from connector.commerce.models import Checkout, CheckoutState, Customer, Order, Product
from connector.errors import AskbackError
from connector.machine import Machine
from connector.ports.feed import Page, Resource, Roll
from connector.ports.platform import Platform
from connector.stores.reaching import Way
from connector.sync import rules
from connector.sync.fetching import Claim
from connector.sync.models import Cursor, Purpose, Sighting
from connector.timeline import actions as timeline

MODELS: dict[str, type[Checkout] | type[Order] | type[Product] | type[Customer]] = {
    "checkout": Checkout,
    "order": Order,
    "product": Product,
    "customer": Customer,
}

_CHANGED = {
    "checkout": Checkout.updated_at,
    "order": Order.updated_at,
    "product": Product.updated_at,
    "customer": Customer.created_at,  # a person's fields have a time each
}
_NEWEST = timedelta(days=1)

_log = log.logger("sync")


def ask(
    machine: Machine, platform: Platform, way: Way, claim: Claim, page: Page, *, now: datetime
) -> Page:
    """At the end of a night's look: the page, with what the store says of all that was not shown.

    A store that cannot be asked now has dropped nothing; the next night asks again.
    """
    feed = platform.feed
    if claim.purpose is not Purpose.NIGHTLY or page.cursor or feed is None:
        return page
    with machine.database.reading() as session:
        missing = _unseen(session, platform, claim, page, now)
    if not missing:
        return page
    try:
        found = way.ask(lambda access: feed.look_up(access, missing))
    except AskbackError as problem:
        _log.warning("could not ask for what was missing", cursor=claim.id, problem=str(problem))
        return page
    except Exception as problem:  # noqa: BLE001 # a reader's bug: the night ends all the same
        _log.error("what was missing could not be read", cursor=claim.id, exc_info=problem)
        return page
    return replace(page, gone=found.gone, records=(*page.records, *found.records))


def _unseen(
    session: Session, platform: Platform, claim: Claim, page: Page, now: datetime
) -> list[tuple[str, str]]:
    row = session.get(Cursor, claim.id)
    if row is None or row.unreadable or page.unreadable:
        return []
    row.watermark = rules.watermark(row.watermark, page.records, now)
    session.expunge(row)  # as it will be: nothing is written here
    shown = {name for record in page.records for name in rules.names(record)}
    found: list[tuple[str, str]] = []
    for kind in _kinds(platform, row):
        missing, held = _missing(session, platform, row, kind, now)
        names = [(kind, name) for one, name in missing.items() if (kind, one) not in shown]
        found += [] if rules.is_too_much(len(names), held) else names
    return found


def _kinds(platform: Platform, row: Cursor) -> Sequence[str]:
    feed = platform.feed
    return feed.tells_removals.get(Resource(row.resource), ()) if feed else ()


def bury(
    session: Session,
    platform: Platform,
    row: Cursor,
    now: datetime,
    gone: Set[tuple[str, str]],
) -> str:
    """Delete what the finished run `row` did not see and is `gone`; returns why nothing was
    concluded, if so.

    Nothing is concluded from a list with gaps (what could not be read may be anything), nor
    from one that lacks more than half of what we hold: then the list is wrong, not the store.
    """
    told: list[tuple[records.Deleted, datetime]] = []
    doubts: list[str] = []
    for kind in () if row.unreadable else _kinds(platform, row):
        missing, held = _missing(session, platform, row, kind, now)
        if rules.is_too_much(len(missing), held):
            doubts.append(kind)
        else:
            dropped = [one for one, name in missing.items() if (kind, name) in gone]
            told += [(records.Deleted(kind=kind, external_id=one), now) for one in dropped]
    timeline.record(session, commerce.keep(session, row.store_id, told))
    session.execute(delete(Sighting).where(Sighting.cursor_id == row.id))
    lacks = "the store's list lacks most of what it told before, so nothing was removed here: "
    return f"{lacks}{', '.join(doubts)}" if doubts else ""


def _missing(
    session: Session, platform: Platform, row: Cursor, kind: str, now: datetime
) -> tuple[dict[str, str], int]:
    """What was to be seen and was not, each with the name to ask for it; and how many were to."""
    model = MODELS[kind]
    expected = _expected(platform, row, kind, now)
    seen = select(Sighting.external_id).where(
        Sighting.cursor_id == row.id,
        Sighting.kind == kind,
        Sighting.external_id == model.external_id,
    )
    count = session.scalar(select(func.count()).select_from(model).where(*expected))
    by_number = model is Checkout and (roll := _roll(platform, kind)) and roll.by_number
    named = Checkout.number if by_number else model.external_id
    missing = select(model.external_id, named).where(*expected, ~seen.exists())
    return {one: name for one, name in session.execute(missing) if one and name}, count or 0


def _roll(platform: Platform, kind: str) -> Roll | None:
    rolls = platform.feed.rolls.values() if platform.feed else ()
    return next((one for one in rolls if one.kind == kind), None)


def _expected(
    platform: Platform, row: Cursor, kind: str, now: datetime
) -> list[ColumnElement[bool]]:
    """What a store that still has it must have listed.

    Nothing newer than the newest that was listed counts: it may have come while we looked
    (whatever the store's clock says). What is a day old did not.
    """
    model = MODELS[kind]
    day_ago = (row.started_at or now) - _NEWEST
    changed = _CHANGED[kind]
    expected: list[ColumnElement[bool]] = [
        model.store_id == row.store_id,
        model.deleted_at.is_(None),
        changed <= max(row.watermark or day_ago, day_ago),
    ]
    if kind == "customer":
        expected.append(Customer.external_id.is_not(None))
    if row.since is not None:
        expected.append(changed > row.since + rules.OVERLAP)
    roll = _roll(platform, kind)
    if kind == "order" and roll and roll.reach:
        expected.append(Order.placed_at > now - roll.reach)
    if kind == "checkout":
        expected.append(Checkout.completed_at.is_(None))
        if roll and roll.by_number:
            expected.append(Checkout.number > "")
        if platform.feed and platform.feed.unlisted:
            expected.append(not_(Checkout.external_id.startswith(platform.feed.unlisted)))
        if platform.recovery_lifetime is not None:
            # The store cleans its drafts up by itself (WooCommerce: after a day). That is no
            # word of the shopper's or the merchant's: whom we are asking is still asked.
            tidied = Checkout.updated_at < now - platform.recovery_lifetime
            expected.append(not_((Checkout.state == CheckoutState.ABANDONED) & tidied))
    return expected
