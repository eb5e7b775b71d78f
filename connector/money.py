"""Exact amounts that know their currency."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cache

from babel.numbers import format_currency, get_currency_precision

_CODE = re.compile(r"[A-Z]{3}")
_LARGEST = Decimal(10) ** 15


@cache
def _places(currency: str) -> int:
    """Digits after the point; asked for several times for every line of every order."""
    if not _CODE.fullmatch(currency):
        raise ValueError(f"not a currency code: {currency!r}")
    return get_currency_precision(currency)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in the minor units of its currency (1050 ILS = 10.50, 1050 JPY = 1050)."""

    minor: int
    currency: str

    @classmethod
    def of(cls, amount: Decimal | int | str, currency: str) -> Money:
        """Read a decimal amount as stores write it ("10.50").

        Raises TypeError for floats, ValueError for anything that is no finite amount
        or no ISO 4217 code.
        """
        if isinstance(amount, float):
            raise TypeError("money is never a float")
        if not isinstance(currency, str):
            raise ValueError(f"not a currency code: {currency!r}")  # noqa: TRY004 # a store wrote it, no caller of ours
        places = _places(currency)
        try:
            value = Decimal(amount)
        except InvalidOperation as problem:
            raise ValueError(f"not an amount: {amount!r}") from problem
        if not value.is_finite() or abs(value) > _LARGEST:
            raise ValueError(f"not a payable amount: {amount!r}")
        return cls(int(value.scaleb(places).to_integral_value(ROUND_HALF_UP)), currency)

    @classmethod
    def zero(cls, currency: str) -> Money:
        return cls.of(0, currency)

    @property
    def amount(self) -> Decimal:
        """The amount in major units, exactly."""
        places = _places(self.currency)
        return Decimal(self.minor).scaleb(-places)

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other), self.currency)

    def __mul__(self, times: int) -> Money:
        if not isinstance(times, int):
            raise TypeError("money is multiplied by whole numbers")
        return Money(self.minor * times, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._same(other)

    def __bool__(self) -> bool:
        return self.minor != 0

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"

    def spoken(self, locale: str) -> str:
        """The amount as a reader of `locale` expects it ("₪10.50", "10,50 €")."""
        return format_currency(self.amount, self.currency, locale=locale)

    def _same(self, other: Money) -> int:
        if self.currency != other.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not add up")
        return other.minor


def price_of(said: object) -> Decimal | None:
    """A price as stores write it ("59.00"); None for what is none ("", a plugin's words)."""
    if isinstance(said, bool) or not isinstance(said, str | int | Decimal):
        return None
    try:
        price = Decimal(said)
    except InvalidOperation:
        return None
    return price if price.is_finite() and 0 <= price <= _LARGEST else None
