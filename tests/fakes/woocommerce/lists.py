"""Which orders, products, customers a list request asks for, with WooCommerce's own oddities."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from werkzeug.wrappers import Request

from tests.fakes import ledger
from tests.fakes.woocommerce.answers import invalid

STATUSES = (
    "any, trash, auto-draft, pending, processing, on-hold, completed, cancelled, refunded, "
    "failed, and checkout-draft"
)
_KNOWN = frozenset(STATUSES.replace("and ", "").split(", "))
_SORTED_BY = {
    "date": "date_created_gmt",
    "registered_date": "date_created_gmt",
    "modified": "date_modified_gmt",
    "id": "id",
}

Payload = dict[str, Any]


def moment(request: Request, name: str, zone: ZoneInfo) -> str | None:
    """A date parameter as the GMT text that dates are compared with.

    Without an offset it is store time, or GMT with `dates_are_gmt`. With an offset *and* the
    flag, WooCommerce converts twice and shifts the border by the store's own offset.
    """
    text = request.args.get(name)
    if text is None:
        return None
    try:
        said = datetime.fromisoformat(text)
    except ValueError as problem:
        raise invalid(name, "rest_invalid_date", "Invalid date.") from problem
    is_gmt = request.args.get("dates_are_gmt", "").lower() in ("true", "1")
    if said.tzinfo is None:
        said = said.replace(tzinfo=UTC if is_gmt else zone)
    elif is_gmt:
        said = said.astimezone(zone).replace(tzinfo=UTC)
    return f"{said.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"


def within_dates(request: Request, zone: ZoneInfo, found: Iterable[Payload]) -> list[Payload]:
    """after, before, modified_after, modified_before: strictly, in whole seconds."""
    chosen = list(found)
    for prefix, field in (("", "date_created_gmt"), ("modified_", "date_modified_gmt")):
        after = moment(request, f"{prefix}after", zone)
        before = moment(request, f"{prefix}before", zone)
        if after is not None:
            chosen = [one for one in chosen if one[field] > after]
        if before is not None:
            chosen = [one for one in chosen if one[field] < before]
    return chosen


def ordered(request: Request, found: Iterable[Payload]) -> list[Payload]:
    """Newest first unless asked otherwise; equal dates by id, so that pages do not overlap."""
    by = _SORTED_BY.get(request.args.get("orderby", "date"), "date_created_gmt")
    newest_first = request.args.get("order", "desc") == "desc"
    return sorted(found, key=lambda one: (one[by], one["id"]), reverse=newest_first)


def of_status(request: Request, found: Iterable[Payload]) -> list[Payload]:
    """No status at all means any, drafts included."""
    asked = request.args.getlist("status") + request.args.getlist("status[]")
    wanted = {word for text in asked[-1:] for word in text.split(",")}
    if not wanted <= _KNOWN:
        message = f"status[0] is not one of {STATUSES}."
        raise invalid("status", "rest_not_in_enum", message)
    everything = not wanted or "any" in wanted
    return [
        one for one in found if one["status"] in (_KNOWN if everything else wanted)
    ]  # a status that a plugin keeps out of lists is in none


def matching(request: Request, found: Iterable[Payload], **tests: str) -> list[Payload]:
    """Keep what equals the query parameters named in `tests` (parameter = field)."""
    chosen = list(found)
    for parameter, field in tests.items():
        asked = request.args.get(parameter)
        if asked is not None:
            chosen = [one for one in chosen if str(one[field]).lower() == asked.lower()]
    return chosen


def included(request: Request, found: Iterable[Payload]) -> list[Payload]:
    asked = request.args.get("include")
    wanted = {int(text) for text in asked.split(",")} if asked else None
    return [one for one in found if wanted is None or one["id"] in wanted]


def notes(request: Request, found: Iterable[ledger.Note]) -> list[ledger.Note]:
    """All of an order's, or by `type` those that its customer sees, or does not."""
    shown = {"customer": (True,), "internal": (False,)}.get(
        request.args.get("type", ""), (True, False)
    )
    return [one for one in found if one.for_customer in shown]


def searching(request: Request, found: Iterable[Payload]) -> list[Payload]:
    """`search` of orders looks into the addresses, the mail address among them."""
    needle = request.args.get("search", "").lower()
    return [
        one for one in found if not needle or needle in " ".join(one["billing"].values()).lower()
    ]
