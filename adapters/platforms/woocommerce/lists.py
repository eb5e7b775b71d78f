"""A list of the REST API read to its end, though it changes while it is read.

Pages by number skip: when something is deleted, all that follows moves up by one, and the
first of the next page was never on any. So lists are read in the order of their ids, and every
page begins with the last item of the page before: if that is not there any more, we step back
until we find something known. What is new comes last, with a higher id.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.platforms.woocommerce import api
from connector import clock
from connector.errors import Refused, Unreadable

PER_PAGE = 100
"""The most that WooCommerce gives at once."""

_STEPS_BACK = (1, 20, 500)
_NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class List:
    """One list: its path, what is always asked, and whether it can be asked for changes."""

    path: str
    params: Mapping[str, str]
    per_page: int = PER_PAGE
    knows_changes: bool = True


@dataclass(frozen=True, slots=True)
class _Place:
    """How far we are: how many items lie behind, the last one's id, and the first one's."""

    behind: int = 0
    last: int = 0
    first: int = 0

    @classmethod
    def of(cls, cursor: str) -> _Place:
        if not cursor:
            return cls()
        try:
            behind, last, first = (int(part) for part in cursor.split(":"))
        except ValueError as problem:
            raise Refused("not a cursor of ours", code="expired_cursor") from problem
        return cls(behind, last, first)

    def __str__(self) -> str:
        return f"{self.behind}:{self.last}:{self.first}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Items that were not in an earlier part; `cursor` "": these were the last."""

    items: list[dict[str, Any]]
    cursor: str
    total: int | None
    start: _Place = _Place()

    def after(self, count: int) -> str:
        """The cursor of what follows the first `count` of these items."""
        if count == len(self.items):
            return self.cursor
        last = number(self.items[count - 1])
        return str(_Place(self.start.behind + count, last, self.start.first))


def read(store: api.Store, listed: List, cursor: str, *, since: datetime | None) -> Part:
    """The part at this cursor. Raises as `api.Store`, and Unreadable for what is no list."""
    if since is not None and not listed.knows_changes:
        return _newest(store, listed, cursor, since)
    place = _Place.of(cursor)
    for back in (*_STEPS_BACK, place.behind):
        offset = max(place.behind - back, 0)
        items = _items(store, listed, offset, since)
        total = store.total
        if offset == 0 or (items and number(items[0]) <= place.last):
            break
    ids = [number(one) for one in items]
    if offset and ids[0] == place.first:
        raise Refused(
            "the store gives the same page whatever is asked: a caching plugin answers for it",
            code="page_loop",
        )
    fresh = [one for one, its in zip(items, ids, strict=True) if its > place.last]
    onward = _Place(
        offset + len(items), max([place.last, *ids]), place.first or min(ids, default=0)
    )
    ended = len(items) < listed.per_page
    return Part(items=fresh, cursor="" if ended else str(onward), total=total)


def _items(
    store: api.Store, listed: List, offset: int, since: datetime | None
) -> list[dict[str, Any]]:
    params = {
        **listed.params,
        "per_page": str(listed.per_page),
        "offset": str(offset),
        "orderby": "id",
        "order": "asc",
    }
    if since is not None:
        params |= {"modified_after": just_before(since), "dates_are_gmt": "true"}
    return rows(store.get(listed.path, params=params))


def _newest(store: api.Store, listed: List, cursor: str, since: datetime) -> Part:
    """The newest first, until one is older than `since`: all that can be asked of customers,
    for whom WooCommerce ignores `modified_after`. Who was changed is found at night."""
    page = int(cursor.removeprefix(_NEWEST)) if cursor.startswith(_NEWEST) else 1
    params = {
        **listed.params,
        "per_page": str(listed.per_page),
        "page": str(page),
        "orderby": "registered_date",
        "order": "desc",
    }
    found = rows(store.get(listed.path, params=params))
    fresh = [one for one in found if _made_at(one) >= since]
    ended = len(fresh) < listed.per_page
    return Part(items=fresh, cursor="" if ended else f"{_NEWEST}{page + 1}", total=None)


def _made_at(item: Mapping[str, Any]) -> datetime:
    try:
        return clock.parse(item.get("date_created_gmt") or "", naive_is_utc=True)
    except ValueError:
        return datetime.max.replace(tzinfo=UTC)  # without a date it may be new


def rows(answer: Any) -> list[dict[str, Any]]:
    """The objects of a list. Raises Unreadable."""
    if not isinstance(answer, list) or not all(isinstance(one, dict) for one in answer):
        raise Unreadable("the store's answer is no list")
    return answer


def number(item: Mapping[str, Any]) -> int:
    """An item's id. Raises Unreadable."""
    said = item.get("id")
    if isinstance(said, int) and not isinstance(said, bool):
        return said
    raise Unreadable("an item of the store's list has no id")


def just_before(moment: datetime) -> str:
    """`modified_after` is strictly greater, to the second, and naive with dates_are_gmt: with
    a Z it would answer nothing at all."""
    earlier = moment.astimezone(UTC) - timedelta(seconds=1)
    return earlier.strftime("%Y-%m-%dT%H:%M:%S")
