"""Shopify's own mail to shoppers who left a checkout, as its list of checkouts shows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.platforms.shopify import documents, feed_records
from adapters.platforms.shopify.api import at
from connector import clock
from connector.errors import Retryable
from connector.ports.notices import Code, Notice
from connector.ports.platform import CheckoutFacts

LOOKS_BACK = timedelta(days=7)
"""No API tells whether the mail is switched on, only that it went: a week without one is off."""

STATES = ("sent", "scheduled", "not_sent")
NEARBY = timedelta(minutes=30)
"""How far apart webhook and list may be about when a checkout began."""

_LEFT = ("abandonedCheckouts", "nodes")


def look(call: Callable[..., Mapping[str, Any]], now: datetime) -> tuple[Notice, ...]:
    """See TellsOwnMails.

    `email_state` is a filter of the list, and no field of a checkout:
    https://shopify.dev/docs/api/admin-graphql/2026-07/queries/abandonedCheckouts#arguments-query
    Shopify ignores filters it does not know, so what is "sent" and "not sent" at once shows
    that this one was ignored, and nothing is said then.
    """
    since = _said(now - LOOKS_BACK)
    searches = {state: f"email_state:{state} AND created_at:>='{since}'" for state in STATES}
    variables = {"sent": searches["sent"], "scheduled": searches["scheduled"],
                 "notSent": searches["not_sent"]}  # fmt: skip
    answer = call(documents.OWN_MAILS, variables)
    sent, scheduled, not_sent = (_newest(answer, name) for name in variables)
    if {at(sent, "id"), at(scheduled, "id")} & {at(not_sent, "id")} - {None}:
        return ()
    left = [moment for one in (sent, scheduled) if (moment := _left_at(one)) is not None]
    if not left:
        return ()
    return (Notice(code=Code.SHOPIFY_MAIL, facts={"left_at": max(left).isoformat()}),)


def written_at(call: Callable[..., Mapping[str, Any]], checkout: CheckoutFacts) -> datetime | None:
    """When Shopify wrote about this checkout; the moment she left where it does not say when.

    A checkout is known by its token, which only its recovery link tells: those written about
    that began at the same time are looked through.
    """
    began = checkout.created_at
    search = (
        f"email_state:sent AND created_at:>='{_said(began - NEARBY)}'"
        f" AND created_at:<='{_said(began + NEARBY)}'"
    )
    nodes = at(call(documents.CHECKOUTS_WRITTEN_ABOUT, {"search": search}), *_LEFT)
    if not isinstance(nodes, list):
        raise Retryable("Shopify answered without the list of checkouts")
    for node in nodes:
        gid = at(node, "id")
        if not isinstance(gid, str):
            continue  # a place in the list whose checkout could not be told
        if feed_records.checkout_names(gid, at(node, "abandonedCheckoutUrl"))[0] == (
            checkout.external_id
        ):
            return _sent_at(call(documents.ABANDONMENT, {"id": gid}), _left_at(node))
    return None


def _sent_at(answer: Mapping[str, Any], left_at: datetime | None) -> datetime | None:
    """None too where the abandonment itself says that nothing was sent: the filter was ignored."""
    abandonment = at(answer, "abandonmentByAbandonedCheckoutId")
    if at(abandonment, "emailState") in {None, "NOT_SENT", "SCHEDULED"}:
        return None
    sent_at = at(abandonment, "emailSentAt")
    try:
        return clock.parse(sent_at) if isinstance(sent_at, str) else left_at
    except ValueError:
        return left_at


def _said(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _newest(answer: Mapping[str, Any], name: str) -> Any:
    nodes = at(answer, name, "nodes")
    if not isinstance(nodes, list):
        raise Retryable("Shopify answered without the list of checkouts")
    return at(nodes, 0)


def _left_at(checkout: Any) -> datetime | None:
    created_at = at(checkout, "createdAt")
    try:
        return clock.parse(created_at) if isinstance(created_at, str) else None
    except ValueError as problem:
        raise Retryable("Shopify told a checkout without its time") from problem
