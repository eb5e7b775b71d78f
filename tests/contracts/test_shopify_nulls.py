"""A null anywhere in an answer of Shopify's is a named error or no matter, and never a crash."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from adapters.http import Http, Response
from adapters.platforms.shopify import Shopify
from connector.errors import AskbackError
from connector.ports.platform import Access, CheckoutFacts, CouponKind, CouponMade
from connector.ports.writing import ConsentWord, OrderNote, OrderTags, OrderWish
from tests.adapters.loopback import Asked
from tests.contracts import shopify_material as material
from tests.contracts.test_shopify_documents import ANSWERS, DAY, NODE, WISH, name

pytestmark = material.needs_material

Call = Callable[[Shopify, Access], object]
FREE = dataclasses.replace(WISH, kind=CouponKind.FREE_SHIPPING)
FACTS = CheckoutFacts(
    external_id="t", cart_token="c", recovery_url="", email="ann@example.com", lines=(),
    created_at=DAY,
)  # fmt: skip


def _consent(channel: str) -> Call:
    word = ConsentWord(customer_external_id="1", granted=True, channel=channel)
    return lambda shopify, access: shopify.tell_consent(access, word)


_NOTE = OrderNote(order_external_id="1", text="asked", marker="[1]")
_ORDER = OrderWish(key="store-1", lines=[])
_ORDERS: Call = lambda shopify, access: shopify.complete_order(access, _ORDER)  # noqa: E731 # a table's row
CALLS: Mapping[str, Call] = {
    "AskbackShop": lambda shopify, access: shopify.describe(access),
    "AskbackWho": lambda shopify, access: shopify.versions(access, DAY),
    "AskbackScopes": lambda shopify, access: shopify.shortcomings(access),
    "AskbackProtectedData": lambda shopify, access: shopify.shortcomings(access),
    "AskbackDiscountCreate": lambda shopify, access: shopify.create_coupon(access, WISH),
    "AskbackDiscount": lambda shopify, access: shopify.create_coupon(access, WISH),
    "AskbackFreeShippingCreate": lambda shopify, access: shopify.create_coupon(access, FREE),
    "AskbackOrders": lambda shopify, access: shopify.find_order(access, FACTS),
    "AskbackDiscountUses": lambda shopify, access: shopify.coupon_uses(
        access, CouponMade(external_id=NODE["id"], code="BACK")
    ),
    "AskbackDiscountDelete": lambda shopify, access: shopify.delete_coupon(access, NODE["id"]),
    "AskbackOrderNote": lambda shopify, access: shopify.note_order(access, _NOTE),
    "AskbackOrderNoteUpdate": lambda shopify, access: shopify.note_order(access, _NOTE),
    "AskbackTagsAdd": lambda shopify, access: shopify.tag_order(
        access, OrderTags(order_external_id="1", customer_external_id="1")
    ),
    "AskbackConsentUpdate": _consent("email"),
    "AskbackTextsConsentUpdate": _consent("sms"),
    "AskbackOwnMails": lambda shopify, access: shopify.own_mails(access, DAY),
    "AskbackWrittenAbout": lambda shopify, access: shopify.own_mail_at(access, FACTS),
    "AskbackAbandonment": lambda shopify, access: shopify.own_mail_at(access, FACTS),
    "AskbackDrafts": _ORDERS,
    "AskbackDraftCreate": _ORDERS,
}


class Retold(Http):
    """The answers without a wire between."""

    answers: Mapping[str, Any]

    def request(self, method: str, url: str, **said: Any) -> Response:
        asked = Asked(method, url, {}, json.dumps(said["json"]).encode())
        return Response(200, {}, json.dumps({"data": self.answers[name(asked)]}).encode())


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    items: Any = value.items() if isinstance(value, dict) else ()
    for key, below in enumerate(value) if isinstance(value, list) else items:
        yield from places(below, (*path, key))


def nulled(value: Any, path: tuple[Any, ...]) -> Any:
    if not path:
        return None
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = nulled(copy[path[0]], path[1:])
    return copy


def test_every_document_has_its_call() -> None:
    assert set(CALLS) == set(ANSWERS)


def test_a_null_at_any_place_of_an_answer_is_no_crash() -> None:
    met = 0
    http = Retold()
    shopify = Shopify(http)
    access = Access(base_url="", credentials={"access_token": "t"}, shop="a.example.com")
    for document, call in CALLS.items():
        for path in places(ANSWERS[document]):
            http.answers = {**ANSWERS, document: nulled(ANSWERS[document], path)}
            try:
                call(shopify, access)
            except AskbackError:
                pass
            except Exception as problem:  # noqa: BLE001 # the very thing that must not be
                pytest.fail(f"{document} with null at {path}: {problem!r}")
            met += 1
    assert met > 100
