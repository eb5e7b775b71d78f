"""The product's own source, parsed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("connector", "adapters", "jobs")


@cache
def modules() -> dict[str, ast.Module]:
    """Path below the root → its syntax tree."""
    return {
        str(path.relative_to(ROOT)): ast.parse(path.read_text("utf-8"))
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
    }


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@cache
def calls() -> dict[str, frozenset[str]]:
    """Path below the root → its calls by their written names ("time.sleep", "datetime.now")."""
    return {name: frozenset(_calls(tree)) for name, tree in modules().items()}


def _calls(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)
