"""Shopify's search language: terms, AND, OR, NOT, brackets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Node = dict[str, Any]
Facts = dict[str, Callable[[Node], Any]]
"""For each search field, what a node holds in it."""
Test = Callable[[Node], bool]

_TOKEN = re.compile(
    r"""\s*(?:(?P<bracket>[()])|(?P<word>AND|OR|NOT)\b|(?P<minus>-)(?=[\w(])"""
    r"""|(?P<key>\w+):(?P<mark>>=|<=|>|<)?(?P<value>'[^']*'|"(?:[^"\\]|\\.)*"|[^\s()]+)"""
    r"""|(?P<text>'[^']*'|"(?:[^"\\]|\\.)*"|[^\s()]+))"""
)
_WARNING = {"message": "Invalid search field for this query.", "code": "invalid_field"}
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
        self, nodes: Sequence[Node], query: str | None, facts: Facts, *, path: str
    ) -> list[Node]:
        if not query:
            return list(nodes)
        reader = _Reader(query, facts)
        test = reader.read()
        for key, asked in reader.unknown:
            parsed = {"field": key, "match_all": asked}
            warning = {"field": key, **_WARNING}
            said = {"path": [path], "query": query, "parsed": parsed, "warnings": [warning]}
            self.warnings.append(said)
        return [node for node in nodes if test is None or test(node)]


class _Reader:
    """Reads one query. A part that is ignored reads as None and drops out of its AND or OR."""

    def __init__(self, query: str, facts: Facts) -> None:
        self.tokens: Iterator[re.Match[str]] = _TOKEN.finditer(query)
        self.facts = facts
        self.unknown: list[tuple[str, str]] = []
        self.next: re.Match[str] | None = None
        self._advance()

    def _advance(self) -> re.Match[str] | None:
        current, self.next = self.next, next(self.tokens, None)
        return current

    def _is(self, group: str, text: str) -> bool:
        return self.next is not None and self.next[group] == text

    def read(self) -> Test | None:
        """OR binds less than AND; terms side by side are an AND."""
        parts = [self._and()]
        while self._is("word", "OR"):
            self._advance()
            parts.append(self._and())
        tests = [part for part in parts if part]
        return (lambda node: any(test(node) for test in tests)) if tests else None

    def _and(self) -> Test | None:
        parts = [self._one()]
        while self.next is not None and not self._is("word", "OR") and not self._is("bracket", ")"):
            if self._is("word", "AND"):
                self._advance()
            parts.append(self._one())
        tests = [part for part in parts if part]
        return (lambda node: all(test(node) for test in tests)) if tests else None

    def _one(self) -> Test | None:
        token = self._advance()
        if token is None:
            return None
        if token["minus"] or token["word"] == "NOT":
            return _not(self._one())
        if token["bracket"] == "(":
            inner = self.read()
            self._advance()
            return inner
        return self._term(token) if token["key"] else None

    def _term(self, token: re.Match[str]) -> Test | None:
        key, mark, asked = token["key"], token["mark"] or "", _plain(token["value"])
        if key not in self.facts:
            self.unknown.append((key, asked))
            return None
        fact = self.facts[key]
        return lambda node: _matches(fact(node), mark, asked)


def _not(test: Test | None) -> Test | None:
    return (lambda node: not test(node)) if test else None


def _plain(value: str) -> str:
    if value[:1] == value[-1:] and value[:1] in ("'", '"'):
        return re.sub(r"\\(.)", r"\1", value[1:-1])
    return value


def _matches(have: Any, mark: str, asked: str) -> bool:
    if asked in ("any", "*"):
        return True
    if isinstance(have, list):
        return asked.lower() in [str(one).lower() for one in have]
    try:
        return _COMPARES[mark](datetime.fromisoformat(str(have)), datetime.fromisoformat(asked))
    except (ValueError, TypeError):
        # Not two times: texts without regard to case, ids by their number.
        texts = (str(said or "").lower().rpartition("/")[2] for said in (have, asked))
        return _COMPARES[mark](*texts)
