"""The practice store's arithmetic: prices that include VAT, discounts spread over lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)
# ISO 4217: the currencies of the practice stores that do not have two decimals.
_PLACES = {"JPY": 0, "KRW": 0, "KWD": 3, "BHD": 3}


@dataclass(frozen=True, slots=True)
class Till:
    """Rounds to the currency's smallest coin and takes VAT out of prices that include it."""

    currency: str = "ILS"
    vat: Decimal = Decimal("0.18")

    @property
    def places(self) -> int:
        return _PLACES.get(self.currency, 2)

    def round(self, amount: Decimal | int | str) -> Decimal:
        coin = Decimal(1).scaleb(-self.places)
        return Decimal(amount).quantize(coin, rounding=ROUND_HALF_UP)

    def say(self, amount: Decimal | int | str) -> str:
        """The amount as both platforms write it: "47.80", "4500" in yen."""
        return str(self.round(amount))

    def tax_in(self, gross: Decimal) -> Decimal:
        return self.round(gross * self.vat / (1 + self.vat))

    def net(self, gross: Decimal) -> Decimal:
        return gross - self.tax_in(gross)

    def spread(self, amount: Decimal, over: Sequence[Decimal]) -> list[Decimal]:
        """Divide an amount in proportion; the last part takes what rounding left."""
        whole = sum(over, ZERO)
        if not over or not whole:
            return [self.round(ZERO) for _ in over]
        parts = [self.round(amount * part / whole) for part in over]
        parts[-1] += amount - sum(parts, ZERO)
        return parts
