"""All that the feed asks is in Shopify's own schema, within its scopes, and so are the answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests
from graphql import (
    FieldNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    parse,
    validate,
    visit,
)
from graphql.execution.values import get_variable_values

from adapters.platforms.shopify import feed_documents, feed_webhooks, scopes
from connector.ports.feed import Resource
from tests.adapters.platforms.shopify.practice import LONG_AGO, Asking, shopifys
from tests.contracts import shopify_captures as captures
from tests.contracts import shopify_material as material
from tests.fakes import MUG, SHIRT, PracticeStore
from tests.fakes.shopify import bulk_rules, ids
from tests.fakes.shopify.dialect import API_VERSION
from tests.fakes_test.story import coupons

pytestmark = material.needs_material

SCOPES = {"read_orders", "read_customers", "read_products"}
"""What the feed needs. Orders older than 60 days need read_all_orders, which no schema tells."""

WEBHOOK_SCOPES = SCOPES | {"read_fulfillments"}
"""What the topics need besides: fulfillments/* are denied without read_fulfillments."""

SCHEMA_ALONE = {
    "abandonedCheckouts.after",
    "abandonedCheckouts.query",
    "abandonedCheckoutsCount.limit",
    "abandonedCheckoutsCount.query",
    "bulkOperationRunQuery.groupObjects",
    "customers.after",
    "customersCount.limit",
    "node",
    "productsCount.limit",
}
"""What no capture shows accepted: its proof is the schema."""

# Its deprecation names a successor that this version's CustomerPhoneNumber does not have.
WITHOUT_SUCCESSOR = {"CustomerPhoneNumber.marketingState", "CustomerPhoneNumber.marketingUpdatedAt"}
BULK = f"captures/{material.STORE}/2026-04/bulk-operations/bulk-operation-run-query"


@dataclass
class Sent:
    """One document as it left, and the answer that it got."""

    query: str
    variables: dict[str, Any] = field(default_factory=dict)
    answer: Any = None


@pytest.fixture(scope="module")
def shop() -> Iterator[PracticeStore]:
    with PracticeStore.open("shopify") as store:
        coupons(store)
        store.registers("dana@example.com", name="Dana", phone="+972500000001")
        store.consents("dana@example.com", granted=True)
        order = store.buys("dana@example.com", *[(MUG, n) for n in range(1, 13)], coupon="TEN")
        store.fulfills(order)
        store.refunds(order, "5.00", reason="late")
        store.cancels(store.buys("bob@example.com", (MUG, 2), SHIRT["L"]))
        store.leaves_checkout("ann@example.com", *[(MUG, n) for n in range(1, 13)], coupon="FIX")
        yield store


def say(shop: PracticeStore, query: str, variables: dict[str, Any]) -> Any:
    answer = requests.post(
        f"{shop.base_url}/admin/api/{API_VERSION}/graphql.json",
        json={"query": query, "variables": variables},
        headers={"X-Shopify-Access-Token": shop.access_token},
        timeout=5,
    ).json()
    assert "errors" not in answer
    return answer["data"]


def _number(shop: PracticeStore, kind: str) -> str:
    """Of one that is there."""
    if kind == "checkout":
        return str(ids.number("Checkout", shop.checkouts[-1].id))
    thing = shop.orders[0] if kind == "order" else shop.memory.accounts["dana@example.com"]
    return shop.external_id(thing)


@pytest.fixture(scope="module")
def sent(shop: PracticeStore) -> list[Sent]:
    """Everything that the feed can ask, taken off the wire; what runs in bulk as well."""
    asking = Asking(shop)
    before = shop.subscribe("orders/create", "https://before.example.com/webhooks/shopify").url
    for resource in Resource:
        asking.fetch(resource)
        asking.fetch(resource, since=LONG_AGO)
    address = "https://askback.example.com/webhooks/shopify"
    report = asking.feed.reconcile_webhooks(asking.access, address, "", former=[before])
    assert report.problems == ()
    there = [(roll.kind, _number(shop, roll.kind)) for roll in asking.feed.rolls.values()]
    nobody = [("customer", "1"), ("order", "1"), ("checkout", "1"), ("product", "1")]
    assert asking.feed.look_up(asking.access, there + nobody).gone == frozenset(nobody)
    asking.feed.withdraw_webhooks(asking.access, address)
    calls = [one.json for one in shop.requests if one.path.startswith("/admin/")]
    alone = {json.dumps(call, sort_keys=True): call for call in calls}
    found = [Sent(call["query"], call["variables"]) for call in alone.values()]
    inside = [bulk_rules.whole(one.query) for one in shopifys(shop).bulk.operations.values()]
    found += [Sent(query) for query in inside]
    for one in found:
        one.answer = say(shop, one.query, one.variables)
    return found


def test_every_document_of_the_table_was_sent(sent: list[Sent]) -> None:
    said = {one.query.strip() for one in sent}
    tables = feed_documents.QUERIES.values()
    written = {query for one in tables for query in (one.page, one.count)}
    # No product of the practice store has more variants than its page shows.
    written |= {one.more_children for one in tables if one.child and one.root != "products"}
    written |= {feed_documents.RUN_BULK, feed_documents.BULK, feed_documents.WEBHOOKS}
    written |= {feed_documents.MAKE_WEBHOOK, feed_documents.REMOVE_WEBHOOK, feed_documents.NODES}
    assert {query.strip() for query in written} <= said


def test_every_document_and_every_answer_is_as_the_schema_has_it(sent: list[Sent]) -> None:
    for one in sent:
        assert material.problems(one.query, one.answer, one.variables) == [], one.query


def test_the_document_for_further_variants_is_valid_too() -> None:
    query = feed_documents.QUERIES[Resource.PRODUCTS].more_children
    assert validate(material.schema(), parse(query)) == []


def test_every_variable_is_of_the_type_it_is_declared(sent: list[Sent]) -> None:
    for one in sent:
        (operation,) = parse(one.query).definitions
        definitions = operation.variable_definitions or ()
        coerced = get_variable_values(material.schema(), definitions, one.variables)
        assert not isinstance(coerced, list), coerced
        assert set(one.variables) == {each.variable.name.value for each in definitions}


def test_what_the_feed_asks_was_taken_by_a_recorded_store(sent: list[Sent]) -> None:
    assert captures.untried((one.query, one.variables) for one in sent) == SCHEMA_ALONE


def _met(query: str) -> tuple[set[str], set[str]]:
    """The types and Type.fields that a document touches, and the deprecated ones among them."""
    info = TypeInfo(material.schema())
    touched: set[str] = set()
    deprecated: set[str] = set()

    class Look(Visitor):
        def enter_field(self, node: FieldNode, *_: object) -> None:
            parent, definition = info.get_parent_type(), info.get_field_def()
            assert parent is not None
            assert definition is not None
            touched.add(f"{parent.name}.{node.name.value}")
            touched.add(get_named_type(definition.type).name)
            if definition.deprecation_reason:
                deprecated.add(f"{parent.name}.{node.name.value}")

    visit(parse(query), TypeInfoVisitor(info, Look()))
    return touched, deprecated


def test_no_document_asks_for_what_is_deprecated(sent: list[Sent]) -> None:
    deprecated = {name for one in sent for name in _met(one.query)[1]}
    assert deprecated == WITHOUT_SUCCESSOR
    phone = material.schema().type_map["CustomerPhoneNumber"].fields
    assert "smsMarketingConsent" not in phone


def test_no_document_needs_a_scope_beyond_these_and_each_of_these_is_needed(
    sent: list[Sent],
) -> None:
    table = material.scopes_needed()
    touched = {name for one in sent for name in _met(one.query)[0]}
    alternatives = {name: table[name] for name in touched if name in table}
    assert {name: opens for name, opens in alternatives.items() if not opens & SCOPES} == {}
    assert set(scopes.SCOPES) >= SCOPES
    for scope in SCOPES:
        assert any(opens & SCOPES == {scope} for opens in alternatives.values()), scope


def test_every_wanted_topic_is_one_that_can_be_subscribed_to() -> None:
    known = material.schema().type_map["WebhookSubscriptionTopic"].values
    assert [name for name in feed_webhooks.WANTED if name not in known] == []


def test_no_wanted_topic_needs_a_scope_beyond_these_and_each_of_these_is_needed() -> None:
    index = material.load("webhooks/index.json")
    topics = {one["topic"]: one for one in index if one["version"] == material.VERSION}
    needed = {name: topics[name] for name in feed_webhooks.WANTED.values()}
    assert {name for name, one in needed.items() if "graphql" not in one["available_on"]} == set()
    opens = {
        name: {f"read_{scope}" for scope in one["access_scopes"]} & WEBHOOK_SCOPES
        for name, one in needed.items()
        if one["access_scopes"]
    }
    assert {name for name, scopes in opens.items() if not scopes} == set()
    assert set.union(*opens.values()) == WEBHOOK_SCOPES


def test_bulk_queries_keep_the_rules_and_the_practice_store_refuses_in_captured_words() -> None:
    for query in feed_documents.QUERIES.values():
        assert bulk_rules.objections(query.in_bulk("updated_at:>='2026-01-01T00:00:00Z'")) == []
    captured = material.load(f"{BULK}-validators.json")["validations"]
    for name in (
        "nodesInsteadOfEdges",
        "ordersNodesInsteadOfEdges",
        "depthThreeNesting",
        "sixConnections",
        "invalidOperationType",
        "connectionWithinList",
    ):
        refused = captured[name]["response"]["data"]["bulkOperationRunQuery"]["userErrors"]
        objections = bulk_rules.objections(captured[name]["variables"]["query"])
        assert objections == [error["message"] for error in refused], name


def test_the_sixth_operation_is_refused_in_captured_words() -> None:
    refused = material.load(f"{BULK}-concurrency-limit.json")["sixthRun"]
    (captured,) = refused["response"]["data"]["bulkOperationRunQuery"]["userErrors"]
    with PracticeStore.open("shopify") as store:
        variables = {"query": "{ products { edges { node { id } } } }"}
        for _ in range(5):
            say(store, feed_documents.RUN_BULK, variables)
        said = say(store, feed_documents.RUN_BULK, variables)["bulkOperationRunQuery"]
        before = "A bulk query operation for this app and shop is already in progress: gid:"
        assert captured["message"].startswith(before)
        (error,) = said["userErrors"]
        assert error["message"].startswith(before)
        assert {**error, "message": ""} == {**captured, "message": ""}
        waiting = Asking(store).page(Resource.PRODUCTS)
        assert (waiting.records, waiting.wait_seconds > 0) == ((), True)
