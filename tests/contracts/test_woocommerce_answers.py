"""Whatever the store's REST API answered is read by the same readers as its webhooks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from adapters import strict_json
from adapters.platforms.woocommerce import (
    notes,
    records_customers,
    records_orders,
    records_products,
)
from connector import records
from connector.errors import Refused
from connector.money import Money
from connector.records import OrderState
from tests.adapters.platforms.woocommerce import recordings

recordings.needed()

Reader = Callable[[Any], tuple[records.Record, ...]]


def resources(file: str, mark: str) -> list[Any]:
    """Each object of an api file that has the field by which its kind is known."""
    return [
        pytest.param(thing, id=f"{pair.name}-{thing['id']}")
        for pair in recordings.pairs(file)
        if pair.status < 300
        for thing in _things(strict_json.loads(pair.answer.encode()))
        if mark in thing
    ]


def _things(answer: Any) -> list[Any]:
    return answer if isinstance(answer, list) else [answer]


@pytest.mark.parametrize("order", resources("orders", "order_key"))
def test_a_recorded_order_is_read(order: Any) -> None:
    found = records_orders.read_order(order)
    ids = {getattr(record, "external_id", None) for record in found}
    assert ids == {str(order["id"])}


@pytest.mark.parametrize("product", resources("products", "permalink"))
def test_a_recorded_product_is_read(product: Any) -> None:
    (found,) = records_products.read_product(product)
    assert isinstance(found, records.Product)
    assert found.is_partial is (product["type"] == "variation")
    assert found.external_id == str(product["parent_id"] or product["id"])


@pytest.mark.parametrize("customer", resources("customers", "is_paying_customer"))
def test_a_recorded_customer_is_read(customer: Any) -> None:
    (found,) = records_customers.read_customer(customer)
    assert isinstance(found, records.Customer)
    assert found.external_id == str(customer["id"])
    assert found.email == customer["email"]


def test_so_many_of_each_were_recorded() -> None:
    marks = {"orders": "order_key", "products": "permalink", "customers": "is_paying_customer"}
    counts = {file: len(resources(file, mark)) for file, mark in marks.items()}
    assert counts == {"orders": 23, "products": 15, "customers": 8}


@pytest.mark.parametrize(
    ("name", "state", "is_final"),
    [
        ("order-create", OrderState.PENDING, False),
        ("order-status-processing", OrderState.PLACED, False),
        ("order-status-on-hold", OrderState.ON_HOLD, False),
        ("order-status-completed", OrderState.FULFILLED, False),
        ("order-status-cancelled", OrderState.CANCELLED, False),
        ("order-status-failed", OrderState.FAILED, False),
        ("order-trash", OrderState.REFUNDED, True),
    ],
)
def test_a_status_becomes_our_state(name: str, state: OrderState, *, is_final: bool) -> None:
    (order,) = records_orders.read_order(answer(name))
    assert isinstance(order, records.Order)
    assert (order.state, order.is_final) == (state, is_final)


def test_an_order_in_the_trash_is_deleted_and_its_checkout_with_it() -> None:
    assert records_orders.read_order(answer("order-force-delete")) == (
        records.Deleted(kind="order", external_id="2370"),
        records.Deleted(kind="checkout", external_id="2370"),
    )


def test_refunds_are_positive_and_dated_by_the_order() -> None:
    (order,) = records_orders.read_order(answer("order-get-with-refund"))
    assert isinstance(order, records.Order)
    assert order.refunds == (
        records.Refund(
            external_id="2374",
            order_external_id="2373",
            amount=Money(2990, "ILS"),
            refunded_at=datetime(2026, 11, 21, 19, 47, 32, tzinfo=UTC),
        ),
    )
    assert order.refunded == Money(2990, "ILS")


def test_a_product_of_the_catalogue_is_its_own_only_variant() -> None:
    (product,) = records_products.read_product(answer("product-create"))
    price = Decimal(answer("product-create")["price"])
    assert product == records.Product(
        external_id="2363",
        title='ספל קפה "לאב" & Co <b>',
        updated_at=datetime(2026, 11, 21, 19, 47, 18, tzinfo=UTC),
        url=answer("product-create")["permalink"],
        description="תיאור",
        categories=("Mugs",),
        variants=(
            records.Variant(external_id="2363", sku="LAB-HE-1795290438", price=price, stock=10),
        ),
    )


def test_a_lone_variation_is_a_part_of_its_product() -> None:
    (product,) = records_products.read_product(answer("product-get-by-variation-id"))
    assert isinstance(product, records.Product)
    assert (product.external_id, product.is_partial) == ("38", True)
    assert product.variants == (
        records.Variant(
            external_id="40",
            title="Red, M",
            sku="LAB-V1-RM",
            price=Decimal(answer("product-get-by-variation-id")["price"]),
            stock=28,
        ),
    )


def answer(name: str) -> Any:
    return strict_json.loads(recordings.pair(name).answer.encode())


def test_the_recorded_notes_are_the_stores_own_the_oldest_first() -> None:
    class Recorded:
        """A store whose reports are shut to our key."""

        def get(self, path: str) -> Any:
            if path != "orders/2373/notes":
                raise Refused("no")
            return answer("order-notes-list")

    store: Any = Recorded()
    (told,) = notes.read(store, ["2373"])
    assert told.notes is not None
    assert [(one.external_id, one.text, one.author, one.moved_to) for one in told.notes] == [
        ("3189", "Stock levels reduced: Lab Mug 03 (76→73)", "", None),
        ("3190", "", "", OrderState.PLACED),
        ("3191", "Item #16 stock increased from 73 to 74.", "", None),
    ]
    assert {one.for_customer for one in told.notes} == {False}
    assert told.notes[0].written_at == datetime(2026, 11, 21, 19, 47, 31, tzinfo=UTC)
