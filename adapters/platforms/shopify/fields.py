"""How Shopify writes texts, amounts, times and ids in JSON, read into exact values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from marshmallow import Schema, ValidationError, missing, pre_load

from adapters.swift import Each, Part, Plain, Swift
from connector import clock
from connector.money import Money

_GID = re.compile(r"gid://shopify/\w+/(\d+)", re.ASCII)
_LARGEST_COUNT = 2**31 - 1


class Shape(Swift):
    """A JSON object of which only the declared keys are read; null means absent.

    Shopify writes a missing object as null or, for a checkout's shipping_address, as [].
    """

    null_is_absent = True

    @pre_load
    def keep_what_is_declared(self, data: Any, **_: Any) -> Any:
        if data == []:
            return {}
        if not isinstance(data, Mapping):
            raise ValidationError("not an object")
        return {name: data[name] for name in self.fields if data.get(name) is not None}


class Text(Plain):
    """A text, or a number written where a text belongs; empty when absent."""

    def __init__(self, *, required: bool = False) -> None:
        super().__init__(required=required, load_default=missing if required else "")

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        if isinstance(value, (str, int, Decimal)) and not isinstance(value, bool):
            return str(value).strip()
        raise ValidationError("not a text")


class Url(Text):
    """A web address; anything else (javascript:, a path) counts as absent."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, *args, **kwargs)
        return text if text.lower().startswith(("https://", "http://")) else ""


class Ident(Text):
    """An id: a whole number or a text. Shopify's numbers pass 2**53 and stay exact here."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        if isinstance(value, Decimal):
            raise ValidationError("not an id")
        text = super()._deserialize(value, *args, **kwargs)
        gid = _GID.fullmatch(text)
        return gid[1] if gid else text


class Amount(Plain):
    """An amount without its currency, written as text or number."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
            raise ValidationError("not an amount")
        try:
            return Decimal(value)
        except InvalidOperation as problem:
            raise ValidationError("not an amount") from problem


class Moment(Plain):
    """A time with its offset."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> datetime:
        try:
            return clock.parse(value)
        except ValueError as problem:
            raise ValidationError("not a time") from problem


class Count(Plain):
    """A whole number that a database's integer column holds."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or abs(value) > _LARGEST_COUNT:
            raise ValidationError("not a count")
        return value


class Flag(Plain):
    """true or false, and nothing that merely looks like it."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("not true or false")
        return value


def many(shape: Schema) -> Each:
    """A list of objects; empty when absent."""
    return Each(Part(shape))


def texts() -> Each:
    """A list of texts; empty when absent."""
    return Each(Text())


def identity(loaded: Mapping[str, Any]) -> str:
    """The numeric id, from admin_graphql_api_id where there is one. Raises ValidationError."""
    gid = _GID.fullmatch(loaded.get("admin_graphql_api_id", ""))
    found = gid[1] if gid else str(loaded.get("id", ""))
    if not found:
        raise ValidationError({"id": ["Missing data for required field."]})
    return found


def money(amount: Decimal, currency: str, name: str = "amount") -> Money:
    """The amount in its currency. Raises ValidationError where Money raises ValueError."""
    try:
        return Money.of(amount, currency)
    except ValueError as problem:
        raise ValidationError({name: [str(problem)]}) from problem


def money_or_none(amount: Decimal | None, currency: str, name: str) -> Money | None:
    return None if amount is None else money(amount, currency, name)
