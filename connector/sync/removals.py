"""What the store dropped without a word: we hold it, and a whole night's look did not see it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, not_, select
from sqlalchemy.orm import Session

from connector import records
from connector.commerce import actions as commerce
from connector.commerce.models import Checkout, CheckoutState, Order, Product
from connector.ports.feed import Resource
from connector.ports.platform import Platform
from connector.sync import rules
from connector.sync.models import Cursor, Sighting
from connector.timeline import actions as timeline

MODELS: dict[str, type[Checkout] | type[Order] | type[Product]] = {
    "checkout": Checkout,
    "order": Order,
    "product": Product,
}

_FEW = 20
_NEWEST = timedelta(days=1)


def bury(session: Session, platform: Platform, row: Cursor, now: datetime) -> str:
    """Delete what the finished run `row` did not see; returns why nothing was concluded, if so.

    Nothing is concluded from a list with gaps (what could not be read may be anything), nor
    from one that lacks more than half of what we hold: then the list is wrong, not the store.
    """
    feed = platform.feed
    kinds = feed.tells_removals.get(Resource(row.resource), ()) if feed else ()
    gone: list[tuple[records.Deleted, datetime]] = []
    doubts: list[str] = []
    for kind in () if row.unreadable else kinds:
        missing, held = _missing(session, platform, row, kind, now)
        if len(missing) > max(_FEW, held // 2):
            doubts.append(kind)
        else:
            gone += [(records.Deleted(kind=kind, external_id=one), now) for one in missing]
    timeline.record(session, commerce.keep(session, row.store_id, gone))
    session.execute(delete(Sighting).where(Sighting.cursor_id == row.id))
    lacks = "the store's list lacks most of what it told before, so nothing was removed here: "
    return f"{lacks}{', '.join(doubts)}" if doubts else ""


def _missing(
    session: Session, platform: Platform, row: Cursor, kind: str, now: datetime
) -> tuple[list[str], int]:
    """The names that were to be seen and were not, and how many were to be seen."""
    model = MODELS[kind]
    expected = _expected(platform, row, kind, now)
    seen = select(Sighting.external_id).where(
        Sighting.cursor_id == row.id,
        Sighting.kind == kind,
        Sighting.external_id == model.external_id,
    )
    count = session.scalar(select(func.count()).select_from(model).where(*expected))
    missing = select(model.external_id).where(*expected, ~seen.exists())
    return list(session.scalars(missing)), count or 0


def _expected(
    platform: Platform, row: Cursor, kind: str, now: datetime
) -> list[ColumnElement[bool]]:
    """What a store that still has it must have listed.

    Nothing newer than the newest that was listed counts: it may have come while we looked
    (whatever the store's clock says). What is a day old did not.
    """
    model = MODELS[kind]
    day_ago = (row.started_at or now) - _NEWEST
    expected: list[ColumnElement[bool]] = [
        model.store_id == row.store_id,
        model.deleted_at.is_(None),
        model.updated_at <= max(row.watermark or day_ago, day_ago),
    ]
    if row.since is not None:
        expected.append(model.updated_at > row.since + rules.OVERLAP)
    if kind == "checkout":
        expected.append(Checkout.completed_at.is_(None))
        if platform.feed and platform.feed.unlisted:
            expected.append(not_(Checkout.external_id.startswith(platform.feed.unlisted)))
        if platform.recovery_lifetime is not None:
            # The store cleans its drafts up by itself (WooCommerce: after a day). That is no
            # word of the shopper's or the merchant's: whom we are asking is still asked.
            tidied = Checkout.updated_at < now - platform.recovery_lifetime
            expected.append(not_((Checkout.state == CheckoutState.ABANDONED) & tidied))
    return expected
