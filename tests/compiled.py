"""Pages and letters, compiled once for all the apps and letter desks that the tests make."""

from __future__ import annotations

from types import CodeType

import pytest
from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket

from connector import templating


class Compiled(BytecodeCache):
    """Keeps code in memory, by kind of environment, template, and what the template says."""

    def __init__(self) -> None:
        self._kept: dict[tuple[type[Environment], str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get(_name(bucket))

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        self._kept[_name(bucket)] = bucket.code


def _name(bucket: Bucket) -> tuple[type[Environment], str, str]:
    return type(bucket.environment), bucket.key, bucket.checksum


def keep_compiled_templates(patch: pytest.MonkeyPatch) -> None:
    """Whatever environment learns our words compiles with the others' help."""
    furnish, compiled = templating.furnish, Compiled()

    def furnish_and_keep(environment: Environment) -> None:
        furnish(environment)
        environment.bytecode_cache = compiled

    patch.setattr(templating, "furnish", furnish_and_keep)
