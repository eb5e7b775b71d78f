"""What real Shopify stores were asked and answered: each captured call, and all answers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from graphql import FieldNode, OperationDefinitionNode, parse, value_from_ast_untyped

from tests.contracts import shopify_material as material

Path = tuple[str, ...]
"""A root field, its argument, the fields inside it; places in lists are left out."""


@dataclass(frozen=True)
class Call:
    """One captured call that was accepted: no error at the top, none of the user's."""

    document: str
    variables: dict[str, Any]


def files() -> dict[str, Any]:
    """Every capture by its name; the indexes beside them are none."""
    folder = material.FOLDER / "captures"
    found = sorted(folder.glob("*/**/*.json"))
    return {str(path.relative_to(folder)): json.loads(path.read_text("utf-8")) for path in found}


def envelopes(value: Any) -> Iterator[dict[str, Any]]:
    """Every GraphQL answer inside a capture."""
    if isinstance(value, dict):
        if isinstance(value.get("data"), dict) or isinstance(value.get("errors"), list):
            yield value
            return
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from envelopes(part)


def index() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = material.load("captures/index.json")["interactions"]
    return found


@cache
def taken() -> frozenset[Path]:
    """What the recorded stores accepted of each root field's arguments."""
    return frozenset(path for call in _accepted() for path in paths(call.document, call.variables))


def untried(asked: Iterable[tuple[str, dict[str, Any]]]) -> set[str]:
    """What of these documents and variables no recorded store was seen to accept.

    "root", "root.argument.field": without what lies inside one that is named already.
    """
    new = {path for one in asked for path in paths(*one)} - taken()
    return {".".join(path) for path in new if path[:-1] not in new}


def paths(document: str, variables: dict[str, Any]) -> set[Path]:
    """Root field → argument → fields, of one call; the root alone where it has no arguments."""
    found: set[Path] = set()
    for operation in parse(document).definitions:
        if not isinstance(operation, OperationDefinitionNode):
            continue
        for root in operation.selection_set.selections:
            if isinstance(root, FieldNode):
                found.add((root.name.value,))
                for argument in root.arguments or ():
                    said = value_from_ast_untyped(argument.value, variables)
                    found |= _inside((root.name.value, argument.name.value), said)
    return found


def _inside(path: Path, value: Any) -> set[Path]:
    if isinstance(value, dict):
        inner = (_inside((*path, name), one) for name, one in value.items())
        return {path}.union(*inner)
    if isinstance(value, list):
        return {path}.union(*(_inside(path, one) for one in value))
    return {path}


def _accepted() -> Iterator[Call]:
    held, documents = files(), material.load("captures/documents.json")
    beside = material.load("captures/documents_by_capture.json")
    for one in index():
        if one["user_errors"] or one["top_level_errors"]:
            continue
        said = _at(held[one["file"]], one["pointer"].split("/")[1:])
        said = said.get("request", said)
        variables = said.get("variables", {})
        text = said.get("query") or documents.get(said.get("documentPath") or one["document_path"])
        texts = [text] if text else [documents[name] for name in beside.get(one["file"], [])]
        for candidate in texts:
            if isinstance(variables, dict) and (text or _fits(candidate, one, variables)):
                yield Call(candidate, variables)


def _fits(document: str, one: dict[str, Any], variables: dict[str, Any]) -> bool:
    """A capture without its document: one of those kept for its file, if roots and names agree."""
    roots = [path[0] for path in paths(document, {}) if len(path) == 1]
    (operation, *_) = parse(document).definitions
    assert isinstance(operation, OperationDefinitionNode)
    declared = {each.variable.name.value for each in operation.variable_definitions or ()}
    return sorted(roots) == sorted(one["roots"]) and declared == set(variables)


def _at(value: Any, steps: list[str]) -> Any:
    """What a pointer of the index names; some keys have slashes of their own."""
    if not steps:
        return value
    if isinstance(value, list):
        return _at(value[int(steps[0])], steps[1:])
    for count in range(1, len(steps) + 1):
        name = "/".join(steps[:count])
        if name in value:
            return _at(value[name], steps[count:])
    raise KeyError(steps)
