"""The practice store answers Shopify's Admin API as its official schema and captures say."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

import pytest
import requests
from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    build_client_schema,
    execute_sync,
    get_named_type,
    parse,
    validate,
)

from tests.fakes import MUG, SHIRT, PracticeStore
from tests.fakes.shopify.dialect import API_VERSION
from tests.fakes.shopify.roots import Roots
from tests.fakes_test import recordings
from tests.fakes_test.recordings import needs_recordings
from tests.fakes_test.story import coupons

Ask = Callable[..., dict[str, Any]]
_CREATE = """
mutation Create($input: DiscountCodeBasicInput!) {
  discountCodeBasicCreate(basicCodeDiscount: $input) {
    codeDiscountNode { id codeDiscount { __typename ... on DiscountCodeBasic { status } } }
    userErrors { field message code extraInfo }
  }
}"""
_BY_CODE = "query ($code: String!) { codeDiscountNodeByCode(code: $code) { id } }"
_ORDERS = "query ($search: String) { orders(first: 5, query: $search) { nodes { name } } }"


def _wish(code: str, **other: Any) -> dict[str, Any]:
    gets = {"value": {"percentage": 0.1}, "items": {"all": True}}
    plain = {"title": code, "code": code, "startsAt": "2026-11-22T00:00:00Z"}
    return {**plain, "context": {"all": "ALL"}, "customerGets": gets, **other}


@pytest.fixture
def store() -> Iterator[PracticeStore]:
    with PracticeStore.open("shopify") as store:
        coupons(store)
        store.registers("dana@example.com", name="Dana Levi", phone="+972500000001")
        store.leaves_checkout("dana@example.com", (MUG, 2), SHIRT["L"])
        store.buys("dana@example.com", coupon="TEN")
        store.clock.advance(hours=1)
        store.cancels(store.buys("bob@example.com", (MUG, 2), coupon="FIX"))
        store.leaves_checkout("ann@example.com", MUG)
        store.subscribe("orders/create", "https://connector.example.com/webhooks")
        yield store


@pytest.fixture
def ask(store: PracticeStore) -> Ask:
    def asked(query: str, **variables: Any) -> dict[str, Any]:
        answer = requests.post(
            f"{store.base_url}/admin/api/{API_VERSION}/graphql.json",
            json={"query": query, "variables": variables},
            headers={"X-Shopify-Access-Token": store.access_token},
            timeout=5,
        )
        assert answer.status_code == 200
        return answer.json()

    return asked


@cache
def _schema() -> GraphQLSchema:
    path = recordings.ROOT / "shopify" / "schema" / f"admin_{API_VERSION}.json.gz"
    known = json.loads(gzip.decompress(path.read_bytes()))["data"]
    return build_client_schema(known, assume_valid=True)


def _everything(node: Mapping[str, Any], kind: Any, depth: int) -> str:
    """A selection of all that a node offers; connections are asked for one page."""
    said = []
    for name, value in node.items():
        if name.startswith("__"):
            continue
        field = kind.fields[name]
        asked = "(first: 2)" if "first" in field.args else ""
        made = value() if callable(value) and not asked else value
        offered = value(first=2) if asked else made
        one = offered[0] if isinstance(offered, list) and offered else offered
        if isinstance(one, Mapping):
            if depth:
                said.append(f"{name}{asked} {_of(one, get_named_type(field.type), depth - 1)}")
        elif isinstance(get_named_type(field.type), GraphQLObjectType | GraphQLUnionType):
            continue  # nothing behind it in this story: no selection can be made up
        else:
            said.append(name)
    return " ".join(["__typename", *said])


def _of(node: Mapping[str, Any], declared: Any, depth: int) -> str:
    kind = _schema().type_map[node["__typename"]]
    inner = _everything(node, kind, depth)
    abstract = isinstance(declared, GraphQLUnionType | GraphQLInterfaceType)
    return f"{{ __typename ... on {kind.name} {{ {inner} }} }}" if abstract else f"{{ {inner} }}"


def _problems(query: str, data: Any, **variables: Any) -> list[str]:
    """What the official schema has against the document, then against the answer."""
    document = parse(query)
    found = [problem.message for problem in validate(_schema(), document)]
    if found:
        return found

    def resolve(source: Any, info: Any, **_: Any) -> Any:
        return source[info.path.key]

    def kind_of(value: Any, *_: Any) -> str:
        return value["__typename"]

    outcome = execute_sync(
        _schema(),
        document,
        data,
        variable_values=variables,
        field_resolver=resolve,
        type_resolver=kind_of,
    )
    return [problem.message for problem in outcome.errors or []]


@needs_recordings
@pytest.mark.parametrize(
    "root",
    ["shop", "orders", "customers", "products", "abandonedCheckouts", "webhookSubscriptions"],
)
def test_everything_that_a_root_offers_is_in_the_schema_and_never_null_where_it_may_not(
    store, ask, root
):
    offered = Roots(store).query()[root]
    asked, node = ("", offered) if isinstance(offered, dict) else ("(first: 5)", offered(first=5))
    query = f"query {{ {root}{asked} {_of(node, None, 5)} }}"
    answer = ask(query)
    assert "errors" not in answer
    assert _problems(query, answer["data"]) == []


@needs_recordings
@pytest.mark.parametrize("code", ["TEN", "FIX", "SHIP"])
def test_every_kind_of_discount_is_told_as_the_schema_has_it(store, ask, code):
    store.coupons[code.lower()].starts_at = store.clock.now()
    node = Roots(store).discounts.by_code(code)
    query = f'query {{ codeDiscountNodeByCode(code: "{code}") {_of(node, None, 5)} }}'
    answer = ask(query)
    assert "errors" not in answer
    assert _problems(query, answer["data"]) == []


@needs_recordings
def test_a_taken_code_is_refused_in_the_captured_words(ask):
    made = ask(_CREATE, input=_wish("BACK-7"))["data"]["discountCodeBasicCreate"]
    assert made["userErrors"] == []
    assert made["codeDiscountNode"]["codeDiscount"]["status"] == "ACTIVE"
    again = ask(_CREATE, input=_wish("back-7"))
    folder = "harry-test-heelo.myshopify.com/2026-04/discounts"
    captured = recordings.read(
        recordings.ROOT / "shopify/captures" / folder / "discount-validation-branches.json"
    )["validation"]["omnibus"]["response"]["data"]["duplicate"]
    assert again["data"]["discountCodeBasicCreate"] == captured
    assert _problems(_CREATE, again["data"], input=_wish("back-7")) == []


@needs_recordings
def test_a_deleted_code_is_gone_and_an_unknown_one_is_refused_in_the_captured_words(ask):
    delete = """mutation ($id: ID!) {
      discountCodeDelete(id: $id) {
        deletedCodeDiscountId
        userErrors { field message code extraInfo }
      }
    }"""
    found = ask(_BY_CODE, code="fix")["data"]["codeDiscountNodeByCode"]
    gone = ask(delete, id=found["id"])["data"]["discountCodeDelete"]
    assert gone == {"deletedCodeDiscountId": found["id"], "userErrors": []}
    assert ask(_BY_CODE, code="fix")["data"] == {"codeDiscountNodeByCode": None}
    folder = "harry-test-heelo.myshopify.com/2026-04/discounts"
    captured = recordings.read(
        recordings.ROOT / "shopify/captures" / folder / "discount-delete-unknown-id.json"
    )["unknownCodeDelete"]["response"]["payload"]["data"]
    assert ask(delete, id="gid://shopify/DiscountCodeNode/0")["data"] == captured


@needs_recordings
def test_a_lost_token_is_answered_in_the_quoted_words(store):
    quoted = recordings.read(recordings.ROOT / "shopify" / "errors" / "quoted.json")["cases"]
    wanted = next(case for case in quoted if case["name"] == "invalid_or_revoked_token")
    store.revokes_access()
    answer = requests.post(
        f"{store.base_url}/admin/api/{API_VERSION}/graphql.json",
        json={"query": "{ shop { name } }"},
        headers={"X-Shopify-Access-Token": store.access_token},
        timeout=5,
    )
    assert (answer.status_code, answer.json()) == (wanted["http_status"], wanted["body"])
    for name, value in wanted["headers_seen"].items():
        assert answer.headers[name] == value


@pytest.mark.parametrize(
    ("search", "names"),
    [
        ("email:dana@example.com", ["#1001"]),
        ("email:'DANA@example.com' AND status:open", ["#1001"]),
        ("email:dana@example.com OR email:bob@example.com", ["#1001", "#1002"]),
        ("(email:dana@example.com OR email:bob@example.com) -status:cancelled", ["#1001"]),
        ("created_at:>='2026-11-22T10:00:00Z'", ["#1002"]),
        ("created_at:<'2026-11-22T10:00:00Z'", ["#1001"]),
        ("email:nobody@example.com", []),
    ],
)
def test_orders_are_found_by_shopifys_search_language(ask, search, names):
    found = ask(_ORDERS, search=search)["data"]["orders"]["nodes"]
    assert [order["name"] for order in found] == names


def test_an_order_is_found_by_its_checkout_and_an_unknown_field_is_ignored_with_a_warning(
    store, ask
):
    checkout = store.orders[0].checkout
    answer = ask(_ORDERS, search=f"checkout_token:{checkout.token} colour:blue")
    assert answer["data"]["orders"]["nodes"] == [{"name": "#1001"}]
    (warned,) = answer["extensions"]["search"]
    assert warned["warnings"][0] == {
        "field": "colour",
        "message": "Invalid search field for this query.",
        "code": "invalid_field",
    }


def test_pages_are_walked_by_their_cursors(ask):
    query = """query ($after: String) {
      products(first: 4, after: $after) { nodes { title } pageInfo { hasNextPage endCursor } }
    }"""
    first = ask(query)["data"]["products"]
    assert (len(first["nodes"]), first["pageInfo"]["hasNextPage"]) == (4, True)
    second = ask(query, after=first["pageInfo"]["endCursor"])["data"]["products"]
    assert (len(second["nodes"]), second["pageInfo"]["hasNextPage"]) == (2, False)
    assert not [one for one in second["nodes"] if one in first["nodes"]]


def test_fragments_aliases_and_directives_select_as_graphql_says(ask):
    query = """query Q($with: Boolean!) {
      mine: orders(first: 1) { edges { node { ...Named tags @include(if: $with) } } }
      node(id: "gid://shopify/Product/9800000000014") { id ... on Product { title } }
    }
    fragment Named on Order { number: name }"""
    data = ask(query, **{"with": False})["data"]
    assert data["mine"]["edges"] == [{"node": {"number": "#1001"}}]
    assert data["node"] == {"id": "gid://shopify/Product/9800000000014", "title": "Blue mug"}


def test_an_unknown_field_is_refused_before_anything_is_made(store, ask):
    answer = ask(_CREATE.replace("userErrors {", "userErors {"), input=_wish("NEVER"))
    assert answer["errors"][0]["extensions"]["code"] == "undefinedField"
    assert "data" not in answer


def test_a_webhook_needs_https_except_on_loopback_and_is_taken_once(store, ask):
    create = """mutation ($url: URL!) {
      webhookSubscriptionCreate(topic: ORDERS_PAID, webhookSubscription: {callbackUrl: $url}) {
        webhookSubscription { topic endpoint { ... on WebhookHttpEndpoint { callbackUrl } } }
        userErrors { field message }
      }
    }"""
    refused = ask(create, url="http://shop.example.com/hook")["data"]["webhookSubscriptionCreate"]
    assert refused["webhookSubscription"] is None
    assert refused["userErrors"][0]["message"] == "Address protocol http:// is not supported"
    url = "http://127.0.0.1:9/hook"
    made = ask(create, url=url)["data"]["webhookSubscriptionCreate"]["webhookSubscription"]
    assert made == {"topic": "ORDERS_PAID", "endpoint": {"callbackUrl": url}}
    again = ask(create, url=url)["data"]["webhookSubscriptionCreate"]
    assert again["userErrors"][0]["message"] == "Address for this topic has already been taken"
    assert [one.topic for one in store.subscriptions] == ["orders/create", "orders/paid"]


def test_a_cart_link_and_a_recovery_link_show_cart_and_code(store):
    cart = f"{store.base_url}/cart/{store.external_id(SHIRT['L'])}:2?discount=FIX"
    page = requests.get(cart, timeout=5).text
    assert "Linen shirt × 2" in page
    assert "Discount FIX applied" in page
    left = store.checkouts[-1]
    url = store.dialect.checkouts.payload(left)["abandoned_checkout_url"]
    page = requests.get(f"{url}&discount=NOPE", timeout=5).text
    assert "Blue mug × 1" in page
    assert "NOPE isn&#x27;t available" in page
