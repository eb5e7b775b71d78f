"""The notes beside an order: who wrote them, and what a change of status was noted with."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Mapping, Sequence, Set
from typing import Any

import nh3

from adapters.platforms.woocommerce import api, records_orders
from adapters.platforms.woocommerce.fields import Flag, Id, Moment, Payload, Text
from adapters.platforms.woocommerce.status_changes import ENGLISH, Sentences
from connector import records
from connector.errors import AccessLost, Refused, Retryable, Unreadable

# Whoever asks holds the list's last page meanwhile (see look_up).
_LONGEST_SECONDS = 30.0
_MOST_NOTES = 100
_LONGEST_TEXT = 2000

_ITSELF = frozenset({"woocommerce", "system", "ووكومرس", "ووكوميرس", "ووکامرس", "ווקומרס"})
"""How the store signs: __('WooCommerce'), which few translators translate; a version of the API
makes "system" of it. Whatever else a shopper's own step, the end of her draft, is signed with is
the store's name for itself too
(https://github.com/woocommerce/woocommerce/blob/trunk/plugins/woocommerce/includes/rest-api/Controllers/Version3/class-wc-rest-order-notes-controller.php)."""
_DRAFT = records_orders.DRAFT

_BREAKS = re.compile(r"<(?:br|/p|/div|/li)\b[^>]*>", re.IGNORECASE)


class _Note(Payload):
    id = Id(required=True)
    author = Text(load_default="")
    note = Text(load_default="")
    customer_note = Flag(load_default=False)
    date_created_gmt = Moment(required=True)


class _Status(Payload):
    slug = Text(required=True)
    name = Text(load_default="")


_NOTES, _STATUSES = _Note(many=True), _Status(many=True)

Rows = Sequence[Mapping[str, Any]]


def read(store: api.Store, orders: Sequence[str]) -> tuple[records.OrderNotes, ...]:
    """Ask for one order after the other, as long as there is time.

    https://woocommerce.github.io/woocommerce-rest-api-docs/#list-all-order-notes knows no pages,
    no dates and no list over all orders. Where the store fails at one order, what was read before
    is told, and nothing more is asked. Raises AccessLost, Retryable.
    """
    ends = time.monotonic() + _LONGEST_SECONDS
    found: dict[str, Rows | None] = {}
    for name in orders:
        try:
            found[name] = _rows(store, name)
        except Retryable:
            if not found:
                raise
            found[name] = None
            break
        if time.monotonic() > ends:
            break
    told = [one for rows in found.values() for one in rows or ()]
    sentences = Sentences(_statuses(store) if told else ENGLISH)
    sentences = sentences.learn(one["note"] for one in told)
    drafts = {one["author"] for one in told if sentences.split(one["note"]).before == _DRAFT}
    itself = _ITSELF | {one.lower() for one in drafts} | {""}
    return tuple(
        records.OrderNotes(
            order_external_id=name,
            notes=None if rows is None else tuple(_note(one, sentences, itself) for one in rows),
        )
        for name, rows in found.items()
    )


def _rows(store: api.Store, order: str) -> Rows | None:
    """The newest of them, the oldest first: by number, for many are written in one second."""
    if not (order.isascii() and order.isdigit()):
        return None  # no name of an order's: it would become a part of the address
    try:
        rows = api.load(_NOTES, store.get(f"orders/{order}/notes"))
    except (Refused, Unreadable):
        return None  # gone since it was told, or a plugin's own list: the others are read
    told = [{**one, "note": _plain(one["note"])} for one in rows]
    return sorted(told, key=lambda one: int(one["id"]))[-_MOST_NOTES:]


def _statuses(store: api.Store) -> Mapping[str, str]:
    """What the store calls its statuses, in the language in which it writes.

    https://woocommerce.github.io/woocommerce-rest-api-docs/#retrieve-orders-totals
    """
    try:
        rows = api.load(_STATUSES, store.get("reports/orders/totals"))
    except (AccessLost, Refused, Unreadable):
        return ENGLISH  # its reports are shut to this key
    return {one["slug"]: one["name"] for one in rows} or ENGLISH


def _note(row: Mapping[str, Any], sentences: Sentences, itself: Set[str]) -> records.Note:
    split = sentences.split(row["note"])
    return records.Note(
        external_id=row["id"],
        text=split.said[:_LONGEST_TEXT],
        written_at=row["date_created_gmt"],
        author="" if row["author"].lower() in itself else row["author"],
        for_customer=row["customer_note"],
        moved_to=records_orders.state(split.after) if split.after else None,
    )


def _plain(text: str) -> str:
    """What a note says: gateways write links and bold words into it."""
    words = nh3.clean(_BREAKS.sub("\n", text), tags=set())
    return "\n".join(" ".join(one.split()) for one in html.unescape(words).split("\n")).strip()
