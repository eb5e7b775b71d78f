"""Werkzeug's routes, made ready for writing addresses at the first one that is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]


def builders_when_needed(patch: pytest.MonkeyPatch) -> None:
    """Rule compiles two functions for every route at once; of most, no test ever writes one."""
    compile_now = Rule._compile_builder  # what the test suite saves its time at

    def compile_later(rule: Rule, append_unknown: bool = True) -> Builder:  # as Rule has it
        kept: list[Builder] = []

        def build(bound: Rule, /, **values: Any) -> tuple[str, str]:
            if not kept:
                kept.append(compile_now(rule, append_unknown))
            return kept[0](bound, **values)

        return build

    patch.setattr(Rule, "_compile_builder", compile_later)
