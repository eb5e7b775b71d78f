"""Shopify's Admin API: its many ways of saying no, each named by what to do about it."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from adapters.http import Http
from adapters.platforms.shopify import Shopify
from connector.errors import (
    AccessLost,
    OutcomeUnknown,
    Permanent,
    Refused,
    Retryable,
)
from connector.ports.platform import Access, CouponWish, StoreFacts
from tests.adapters.loopback import Answer, Loopback
from tests.contracts import shopify_material as material

SHOP = {
    "data": {
        "shop": {
            "id": "gid://shopify/Shop/548380009",
            "name": "Blue Mugs",
            "currencyCode": "ILS",
            "ianaTimezone": "Asia/Jerusalem",
            "myshopifyDomain": "blue-mugs.myshopify.com",
            "primaryDomain": {
                "url": "https://mugs.example.com",
                "localization": {"defaultLocale": "he"},
            },
        }
    }
}


def throttled(there: int) -> Answer:
    status = {"maximumAvailable": 2000.0, "currentlyAvailable": there, "restoreRate": 100.0}
    return Answer.of(
        {
            "errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}],
            "extensions": {"cost": {"requestedQueryCost": 502, "throttleStatus": status}},
        }
    )


def test_a_store_says_who_it_is(shopify: Shopify, store: Loopback, access: Access) -> None:
    store.answers = [Answer.of(SHOP)]
    assert shopify.describe(access) == StoreFacts(
        name="Blue Mugs",
        currency="ILS",
        timezone="Asia/Jerusalem",
        locale="he",
        external_id="548380009",
        address="blue-mugs.myshopify.com",
        home_url="https://mugs.example.com",
    )
    (asked,) = store.asked
    assert (asked.method, asked.path) == ("POST", "/admin/api/2026-07/graphql.json")
    assert asked.headers["X-Shopify-Access-Token"] == "shpat_made_up"


def test_one_stores_token_is_not_used_for_another(
    shopify: Shopify, store: Loopback, access: Access
) -> None:
    store.answers = [Answer.of(SHOP)]
    other = dataclasses.replace(access, credentials={"access_token": "shpat_other"})
    for each in (access, other, access):
        shopify.describe(each)
    tokens = [asked.headers["X-Shopify-Access-Token"] for asked in store.asked]
    assert tokens == ["shpat_made_up", "shpat_other", "shpat_made_up"]


def test_the_admin_is_found_by_the_stores_name() -> None:
    call = Shopify(Http())._call(Access(base_url="", credentials={}, shop="a.myshopify.com"))
    assert call.args[1] == "https://a.myshopify.com/admin/api/2026-07/graphql.json"


def test_a_throttled_call_waits_for_the_points_it_lacks(
    shopify: Shopify, store: Loopback, access: Access, naps: list[float]
) -> None:
    store.answers = [throttled(there=252), Answer.of(SHOP)]
    assert shopify.describe(access).name == "Blue Mugs"
    assert naps == [2.5]


def test_a_long_throttle_is_left_to_the_caller(
    shopify: Shopify, store: Loopback, access: Access, naps: list[float]
) -> None:
    store.answers = [throttled(there=-398)]
    with pytest.raises(Retryable) as caught:
        shopify.describe(access)
    assert caught.value.after_seconds == 9.0
    assert (naps, len(store.asked)) == ([], 1)


@pytest.mark.parametrize("more", [{"extensions": {"code": "THROTTLED"}}, {}])
def test_a_throttle_without_its_cost_is_waited_for_all_the_same(
    shopify: Shopify,
    store: Loopback,
    access: Access,
    naps: list[float],
    more: dict[str, object],
) -> None:
    bare = {"errors": [{"message": "Throttled", **more}]}
    store.answers = [Answer.of(bare)]
    with pytest.raises(Retryable):
        shopify.describe(access)
    assert (naps, len(store.asked)) == ([1.0, 1.0], 3)


def test_a_throttled_coupon_is_asked_for_again(
    shopify: Shopify, store: Loopback, access: Access, ten_percent: CouponWish
) -> None:
    made = {"codeDiscountNode": {"id": "gid://shopify/DiscountCodeNode/1"}, "userErrors": []}
    store.answers = [throttled(there=500), Answer.of({"data": {"discountCodeBasicCreate": made}})]
    assert shopify.create_coupon(access, ten_percent).code == "COME-BACK-7F3K"
    assert len(store.asked) == 2


UNAUTHORIZED = "[API] Invalid API key or access token (unrecognized login or wrong password)"
EXPIRED = "[API] Non-expiring access tokens are no longer accepted for the Admin API."


@pytest.mark.parametrize(
    ("answer", "error", "text"),
    [
        (Answer.of({"errors": UNAUTHORIZED}, status=401), AccessLost, "401"),
        (Answer(403, b"<html>"), AccessLost, "403"),
        (Answer.of({"errors": EXPIRED}), AccessLost, "no longer accepted"),
        (Answer.of({"errors": "Unavailable Shop"}, status=402), Refused, "frozen"),
        (Answer.of({"errors": "Locked"}, status=423), Refused, "locked"),
        (
            Answer.of({"errors": [{"message": "Access denied for orders field."}]}),
            Refused,
            "denies access",
        ),
        (Answer.of({"errors": "Not Found"}, status=404), Refused, "Not Found"),
        (Answer(404, b"<html>"), Refused, "no reason given"),
        (Answer(200, b"<html>just a moment</html>"), Retryable, "something else than JSON"),
        (Answer.of([]), Retryable, "without data"),
        (Answer.of({"data": None}), Retryable, "without data"),
        (Answer.of({"data": {"shop": None}}), Retryable, "without the store's facts"),
        (Answer.of({"data": {"shop": {"id": 1, "currencyCode": 2}}}), Retryable, "facts"),
        (Answer.of({"errors": [{"message": "Boom"}]}), Permanent, "Boom"),
        (Answer.of({"errors": [None, 3, "odd"]}), Permanent, "odd"),
        (Answer.of({"errors": {"query": "Required"}}), Permanent, "no reason given"),
    ],
)
def test_every_no_is_named_by_what_to_do(
    shopify: Shopify,
    store: Loopback,
    access: Access,
    *,
    answer: Answer,
    error: type[Exception],
    text: str,
) -> None:
    store.answers = [answer]
    with pytest.raises(error, match=text) as caught:
        shopify.describe(access)
    assert not isinstance(caught.value, OutcomeUnknown)
    assert "shpat_made_up" not in str(caught.value)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, b"<html>just a moment</html>"),
        Answer.of({}),
        Answer.of({"errors": [{"message": "!", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}]}),
        Answer.of(
            {
                "data": {"discountCodeBasicCreate": {"codeDiscountNode": None}},
                "errors": [{"message": "Denied", "extensions": {"code": "ACCESS_DENIED"}}],
            }
        ),
        Answer.of({"data": {"discountCodeBasicCreate": {"userErrors": None}}}),
    ],
)
def test_an_unclear_answer_to_a_coupon_leaves_its_outcome_open(
    shopify: Shopify, store: Loopback, access: Access, ten_percent: CouponWish, answer: Answer
) -> None:
    unmade = Answer.of({"data": {"codeDiscountNodeByCode": None}})
    store.answers = [answer, unmade]
    with pytest.raises(OutcomeUnknown):
        shopify.create_coupon(access, ten_percent)


@material.needs_material
def test_a_missing_scope_is_named(shopify: Shopify, store: Loopback, access: Access) -> None:
    recorded: dict[str, Any] = material.capture(
        "2025-01/payments/shopify-payments-account-access-denied.json"
    )
    store.answers = [Answer.of({"errors": recorded["errors"], "data": recorded["data"]})]
    with pytest.raises(Refused, match="`read_shopify_payments`") as caught:
        shopify.describe(access)
    assert caught.value.code == "ACCESS_DENIED"


@material.needs_material
def test_no_recorded_error_is_taken_for_an_answer(
    shopify: Shopify, store: Loopback, access: Access
) -> None:
    recorded = material.capture("2025-01/admin-platform/graphql-base-validation-unhappy-paths.json")
    cases = [case["response"] for case in recorded["cases"].values()]
    assert len(cases) == 9
    for response in cases:
        store.answers = [Answer.of(response["payload"], status=response["status"])]
        with pytest.raises(Permanent, match="does not understand"):
            shopify.describe(access)


@material.needs_material
def test_quoted_refusals_are_told_apart(shopify: Shopify, store: Loopback, access: Access) -> None:
    expected: dict[str, type[Exception]] = {
        "invalid_or_revoked_token": AccessLost,
        "non_expiring_token_refused": AccessLost,
        "throttled": Retryable,
        "max_cost_exceeded": Permanent,
    }
    quoted = {case["name"]: case for case in material.load("errors/quoted.json")["cases"]}
    for name, error in expected.items():
        case = quoted[name]
        store.answers = [Answer.of(case["body"], status=case["http_status"] or 200)]
        with pytest.raises(error):
            shopify.describe(access)
