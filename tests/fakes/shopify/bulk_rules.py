"""What a bulk query may ask for, in the words in which real stores refused it."""

from __future__ import annotations

from typing import Any

from graphql import GraphQLSyntaxError, Visitor, parse, print_ast, visit
from graphql.language import ast

_MOST, _DEEPEST = 5, 2
_LISTS = frozenset({"fulfillments", "refunds", "trackingInfo", "transactions"})


def is_connection(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == {"edges"}


def objections(query: str) -> list[str]:
    """Why the query cannot be run in bulk; empty when it can."""
    try:
        document = parse(query)
    except GraphQLSyntaxError as problem:
        return [f"Invalid bulk query: {problem.message}"]
    (operation,) = document.definitions
    assert isinstance(operation, ast.OperationDefinitionNode)
    if operation.operation is not ast.OperationType.QUERY:
        return ["Invalid operation type. Only `query` operations are supported."]
    look = _Look()
    look.into(operation.selection_set, depth=0, in_list=False)
    found = list(look.said)
    if look.by_nodes:
        found.append(
            "All connection fields in a bulk query must select their contents using 'edges' > "
            f"'node', e.g: '{look.by_nodes[0]} {{ edges {{ node {{'. "
            "Selecting via 'nodes' is not supported. "
            f"Invalid connection fields: '{', '.join(look.by_nodes)}'."
        )
    elif not look.connections:
        found.append("Bulk queries must contain at least one connection.")
    if look.connections > _MOST:
        found.append(f"Bulk queries cannot contain more than {_MOST} connections.")
    return found


class _Look:
    """Walks a selection and counts its connections."""

    def __init__(self) -> None:
        self.connections = 0
        self.by_nodes: list[str] = []
        self.said: dict[str, None] = {}

    def into(self, selection: ast.SelectionSetNode, *, depth: int, in_list: bool) -> None:
        for node in selection.selections:
            if not isinstance(node, ast.FieldNode) or node.selection_set is None:
                continue
            name, inner = node.name.value, _names(node.selection_set)
            if "nodes" in inner:
                self.by_nodes.append(name)
            elif "edges" in inner:
                self._connection(depth=depth, in_list=in_list)
                self.into(node.selection_set, depth=depth + 1, in_list=in_list)
            else:
                self.into(node.selection_set, depth=depth, in_list=in_list or name in _LISTS)

    def _connection(self, *, depth: int, in_list: bool) -> None:
        self.connections += 1
        if depth > _DEEPEST:
            said = f"nesting depth greater than {_DEEPEST}"
            self.said[f"Bulk queries cannot contain connections with a {said}."] = None
        if in_list:
            said = "Queries that contain a connection field within a list field"
            self.said[f"{said} are not currently supported."] = None


def whole(query: str) -> str:
    """The query with every connection asked for to its end."""

    class Widen(Visitor):
        def enter_field(self, node: ast.FieldNode, *_: object) -> ast.FieldNode | None:
            if node.selection_set is None or "edges" not in _names(node.selection_set):
                return None
            first = ast.ArgumentNode(
                name=ast.NameNode(value="first"), value=ast.IntValueNode(value=str(10**9))
            )
            return ast.FieldNode(
                name=node.name,
                alias=node.alias,
                arguments=(*(node.arguments or ()), first),
                directives=node.directives,
                selection_set=node.selection_set,
            )

    return print_ast(visit(parse(query), Widen()))


def _names(selection: ast.SelectionSetNode) -> set[str]:
    return {one.name.value for one in selection.selections if isinstance(one, ast.FieldNode)}
