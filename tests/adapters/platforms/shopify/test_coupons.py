"""Coupons in Shopify: made once, however often they are asked for."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from adapters.platforms.shopify import Shopify
from connector.errors import OutcomeUnknown, Refused, Unsupported
from connector.money import Money
from connector.ports.platform import Access, CouponKind, CouponMade, CouponWish
from tests.adapters.loopback import HANGS_UP, Answer, Asked, Loopback
from tests.contracts import shopify_material as material

NODE = "gid://shopify/DiscountCodeNode/1660207006002"
TAKEN = {
    "code": "TAKEN",
    "field": ["basicCodeDiscount", "code"],
    "message": "Code must be unique. Please try a different code.",
}


def created(node: str | None = NODE, *refusals: dict[str, Any]) -> Answer:
    payload = {"codeDiscountNode": node and {"id": node}, "userErrors": list(refusals)}
    return Answer.of({"data": {"discountCodeBasicCreate": payload}})


def known(title: str, code: str = "COME-BACK-7F3K") -> Answer:
    discount = {"title": title, "codes": {"nodes": [{"code": code}]}}
    found = {"id": NODE, "codeDiscount": {"__typename": "DiscountCodeBasic", **discount}}
    return Answer.of({"data": {"codeDiscountNodeByCode": found}})


UNKNOWN = Answer.of({"data": {"codeDiscountNodeByCode": None}})


def wished(store: Loopback) -> Any:
    return store.asked[0].json["variables"]["discount"]


def test_ten_percent_for_one_use(
    shopify: Shopify, store: Loopback, access: Access, ten_percent: CouponWish
) -> None:
    store.answers = [created()]
    made = shopify.create_coupon(access, ten_percent)
    assert made == CouponMade(external_id=NODE, code="COME-BACK-7F3K")
    assert wished(store) == {
        "title": "Askback COME-BACK-7F3K",
        "code": "COME-BACK-7F3K",
        "startsAt": "2026-11-20T09:30:00+00:00",
        "endsAt": "2026-11-23T09:30:00+00:00",
        "usageLimit": 1,
        "appliesOncePerCustomer": True,
        "context": {"all": "ALL"},
        "customerGets": {"items": {"all": True}, "value": {"percentage": 0.1}},
    }
    assert len(store.asked) == 1


def test_a_fixed_amount_is_taken_off_the_order_once(
    shopify: Shopify, store: Loopback, access: Access, ten_percent: CouponWish
) -> None:
    store.answers = [created()]
    five = dataclasses.replace(
        ten_percent,
        kind=CouponKind.FIXED,
        percent=0,
        amount=Money.of("5.50", "USD"),
        minimum=Money.of("30", "USD"),
    )
    shopify.create_coupon(access, five)
    assert wished(store)["customerGets"]["value"] == {
        "discountAmount": {"amount": "5.50", "appliesOnEachItem": False}
    }
    assert wished(store)["minimumRequirement"] == {
        "subtotal": {"greaterThanOrEqualToSubtotal": "30.00"}
    }


def test_free_shipping_goes_everywhere(
    shopify: Shopify, store: Loopback, access: Access, ten_percent: CouponWish
) -> None:
    made = {"codeDiscountNode": {"id": NODE}, "userErrors": []}
    store.answers = [Answer.of({"data": {"discountCodeFreeShippingCreate": made}})]
    free = dataclasses.replace(ten_percent, kind=CouponKind.FREE_SHIPPING, percent=0)
    assert shopify.create_coupon(access, free).external_id == NODE
    assert wished(store)["destination"] == {"all": True}
    assert "customerGets" not in wished(store)


def test_an_amount_nobody_named_is_not_offered(
    shopify: Shopify, store: Loopback, access: Access, ten_percent: CouponWish
) -> None:
    with pytest.raises(Unsupported):
        shopify.create_coupon(access, dataclasses.replace(ten_percent, kind=CouponKind.FIXED))
    assert store.asked == []


def test_a_time_out_after_the_coupon_was_made_makes_no_second_one(
    shopify: Shopify, store: Loopback, access: Access, ten_percent: CouponWish
) -> None:
    store.answers = [HANGS_UP, known("Askback COME-BACK-7F3K", "come-back-7f3k")]
    made = shopify.create_coupon(access, ten_percent)
    assert made == CouponMade(external_id=NODE, code="come-back-7f3k")
    mutations = [asked for asked in store.asked if "mutation" in asked.json["query"]]
    assert len(mutations) == 1


def test_a_time_out_before_the_coupon_was_made_stays_unknown(
    shopify: Shopify, store: Loopback, access: Access, ten_percent: CouponWish
) -> None:
    store.answers = [HANGS_UP, UNKNOWN]
    with pytest.raises(OutcomeUnknown):
        shopify.create_coupon(access, ten_percent)
    assert len(store.asked) == 2


def test_the_same_wish_again_finds_the_same_coupon(
    shopify: Shopify, store: Loopback, access: Access, ten_percent: CouponWish
) -> None:
    made: list[str] = []

    def one_code_per_store(asked: Asked) -> Answer:
        if "mutation" not in asked.json["query"]:
            return known(made[0]) if made else UNKNOWN
        if made:
            return created(None, TAKEN)
        made.append(asked.json["variables"]["discount"]["title"])
        return created()

    store.reply = one_code_per_store
    answers = {shopify.create_coupon(access, ten_percent) for _ in range(3)}
    assert answers == {CouponMade(external_id=NODE, code="COME-BACK-7F3K")}
    assert made == ["Askback COME-BACK-7F3K"]


@pytest.mark.parametrize("answer", [known("Summer sale"), UNKNOWN])
def test_a_merchants_own_code_is_not_handed_out(
    shopify: Shopify, store: Loopback, access: Access, ten_percent: CouponWish, answer: Answer
) -> None:
    store.answers = [created(None, TAKEN), answer]
    with pytest.raises(Refused) as caught:
        shopify.create_coupon(access, ten_percent)
    assert caught.value.code == "TAKEN"
    assert str(caught.value) == (
        "Shopify refuses the coupon: Code must be unique. "
        "Please try a different code. (basicCodeDiscount.code)"
    )


@material.needs_material
@pytest.mark.parametrize(
    "recording",
    [
        "2026-04/discounts/discount-validation-branches.json",
        "2026-04/discounts/discount-code-required-blank-validation.json",
        "2026-04/discounts/discount-value-bounds.json",
    ],
)
def test_every_recorded_refusal_is_told_to_the_merchant(
    shopify: Shopify, store: Loopback, access: Access, ten_percent: CouponWish, recording: str
) -> None:
    payloads = [
        payload
        for payload in material.found(material.capture(recording), "codeDiscountNode")
        if payload.get("userErrors")
    ]
    assert payloads
    for payload in payloads:
        store.answers = [Answer.of({"data": {"discountCodeBasicCreate": payload}}), UNKNOWN]
        with pytest.raises(Refused) as caught:
            shopify.create_coupon(access, ten_percent)
        assert payload["userErrors"][0]["message"][:40] in str(caught.value)
        assert caught.value.code == (payload["userErrors"][0].get("code") or "")


@material.needs_material
def test_a_recorded_discount_is_read_as_made(
    shopify: Shopify, store: Loopback, access: Access, ten_percent: CouponWish
) -> None:
    recorded = material.capture("2026-04/discounts/discount-code-basic-lifecycle.json")
    store.answers = [Answer.of(recorded["create"]["payload"])]
    assert shopify.create_coupon(access, ten_percent).external_id == NODE
