"""The three wishes that every app has to carry out: show a customer's data, forget her, the shop.

https://shopify.dev/docs/apps/build/compliance/privacy-law-compliance
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from adapters.platforms.shopify.fields import Ident, Shape, Text
from adapters.swift import Part
from connector.records import PrivacyKind, PrivacyWish


class _Customer(Shape):
    id = Ident()
    email = Text()
    phone = Text()


class _Wish(Shape):
    customer = Part(_Customer())


_WISH = _Wish()


def _reader(kind: PrivacyKind) -> Callable[[Any], PrivacyWish]:
    def read(data: Any) -> PrivacyWish:
        customer = _WISH.load(data).get("customer") or {}
        return PrivacyWish(
            kind=kind,
            customer_external_id=customer.get("id", ""),
            email=customer.get("email", ""),
            phone=customer.get("phone", ""),
        )

    return read


READERS = {
    "customers/data_request": _reader(PrivacyKind.EXPORT),
    "customers/redact": _reader(PrivacyKind.ERASE),
    "shop/redact": lambda _: PrivacyWish(kind=PrivacyKind.ERASE_STORE),
}
