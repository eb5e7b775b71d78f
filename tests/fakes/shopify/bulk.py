"""Bulk operations: a query run in the background, its result a JSONL file to be fetched."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

from tests.fakes.shopify import bulk_rules
from tests.fakes.shopify.executor import Execution, Invalid
from tests.fakes.shopify.node_parts import Node, at

if TYPE_CHECKING:
    from tests.fakes.shopify.roots import Roots

_FIRST = 7_933_223_797_042
_RUNNING = frozenset({"CREATED", "RUNNING"})


@dataclass(slots=True)
class Operation:
    """One operation. It is done once it was looked at `polls` times."""

    number: int
    query: str
    grouped: bool
    created_at: datetime
    polls: int
    ends: str = "COMPLETED"
    status: str = "CREATED"
    error: str | None = None
    completed_at: datetime | None = None
    lines: list[str] = field(default_factory=list)
    roots: int = 0

    @property
    def gid(self) -> str:
        return f"gid://shopify/BulkOperation/{self.number}"

    @property
    def file(self) -> bytes:
        return "".join(f"{line}\n" for line in self.lines).encode()


class Bulk:
    """The operations of one shop. `limit` may run at once; `polls` is how long each takes.

    `fails("FAILED", "TIMEOUT")`: the next one that is started ends like that.
    """

    def __init__(self) -> None:
        self.operations: dict[str, Operation] = {}
        self.limit, self.polls, self.gives_parts = 5, 1, True
        self._failures: deque[tuple[str, str | None]] = deque()

    def fails(self, status: str = "FAILED", error: str | None = "INTERNAL_SERVER_ERROR") -> None:
        self._failures.append((status, error if status == "FAILED" else None))

    @property
    def running(self) -> list[Operation]:
        return [one for one in self.operations.values() if one.status in _RUNNING]

    def start(self, query: str, *, grouped: bool, moment: datetime) -> Operation:
        number = _FIRST + 32768 * len(self.operations)
        operation = Operation(number, query, grouped, moment, self.polls)
        if self._failures:
            operation.ends, operation.error = self._failures.popleft()
        self.operations[operation.gid] = operation
        return operation

    def file(self, request: Request, name: str) -> Response:
        """The result, in parts where parts are asked for. It wants no token, only its address."""
        operation = self.operations.get(f"gid://shopify/BulkOperation/{name}")
        if operation is None or operation.status != "COMPLETED":
            return Response("<Error><Code>NoSuchKey</Code></Error>", 404)
        body = operation.file
        response = Response(body, 200, content_type="application/jsonl")
        if not self.gives_parts:
            return response
        return response.make_conditional(request, accept_ranges=True, complete_length=len(body))


_ENDS_BY_ITSELF = timedelta(minutes=10)
"""An operation that nobody asks about ends all the same."""


class BulkRoots:
    """The fields of Query and Mutation that start and watch them."""

    def __init__(self, bulk: Bulk, roots: Roots) -> None:
        self.bulk, self.roots = bulk, roots

    def queries(self) -> Node:
        return {"bulkOperation": self.look}

    def mutations(self) -> Node:
        return {"bulkOperationRunQuery": self.run, "bulkOperationCancel": self.cancel}

    def run(self, query: str, groupObjects: bool = False) -> Node:  # noqa: N803 # Shopify's argument
        payload: Node = {"__typename": "BulkOperationRunQueryPayload", "bulkOperation": None}
        refusals = [_refusal(said, "INVALID", ["query"]) for said in bulk_rules.objections(query)]
        for forgotten in self.bulk.running:
            if self.roots.memory.now() - forgotten.created_at > _ENDS_BY_ITSELF:
                forgotten.polls = 0
                self._go_on(forgotten)
        running = ", ".join(one.gid for one in self.bulk.running)
        if not refusals and len(self.bulk.running) >= self.bulk.limit:
            said = (
                f"A bulk query operation for this app and shop is already in progress: {running}."
            )
            refusals = [_refusal(said, "OPERATION_IN_PROGRESS", None)]
        if refusals:
            return {**payload, "userErrors": refusals}
        moment = self.roots.memory.now()
        made = self.bulk.start(query, grouped=groupObjects, moment=moment)
        return {**payload, "bulkOperation": self._node(made), "userErrors": []}

    def cancel(self, id: str) -> Node:  # noqa: A002 # Shopify's argument
        operation = self.bulk.operations.get(id)
        if operation is not None and operation.status in _RUNNING:
            operation.status = "CANCELED"
        payload: Node = {"__typename": "BulkOperationCancelPayload", "userErrors": []}
        return {**payload, "bulkOperation": self._node(operation) if operation else None}

    def look(self, id: str) -> Node | None:  # noqa: A002 # Shopify's argument
        operation = self.bulk.operations.get(id)
        if operation is None:
            return None
        if operation.status in _RUNNING:
            self._go_on(operation)
        return self._node(operation)

    def _go_on(self, operation: Operation) -> None:
        if operation.polls > 0:
            operation.status, operation.polls = "RUNNING", operation.polls - 1
            return
        operation.status, operation.completed_at = operation.ends, self.roots.memory.now()
        if operation.status == "COMPLETED":
            self._work(operation)

    def _work(self, operation: Operation) -> None:
        try:
            data = Execution(bulk_rules.whole(operation.query), {}).run(self.roots.query())
        except Invalid as refused:
            denied = refused.error["extensions"]["code"] == "ACCESS_DENIED"
            operation.status = "FAILED"
            operation.error = "ACCESS_DENIED" if denied else "INTERNAL_SERVER_ERROR"
            return
        (connection,) = data.values()
        operation.roots = len(connection["edges"])
        later: list[str] = []
        for edge in connection["edges"]:
            for node in _flat(edge["node"], None):
                apart = "__parentId" in node and not operation.grouped
                (later if apart else operation.lines).append(json.dumps(node, ensure_ascii=False))
        operation.lines += later

    def _node(self, one: Operation) -> Node:
        done = one.status == "COMPLETED"
        url = f"{self.roots.store.base_url}/bulk/{one.number}.jsonl?GoogleAccessId=practice"
        return {
            "__typename": "BulkOperation",
            "id": one.gid,
            "status": one.status,
            "type": "QUERY",
            "errorCode": one.error if one.status == "FAILED" else None,
            "createdAt": at(one.created_at),
            "completedAt": at(one.completed_at),
            "objectCount": str(len(one.lines)),
            "rootObjectCount": str(one.roots),
            "fileSize": str(len(one.file)) if done and one.lines else None,
            "url": url if done and one.lines else None,
            "partialDataUrl": None,
            "query": one.query,
        }


def _flat(node: dict[str, Any], parent: str | None) -> Iterator[dict[str, Any]]:
    """A node without its connections, then what they held, each naming its parent."""
    inner = {key: value for key, value in node.items() if bulk_rules.is_connection(value)}
    own = {key: value for key, value in node.items() if key not in inner}
    yield own if parent is None else {**own, "__parentId": parent}
    for connection in inner.values():
        for edge in connection["edges"]:
            yield from _flat(edge["node"], node["id"])


def _refusal(message: str, code: str, field_path: list[str] | None) -> Node:
    said = {"__typename": "BulkOperationUserError", "message": message}
    return {**said, "code": code, "field": field_path}
