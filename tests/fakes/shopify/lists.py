"""Shopify's connections: pages with cursors, and the search language of `query:`."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.fakes.shopify.executor import Invalid

_TERM = re.compile(r"(?P<key>\w+):(?P<mark>>=|<=|>|<)?(?P<value>'[^']*'|\"[^\"]*\"|[^\s)]+)")
_DEFAULT_WARNING = {"message": "Invalid search field for this query.", "code": "invalid_field"}
_COMPARES: dict[str, Callable[[Any, Any], bool]] = {
    "": lambda have, asked: have == asked,
    ">": lambda have, asked: have > asked,
    ">=": lambda have, asked: have >= asked,
    "<": lambda have, asked: have < asked,
    "<=": lambda have, asked: have <= asked,
}


@dataclass(slots=True)
class Search:
    """Keeps what matches a query. An unknown field is ignored with a warning, as Shopify does."""

    warnings: list[dict[str, Any]] = field(default_factory=list)

    def keep(
        self, nodes: Sequence[dict[str, Any]], query: str | None, facts: Facts, *, path: str
    ) -> list[dict[str, Any]]:
        chosen = list(nodes)
        for term in _TERM.finditer(query or ""):
            key, mark, asked = term["key"], term["mark"] or "", term["value"].strip("'\"")
            if key not in facts:
                warning = {"field": key, **_DEFAULT_WARNING}
                parsed = {"field": key, "match_all": asked}
                self.warnings.append(
                    {"path": [path], "query": query, "parsed": parsed, "warnings": [warning]}
                )
                continue
            chosen = [x for x in chosen if _matches(facts[key](x), mark, asked)]
        return chosen


Facts = dict[str, Callable[[dict[str, Any]], Any]]
"""For each search field, what a node holds in it."""


def _matches(have: Any, mark: str, asked: str) -> bool:
    if asked in ("any", "*"):
        return True
    if isinstance(have, list):
        return asked.lower() in [str(one).lower() for one in have]
    try:
        moment = datetime.fromisoformat(str(have))
        return _COMPARES[mark](moment, datetime.fromisoformat(asked))
    except (ValueError, TypeError):
        # Not two times: texts, and the numbers of ids without their gid.
        texts = str(have or "").lower().rpartition("/")[2], asked.lower().rpartition("/")[2]
        return _COMPARES[mark](*texts)


def cursor(node: dict[str, Any]) -> str:
    return base64.b64encode(str(node.get("id", id(node))).encode()).decode()


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
        start = cursors.index(after) + 1 if after in cursors else 0
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
