"""What a shopper chose of a product in sizes and colours, as her line of an order tells it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_MOST = 10
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class Choice:
    """`key` and `value` as the cart wants them ("pa_colour", "dark-blue"), `shown` as she does."""

    key: str
    value: str
    shown: str


def of(line: Mapping[str, Any]) -> list[Choice]:
    """A line's choices, where it is of a variation; what begins with "_" is the store's own.

    The line's name tells only what the variation itself settles, and with three attributes or
    more nothing: a variation for "any colour" bears the colour in the line's meta alone.
    """
    return list(_choices(line["meta_data"])) if line["variation_id"] else []


def untold(line: Mapping[str, Any]) -> list[Choice]:
    """Those that the line's name does not tell."""
    name, parent = line["name"], line["parent_name"]
    told = f", {name.removeprefix(f'{parent} - ')}, "
    return [one for one in of(line) if f", {one.shown}, " not in told]


def _choices(rows: Any) -> Iterator[Choice]:
    for row in rows[:_MOST] if isinstance(rows, list) else ():
        said = row if isinstance(row, dict) else {}
        told = [_text(said.get(name)) for name in ("key", "value", "display_value")]
        if all(told) and not told[0].startswith("_"):
            yield Choice(*told)


def _text(said: Any) -> str:
    """A short text; "" for what is none."""
    return said.strip() if isinstance(said, str) and len(said) <= _LONGEST else ""
