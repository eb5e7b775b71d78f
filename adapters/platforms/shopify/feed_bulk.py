"""The feed in bulk: an operation started in the store, waited for, and its file read in slices.

https://shopify.dev/docs/api/usage/bulk-operations/queries
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from adapters.platforms.shopify import feed_records
from adapters.platforms.shopify.api import at
from adapters.platforms.shopify.feed_documents import BULK, QUERIES, RUN_BULK
from adapters.platforms.shopify.feed_slices import EXPIRED, Results
from connector.errors import AccessLost, Permanent, Refused, Retryable
from connector.ports.feed import Page, Resource
from connector.records import Record

Call = Callable[..., Mapping[str, Any]]

BY_PAGES = "page:"
"""The cursor that goes on page by page, from the beginning: bulk does not work in this store."""

START = "start:1"
"""The cursor that starts an operation."""

_TRIES = 2
# Seconds until it is worth asking again: small stores are done in two, large ones in minutes.
_SOON, _LATER, _BUSY = 2.0, 10.0, 20.0
_LARGE = 1000

_CURSOR = re.compile(
    r"(?:start|bulk:(?P<id>\d{1,20}):(?P<offset>\d{1,15})):(?P<tries>\d)", re.ASCII
)
_WAITING = frozenset({"CREATED", "RUNNING", "CANCELING"})
_IN_PROGRESS = frozenset({"OPERATION_IN_PROGRESS", "LIMIT_REACHED"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a bulk fetch has come to: an operation ("" when none runs yet), a byte, a try."""

    operation: str = ""
    offset: int = 0
    tries: int = 1

    @classmethod
    def of(cls, cursor: str) -> Place:
        """Raises Refused "expired_cursor" for what is no place of ours."""
        if not cursor:
            return cls()
        found = _CURSOR.fullmatch(cursor)
        if not found:
            raise Refused("this cursor is not one of the feed", code=EXPIRED)
        return cls(found["id"] or "", int(found["offset"] or 0), int(found["tries"]))

    def __str__(self) -> str:
        if not self.operation:
            return f"start:{self.tries}"
        return f"bulk:{self.operation}:{self.offset}:{self.tries}"


def page(call: Call, results: Results, resource: Resource, cursor: str, search: str) -> Page:
    """Start, wait or read on, whatever the cursor says is next."""
    place = Place.of(cursor)
    if not place.operation:
        return _start(call, resource, search, place.tries)
    try:
        operation = _operation(call, place)
    except (AccessLost, Refused):
        raise
    except Permanent:
        return Page(cursor=BY_PAGES)  # a version of the API that cannot be asked for one operation
    status = at(operation, "status")
    if operation is None or status == "EXPIRED":
        return _gone("Shopify has forgotten the bulk operation", place)
    if status in _WAITING:
        large = _whole(at(operation, "objectCount")) > _LARGE
        return Page(cursor=cursor, wait_seconds=_LATER if large else _SOON)
    if status == "COMPLETED":
        return _read(results, resource, place, operation)
    return _failed(operation, place)


def _start(call: Call, resource: Resource, search: str, tries: int) -> Page:
    """A second operation, should an answer get lost, costs Shopify's time and nothing else."""
    try:
        answer = call(RUN_BULK, {"query": QUERIES[resource].in_bulk(search)})
    except AccessLost:
        raise
    except Permanent:
        # Some tokens may not run bulk operations. Whatever else it is, the pages will say it.
        return Page(cursor=BY_PAGES)
    made = at(answer, "bulkOperationRunQuery")
    found = re.search(r"(\d{1,20})$", str(at(made, "bulkOperation", "id") or ""), re.ASCII)
    if found:
        return Page(cursor=str(Place(found[1], 0, tries)), wait_seconds=_SOON)
    errors = at(made, "userErrors") or []
    if any(_is_busy(error) for error in errors):
        return Page(cursor=str(Place(tries=tries)), wait_seconds=_BUSY)
    return Page(cursor=BY_PAGES)


def _is_busy(error: object) -> bool:
    """`code` may be null in the schema; the words are those of versions before it had one."""
    said = str(at(error, "message") or "")
    return at(error, "code") in _IN_PROGRESS or "already in progress" in said


def _operation(call: Call, place: Place) -> Any:
    gid = f"gid://shopify/BulkOperation/{place.operation}"
    return at(call(BULK, {"id": gid}), "bulkOperation")


def _read(results: Results, resource: Resource, place: Place, operation: Any) -> Page:
    total, url = _whole(at(operation, "rootObjectCount")), at(operation, "url")
    if url is None:
        return Page(total=total)  # nothing found, no file
    try:
        found = results.read(str(url), place.offset)
    except Refused as refusal:
        if refusal.code != EXPIRED:
            raise
        return _gone(str(refusal), place)
    records: list[Record] = []
    unreadable = list(found.unreadable)
    for thing in found.things:
        read, problem = feed_records.read(resource, thing.node, thing.children)
        records += read
        unreadable += [problem] if problem else []
    on = found.next_offset
    return Page(
        records=tuple(records),
        unreadable=tuple(unreadable),
        total=total,
        cursor="" if on is None else str(Place(place.operation, on, place.tries)),
    )


def _failed(operation: Any, place: Place) -> Page:
    """FAILED, CANCELED: once more from the beginning, then page by page.

    A `partialDataUrl` is left alone: what it holds is asked for again anyway, and twice is once.
    """
    code = at(operation, "errorCode")
    if code == "ACCESS_DENIED":
        raise Refused("Shopify denies access to the bulk operation", code=code)
    if at(operation, "status") not in {"FAILED", "CANCELED"}:
        raise Retryable("Shopify tells a status of the bulk operation that nobody knows")
    return _once_more(place)


def _gone(why: str, place: Place) -> Page:
    """What was begun cannot be read to its end; what was never readable is not waited for long.

    Raises Refused "expired_cursor" once something was read.
    """
    if place.offset:
        raise Refused(why, code=EXPIRED)
    return _once_more(place)


def _once_more(place: Place) -> Page:
    if place.tries < _TRIES:
        return Page(cursor=str(Place(tries=place.tries + 1)), wait_seconds=_SOON)
    return Page(cursor=BY_PAGES)


def _whole(value: object) -> int:
    """UnsignedInt64 comes as a text."""
    return int(value) if isinstance(value, int | str) and str(value).isdecimal() else 0
