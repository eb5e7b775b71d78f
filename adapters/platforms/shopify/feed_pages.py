"""The feed page by page: what changed since a moment, in the order in which it changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from adapters.platforms.shopify import api, feed_records
from adapters.platforms.shopify.api import at
from adapters.platforms.shopify.feed_documents import QUERIES, Query
from adapters.platforms.shopify.pace import Throttled
from connector.errors import AccessLost, Permanent, Refused, Retryable
from connector.ports.feed import Page, Resource
from connector.records import Record

Call = Callable[..., Mapping[str, Any]]

CHILDREN = 10
"""Lines asked for with their order: nearly always all. The others come in calls of their own."""

_MOST_PAGES_OF_CHILDREN = 100


class Pages:
    """Reads pages. Remembers, for this process, how large they may be.

    A page that costs too much is asked for again at half its size: what a query costs is
    Shopify's to say, and it changes. https://shopify.dev/docs/api/usage/limits
    """

    def __init__(self) -> None:
        self._sizes: dict[Resource, int] = {}

    def page(self, call: Call, resource: Resource, after: str, search: str) -> Page:
        """The page after this cursor of Shopify's own; `Page.cursor` is the next one, bare."""
        query = QUERIES[resource]
        connection = self._connection(call, resource, after, search)
        nodes, info = at(connection, "nodes"), at(connection, "pageInfo")
        if not isinstance(nodes, list) or not isinstance(info, dict):
            raise Retryable(f"Shopify answered without the list of {resource}")
        found: list[Record] = []
        unreadable: list[str] = []
        for node in nodes:
            records, problem = feed_records.read(resource, node, _children(call, query, node))
            found += records
            unreadable += [problem] if problem else []
        cursor = info.get("endCursor") if info.get("hasNextPage") else ""
        if not isinstance(cursor, str) or (cursor and cursor == after):
            raise Retryable(f"Shopify's pages of {resource} lead nowhere")
        total = None if after or cursor else len(nodes)
        return Page(records=tuple(found), cursor=cursor, unreadable=tuple(unreadable), total=total)

    def _connection(self, call: Call, resource: Resource, after: str, search: str) -> Any:
        query = QUERIES[resource]
        size = self._sizes.get(resource, query.size)
        while True:
            variables = {"first": size, "after": after or None, "search": search or None}
            if query.child:
                variables["children"] = min(CHILDREN, size)
            try:
                return at(call(query.page, variables), query.root)
            except Refused as problem:
                if problem.code != api.TOO_COSTLY or size == 1:
                    raise
                size //= 2
                self._sizes[resource] = size


def count(call: Call, resource: Resource, search: str) -> int | None:
    """How many there are; None where Shopify does not say."""
    query = QUERIES[resource]
    try:
        found = at(call(query.count, {"search": search or None}), f"{query.root}Count", "count")
    except (AccessLost, Throttled):
        raise
    except (Permanent, Retryable):
        return None  # a progress bar's wish: whatever it is that forbids it, the page will tell
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def since_search(since: datetime | None) -> str:
    """The search in Shopify's syntax, whole seconds: https://shopify.dev/docs/api/usage/search-syntax"""
    if since is None:
        return ""
    return f"updated_at:>='{since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}'"


def _children(call: Call, query: Query, node: Any) -> list[Any]:
    """All children of a node, those beyond its own page fetched as well."""
    if not query.child:
        return []
    connection = at(node, query.child)
    found = _nodes(connection)
    for _ in range(_MOST_PAGES_OF_CHILDREN):
        if not at(connection, "pageInfo", "hasNextPage"):
            return found
        after = at(connection, "pageInfo", "endCursor")
        answer = call(query.more_children, {"id": at(node, "id"), "after": after})
        connection = at(answer, "node", query.child)
        found += _nodes(connection)
    raise Retryable(f"{at(node, 'id')} has no end")


def _nodes(connection: Any) -> list[Any]:
    nodes = at(connection, "nodes")
    if not isinstance(nodes, list):
        raise Retryable("Shopify answered with a thing that lacks its parts")
    return list(nodes)
