"""Whatever Shopify leaves out or writes otherwise: a record or a sentence, never a crash."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from adapters.platforms.shopify import feed_documents, feed_records, feed_slices
from connector.ports.feed import Resource
from tests.adapters.platforms.shopify.practice import Asking
from tests.fakes import MUG, SHIRT, PracticeStore
from tests.fakes_test.story import coupons

ODD: tuple[Any, ...] = (None, [], {}, 7, "odd", True, [None], {"amount": "1"}, -1, "Ω" * 300)


@pytest.fixture(scope="module")
def told() -> dict[Resource, dict[str, Any]]:
    """One node of each resource as Shopify's answer has it, with its children within."""
    with PracticeStore.open("shopify") as store:
        coupons(store)
        store.registers("dana@example.com", name="Dana", phone="+972500000001")
        store.consents("dana@example.com", granted=True)
        order = store.buys("dana@example.com", (MUG, 2), SHIRT["L"], coupon="FIX")
        store.fulfills(order)
        store.refunds(order, "5.00", reason="late")
        store.leaves_checkout("dana@example.com", (MUG, 2), coupon="TEN")
        asking = Asking(store)
        call = asking.shopify._call(asking.access)
        found = {}
        for resource, query in feed_documents.QUERIES.items():
            variables = {"first": 1, "after": None, "search": None, "children": 5}
            answer = call(query.page, variables if query.child else {**variables, "children": 0})
            found[resource] = answer[query.root]["nodes"][0]
        return found


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    parts: dict[Any, Any] = dict(enumerate(value)) if isinstance(value, list) else {}
    for name, part in (value if isinstance(value, dict) else parts).items():
        yield from places(part, (*path, name))


def damaged(node: Any, path: tuple[Any, ...], value: Any) -> Any:
    spoiled = copy.deepcopy(node)
    inner = spoiled
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return spoiled


def children(resource: Resource, node: Any) -> list[Any]:
    inner = node.get(feed_documents.QUERIES[resource].child) or {}
    nodes = inner.get("nodes") if isinstance(inner, dict) else None
    return nodes if isinstance(nodes, list) else []


@pytest.mark.parametrize("resource", list(Resource))
def test_every_value_may_be_another_one(
    told: dict[Resource, dict[str, Any]], resource: Resource
) -> None:
    whole = told[resource]
    assert feed_records.read(resource, whole, children(resource, whole))[1] == ""
    read = refused = 0
    for path in places(whole):
        for value in ODD:
            node = damaged(whole, path, value)
            records, problem = feed_records.read(resource, node, children(resource, node))
            assert bool(records) is not bool(problem)
            read, refused = read + bool(records), refused + bool(problem)
    assert read > 50
    assert refused > 20


@pytest.mark.parametrize("node", [None, [], 7, "text", True, {}])
@pytest.mark.parametrize("resource", list(Resource))
def test_a_node_that_is_no_node_is_named(resource: Resource, node: Any) -> None:
    records, problem = feed_records.read(resource, node, [])
    assert records == []
    assert problem


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"not json\n", ("a line of Shopify's file is not JSON",)),
        (b'{"id":"c","__parentId":"nobody"}\n', ("c belongs to nothing before it",)),
        (b"\n", ()),
        (b"[1]\n", ()),
        (b'{"id":"c","__parentId":["a"]}\n', ("c belongs to nothing before it",)),
    ],
)
def test_a_line_that_is_none_is_passed_over_and_named_once(
    line: bytes, said: tuple[str, ...]
) -> None:
    content = b'{"id":"a"}\n' + line + b'{"id":"d","__parentId":"a"}\n{"id":"b"}\n'
    found = feed_slices.split(content, 0, ends=True)
    assert [(one.node["id"], len(one.children)) for one in found.things] == [("a", 1), ("b", 0)]
    assert [one.partition(":")[0] for one in found.unreadable] == list(said)
    first = feed_slices.split(content, 0, ends=False)
    assert first.next_offset == len(content) - len(b'{"id":"b"}\n')
    assert feed_slices.split(content[first.next_offset :], 0, ends=True).unreadable == ()
