"""Shopify's connections: pages with cursors."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import Any

from tests.fakes.shopify.executor import Invalid


def cursor(node: dict[str, Any]) -> str:
    """A place in the order of changes: what is changed meanwhile moves, the place does not."""
    place = f"{node.get('updatedAt', '')} {node.get('id', id(node))}"
    return base64.b64encode(place.encode()).decode()


def _behind(after: str | None, cursors: Sequence[str]) -> int:
    if after is None:
        return 0
    if after in cursors:
        return cursors.index(after) + 1
    try:
        place = base64.b64decode(after, validate=True).decode()
    except ValueError as problem:
        raise Invalid(f"'{after}' is not a valid cursor", "BAD_REQUEST") from problem
    return sum(base64.b64decode(one).decode() <= place for one in cursors)


def connection(nodes: Sequence[dict[str, Any]], kind: str) -> Callable[..., dict[str, Any]]:
    """A field that is paged with first/after or last/before."""

    def page(
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
        reverse: bool = False,
        **_: Any,
    ) -> dict[str, Any]:
        if first is None and last is None:
            said = f"you must provide one of first or last (field '{kind}')"
            raise Invalid(said, "BAD_REQUEST")
        found = list(reversed(nodes)) if reverse else list(nodes)
        cursors = [cursor(one) for one in found]
        start = _behind(after, cursors)
        end = cursors.index(before) if before in cursors else len(found)
        if first is not None:
            end = min(end, start + first)
        else:
            start = max(start, end - (last or 0))
        return _shown(found[start:end], kind, more=end < len(found), earlier=start > 0)

    return page


def _shown(
    shown: Sequence[dict[str, Any]], kind: str, *, more: bool, earlier: bool
) -> dict[str, Any]:
    return {
        "__typename": f"{kind}Connection",
        "nodes": list(shown),
        "edges": [
            {"__typename": f"{kind}Edge", "cursor": cursor(one), "node": one} for one in shown
        ],
        "pageInfo": {
            "__typename": "PageInfo",
            "hasNextPage": more,
            "hasPreviousPage": earlier,
            "startCursor": cursor(shown[0]) if shown else None,
            "endCursor": cursor(shown[-1]) if shown else None,
        },
    }
