"""What a shopper chose of a product in sizes and colours, as her line of an order tells it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

_MOST = 10
_LONGEST = 100
_LONGEST_SLUG = 250
"""WordPress cuts one at 200 letters, of which a Hebrew one takes six; a prefix comes before it."""
_OF_TERMS = "pa_"
"""How the names of attributes begin whose values are terms."""


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


def named(line: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """As an order wants them told again: key and value of each.

    WordPress keeps names and terms in other scripts percent-encoded, and the API tells them decoded
    (WC_Order_Item::get_formatted_meta_data; seen on 10.2.4). What a merchant has put down as a text
    of its own, not as a term, it keeps as it is.
    """
    return pairs(dict(kept(one.key, one.value) for one in of(line)))


def kept(key: str, value: str) -> tuple[str, str]:
    """A choice as the store keeps it."""
    return _slug(key), _slug(value) if key.startswith(_OF_TERMS) else value


def pairs(chosen: Any) -> tuple[tuple[str, str], ...]:
    """Key and value of what was chosen, as far as both are short texts."""
    told = chosen.items() if isinstance(chosen, dict) else ()
    known = [(_text(key, _LONGEST_SLUG), _text(value, _LONGEST_SLUG)) for key, value in told]
    return tuple((key, value) for key, value in known if key and value)[:_MOST]


def _slug(text: str) -> str:
    """As sanitize_title writes it: https://developer.wordpress.org/reference/functions/utf8_uri_encode/"""
    return "".join(one if one.isascii() else quote(one).lower() for one in text)


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


def _text(said: Any, longest: int = _LONGEST) -> str:
    """A short text; "" for what is none."""
    return said.strip() if isinstance(said, str) and len(said) <= longest else ""
