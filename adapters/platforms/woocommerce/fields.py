"""How WooCommerce writes numbers, texts, addresses and times, and PHP its empty values."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from math import ceil
from typing import Any
from urllib.parse import urlsplit

from marshmallow import Schema, ValidationError

from adapters import swift
from connector import clock

_DIGITS = re.compile(r"[0-9]{1,20}")
_LARGEST_COUNT = 1_000_000_000


class Payload(swift.Swift):
    """A JSON object of which only the named fields are read."""


class _Filled(swift.Plain):
    """A field for which null says the same as absence: PHP plugins write both."""

    empty: Any = None

    def deserialize(
        self,
        value: Any,
        attr: str | None = None,
        data: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> Any:
        if value is None and not self.required:
            return self.empty
        return super().deserialize(value, attr, data, **kwargs)


class Id(_Filled):
    """A number that names something: 2360, "2360"; 0 and "" name nothing and become ""."""

    empty = ""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        text = "" if value in (0, "") else str(value)
        known = isinstance(value, int | str) and not isinstance(value, bool)
        if not known or (text and not _DIGITS.fullmatch(text)) or (self.required and not text):
            raise ValidationError("not an id")
        return text


class Text(_Filled):
    """Plain text; WooCommerce escapes names for HTML ("Mugs &amp; Co")."""

    empty = ""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        if value is False:
            return ""
        if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
            raise ValidationError("not a text")
        return html.unescape(str(value)).strip()


class Url(_Filled):
    """An address of the web; anything else (javascript:, a relative path) becomes ""."""

    empty = ""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        if value is False:
            return ""
        if not isinstance(value, str):
            raise ValidationError("not an address")
        return value if is_web_address(value) else ""


class Amount(_Filled):
    """An amount of money as text ("10.00") or number; "" is nought."""

    empty = Decimal(0)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
            raise ValidationError("not an amount")
        return _finite(value or 0)


class Count(_Filled):
    """A number of pieces; a begun one counts as one."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int:
        return ceil(_counted(value))


class Quantity(_Filled):
    """How much of a product: whole pieces, or, where a plugin sells 0.5 kg, a Decimal (grams)."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int | Decimal:
        count = round(_counted(value), 3)
        return int(count) if count == count.to_integral_value() else count


class Moment(_Filled):
    """A *_gmt field: it carries no offset, and is UTC by its name."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> datetime | None:
        if value == "":
            return None
        try:
            return clock.parse(value, naive_is_utc=True)
        except ValueError as problem:
            raise ValidationError("not a time") from problem


class Flag(_Filled):
    """True or false, as JSON or as WordPress options say it ("yes", "no", "1", "")."""

    empty = False

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> bool:
        if not isinstance(value, bool | str | int):
            raise ValidationError("neither true nor false")
        return value not in (False, 0, "", "0", "no", "false")


class Part(swift.Part):
    """An object within; PHP writes an empty one as [], null or "", or leaves it out."""

    def deserialize(
        self,
        value: Any,
        attr: str | None = None,
        data: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> Any:
        return super().deserialize(_object(value), attr, data, **kwargs)

    def quick(self, value: Any) -> Any:
        return super().quick(_object(value))


class Rows(swift.Part):
    """A list of objects; PHP writes one with gaps as {"0": …, "2": …}, an empty one as it likes."""

    def __init__(self, nested: type[Schema]) -> None:
        super().__init__(nested, many=True)

    def deserialize(
        self,
        value: Any,
        attr: str | None = None,
        data: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> Any:
        return super().deserialize(_rows(value), attr, data, **kwargs)

    def quick(self, value: Any) -> Any:
        return super().quick(_rows(value))


def _object(value: Any) -> Any:
    return value if isinstance(value, dict) or value else {}


def _rows(value: Any) -> Any:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) or value else []


def is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def _counted(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise ValidationError("not a number of pieces")
    count = _finite(value or 0)
    if abs(count) > _LARGEST_COUNT:
        raise ValidationError("not a number of pieces")
    return count


def _finite(value: str | int | Decimal) -> Decimal:
    try:
        amount = Decimal(value)
    except ArithmeticError as problem:
        raise ValidationError("not a number") from problem
    if not amount.is_finite():
        raise ValidationError("not a finite number")
    return amount
