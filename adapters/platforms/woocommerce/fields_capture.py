"""How the companion writes what WooCommerce itself does not write: times, cart names, consent."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from marshmallow import ValidationError

from adapters import swift

_CART = re.compile(r"[0-9a-f]{32}\Z")
_ADDRESS = re.compile(r"[^@\s<>\"]{1,64}@[^@\s<>\"]{1,250}\.[^@\s<>\".]{2,}\Z")
_EARLIEST, _LATEST = 1_577_836_800, 4_102_444_800
"""2020 and 2100: a number beyond them is no time of a cart."""


class Seconds(swift.Plain):
    """Whole seconds since 1970, UTC."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> datetime:
        if not isinstance(value, int) or not _EARLIEST <= value <= _LATEST:
            raise ValidationError("not a time in seconds")
        return datetime.fromtimestamp(value, UTC)


class CartName(swift.Plain):
    """The random name that the companion gave a cart: 32 hexadecimal digits."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        if not isinstance(value, str) or not _CART.fullmatch(value):
            raise ValidationError("not the name of a cart")
        return value


class Yes(swift.Plain):
    """An explicit yes or no; whatever else is said counts as nothing said."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> bool | None:
        return value if isinstance(value, bool) else None


class Address(swift.Plain):
    """A mail address; what cannot be one (half of it typed) becomes "": it is no reason to
    lose the cart."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        text = value.strip() if isinstance(value, str) else ""
        return text if _ADDRESS.fullmatch(text) else ""
