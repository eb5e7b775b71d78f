"""The bucket of points that Shopify gives every app in every shop, by the store's own clock."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from graphql.language import ast

from tests.fakes.shopify.executor import Execution, Invalid

MOST_FOR_ONE_CALL = 1000
_ROOT = 10


class Bucket:
    """Full until `is_tight`: then every call is taken out, and too much is refused.

    Most tests stand still in time: their points would never come back.
    """

    def __init__(self) -> None:
        self.is_tight = False
        self.throttled = 0
        self.maximum, self.rate = 2000, 100
        self.available = float(self.maximum)
        self.moment: datetime | None = None

    def take(self, execution: Execution, moment: datetime) -> dict[str, Any]:
        """What `extensions.cost` says. Raises Invalid where the call is too large."""
        if not self.is_tight:
            cost = _ROOT * len(execution.roots)
            return self._told(cost, cost, self.maximum - cost)
        cost = _cost(execution)
        if cost > MOST_FOR_ONE_CALL:
            said = f"Query cost is {cost}, which exceeds the single query max cost limit"
            limit = {"cost": cost, "maxCost": MOST_FOR_ONE_CALL}
            raise Invalid(f"{said} ({MOST_FOR_ONE_CALL}).", "MAX_COST_EXCEEDED", **limit)
        if self.moment is not None:
            come_back = (moment - self.moment).total_seconds() * self.rate
            self.available = min(self.maximum, self.available + come_back)
        self.moment = moment
        if cost > self.available:
            self.throttled += 1
            return self._told(cost, None, self.available)
        self.available -= cost
        return self._told(cost, cost, self.available)

    def _told(self, asked: int, actual: int | None, left: float) -> dict[str, Any]:
        return {
            "requestedQueryCost": asked,
            "actualQueryCost": actual,
            "throttleStatus": {
                "maximumAvailable": self.maximum,
                "currentlyAvailable": int(left),
                "restoreRate": self.rate,
            },
        }


def _cost(execution: Execution) -> int:
    if execution.is_mutation:
        return _ROOT * len(execution.roots)
    return max(1, _of(execution, execution.operation.selection_set))


def _of(execution: Execution, selection: ast.SelectionSetNode) -> int:
    """An object costs a point, a connection two and as many of its own as are asked for; things
    asked for by their ids a point each."""
    total = 0
    for node in selection.selections:
        inner = getattr(node, "selection_set", None)
        if inner is None:
            continue
        points = _of(execution, inner)
        asked = _first(execution, node) if isinstance(node, ast.FieldNode) else None
        is_object = isinstance(node, ast.FieldNode)
        if is_object and node.name.value == "nodes" and "ids" in execution.variables:
            total += len(execution.variables["ids"])
        else:
            total += points + is_object if asked is None else 2 + asked * points
    return total


def _first(execution: Execution, node: ast.FieldNode) -> int | None:
    for argument in node.arguments or ():
        if argument.name.value in ("first", "last"):
            value = argument.value
            if isinstance(value, ast.VariableNode):
                return int(execution.variables.get(value.name.value) or 0)
            return int(getattr(value, "value", 0))
    return None
