"""Runs any GraphQL selection over plain dicts, refusing the field that is not there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from graphql import GraphQLSyntaxError, parse
from graphql.language import ast

Node = Mapping[str, Any]
"""A field's value, or a function of the field's arguments (given by name)."""

# Interfaces that fragments name; every other type condition is compared with `__typename`.
_INTERFACES = frozenset(
    ("Node", "LegacyInteroperability", "CommentEventSubject", "HasMetafields", "DisplayableError")
)


class Invalid(Exception):
    """The document is refused before anything is done, as `errors` beside no data."""

    def __init__(self, message: str, code: str, **extensions: Any) -> None:
        super().__init__(message)
        self.error = {"message": message, "extensions": {"code": code, **extensions}}


class Execution:
    """One document with its variables. `roots` are the fields asked for at the top."""

    def __init__(self, query: str, variables: Mapping[str, Any], name: str | None = None) -> None:
        try:
            document = parse(query)
        except GraphQLSyntaxError as problem:
            raise Invalid(f"syntax error: {problem.message}", "PARSE_ERROR") from problem
        operations = [x for x in document.definitions if isinstance(x, ast.OperationDefinitionNode)]
        chosen = [x for x in operations if name is None or (x.name and x.name.value == name)]
        if len(chosen) != 1:
            raise Invalid("An operation name is required", "operationNameRequired")
        self.operation = chosen[0]
        self.fragments = {
            x.name.value: x
            for x in document.definitions
            if isinstance(x, ast.FragmentDefinitionNode)
        }
        self.variables = self._variables(variables)

    @property
    def is_mutation(self) -> bool:
        return self.operation.operation is ast.OperationType.MUTATION

    @property
    def roots(self) -> tuple[str, ...]:
        nodes = self.operation.selection_set.selections
        return tuple(x.name.value for x in nodes if isinstance(x, ast.FieldNode))

    def _variables(self, given: Mapping[str, Any]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for definition in self.operation.variable_definitions or ():
            name = definition.variable.name.value
            if name in given:
                values[name] = given[name]
            elif definition.default_value is not None:
                values[name] = self._value(definition.default_value)
            if isinstance(definition.type, ast.NonNullTypeNode) and values.get(name) is None:
                said = f"Variable ${name} of a required type was provided invalid value"
                problem = {"path": [], "explanation": "Expected value to not be null"}
                raise Invalid(said, "INVALID_VARIABLE", value=None, problems=[problem])
        return values

    def run(self, root: Node) -> dict[str, Any]:
        return self._select(self.operation.selection_set, root, path=())

    def _select(
        self, selection: ast.SelectionSetNode, source: Node, *, path: tuple[str, ...]
    ) -> dict[str, Any]:
        said: dict[str, Any] = {}
        for node in selection.selections:
            if not self._wanted(node):
                continue
            if isinstance(node, ast.FieldNode):
                key = node.alias.value if node.alias else node.name.value
                value = self._field(node, source, path=(*path, key))
                said[key] = _merged(said[key], value) if key in said else value
            else:
                inner = self._inner(node, source, path=path)
                for key, value in inner.items():
                    said[key] = _merged(said[key], value) if key in said else value
        return said

    def _inner(self, node: ast.Node, source: Node, *, path: tuple[str, ...]) -> dict[str, Any]:
        """What a fragment adds; nothing when it is for another type."""
        if isinstance(node, ast.FragmentSpreadNode):
            node = self.fragments[node.name.value]
        assert isinstance(node, ast.FragmentDefinitionNode | ast.InlineFragmentNode)
        condition = node.type_condition
        kind = source.get("__typename")
        if condition and condition.name.value not in (kind, *_INTERFACES):
            return {}
        return self._select(node.selection_set, source, path=path)

    def _field(self, node: ast.FieldNode, source: Node, *, path: tuple[str, ...]) -> Any:
        name = node.name.value
        if name not in source:
            kind = source.get("__typename", "?")
            said = f"Field '{name}' doesn't exist on type '{kind}'"
            raise Invalid(said, "undefinedField", typeName=kind, fieldName=name)
        value = source[name]
        if callable(value):
            arguments = {x.name.value: self._value(x.value) for x in node.arguments or ()}
            value = _called(value, arguments, name=name)
        return self._completed(node, value, path=path)

    def _completed(self, node: ast.FieldNode, value: Any, *, path: tuple[str, ...]) -> Any:
        if isinstance(value, list):
            return [self._completed(node, one, path=path) for one in value]
        if isinstance(value, Mapping):
            if node.selection_set is None:
                said = f"Field must have selections (field '{node.name.value}')"
                raise Invalid(said, "selectionMismatch", nodeName=f"field '{node.name.value}'")
            return self._select(node.selection_set, value, path=path)
        return value

    def _wanted(self, node: ast.SelectionNode) -> bool:
        """@include and @skip."""
        for directive in node.directives or ():
            holds = self._value((directive.arguments or ())[0].value)
            if bool(holds) is (directive.name.value == "skip"):
                return False
        return True

    def _value(self, node: ast.ValueNode) -> Any:
        """A literal or variable as Python has it; enums are their names."""
        if isinstance(node, ast.VariableNode):
            return self.variables.get(node.name.value)
        if isinstance(node, ast.ListValueNode):
            return [self._value(one) for one in node.values]
        if isinstance(node, ast.ObjectValueNode):
            return {field.name.value: self._value(field.value) for field in node.fields}
        if isinstance(node, ast.IntValueNode):
            return int(node.value)
        if isinstance(node, ast.FloatValueNode):
            return float(node.value)
        return getattr(node, "value", None)


def _called(value: Callable[..., Any], arguments: dict[str, Any], *, name: str) -> Any:
    try:
        return value(**arguments)
    except TypeError as problem:
        if "argument" not in str(problem):
            raise
        said = f"Field '{name}' doesn't accept these arguments: {', '.join(arguments) or 'none'}"
        raise Invalid(said, "argumentNotAccepted", name=name) from problem


def _merged(first: Any, second: Any) -> Any:
    """One key selected twice: objects and lists of objects grow together."""
    if isinstance(first, dict) and isinstance(second, dict):
        return {
            **first,
            **{k: _merged(first[k], v) if k in first else v for k, v in second.items()},
        }
    if isinstance(first, list) and isinstance(second, list):
        return [_merged(one, other) for one, other in zip(first, second, strict=True)]
    return second
