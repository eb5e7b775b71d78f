"""JSON from strangers: exact decimals, and only text that a database can keep."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any, NoReturn

from connector.errors import Unreadable

# PostgreSQL keeps neither NUL nor half a surrogate pair; JSON can spell both.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# A pair is fine, and frequent: WordPress escapes every emoji. Half of one is not; nor can it
# be told where a backslash is itself escaped, so that is looked at closely as well.
_HIGH, _LOW = rb"u[dD][89abAB][0-9a-fA-F]{2}", rb"u[dD][c-fC-F][0-9a-fA-F]{2}"
_SUSPECT = re.compile(
    rb"\\(?:\\u|u0000|%b(?!\\%b)|%b(?<!\\%b\\%b))" % (_HIGH, _LOW, _LOW, _HIGH, _LOW)
)


def loads(content: bytes) -> Any:
    """Read UTF-8 JSON; numbers with a fraction become Decimal. Raises Unreadable."""
    try:
        value = json.loads(
            content.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_no_number
        )
        return _storable(value) if _SUSPECT.search(content) else value
    except (ValueError, RecursionError) as problem:
        raise Unreadable(f"not JSON: {problem}") from problem


def _no_number(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number")


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_storable(item) for item in value]
    if isinstance(value, dict):
        return {_storable(key): _storable(item) for key, item in value.items()}
    return value
