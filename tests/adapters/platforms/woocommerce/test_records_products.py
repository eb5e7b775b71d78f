"""Products and customers in the corners that no recording has."""

from __future__ import annotations

import json
from typing import Any

import pytest

from adapters.platforms.woocommerce import records as readers
from connector import records
from connector.errors import Unreadable
from tests.adapters.platforms.woocommerce import recordings

recordings.needed()


def product(number: int, **changes: Any) -> records.Product:
    recorded = json.loads(recordings.delivery(number).envelope.body)
    (found,) = readers.read("product.updated", json.dumps({**recorded, **changes}).encode())
    assert isinstance(found, records.Product)
    return found


@pytest.mark.parametrize(
    ("changes", "available"),
    [
        ({"stock_status": "instock"}, True),
        ({"stock_status": "onbackorder"}, True),
        ({"stock_status": "outofstock"}, False),
        ({"purchasable": False}, False),
        ({"status": "private"}, False),
    ],
)
def test_what_can_be_put_into_a_cart_is_available(
    changes: dict[str, Any], *, available: bool
) -> None:
    (variant,) = product(1, **changes).variants
    assert variant.available is available


def test_stock_is_known_only_where_it_is_counted() -> None:
    (counted,) = product(1, manage_stock=True, stock_quantity=7).variants
    (shared,) = product(5, manage_stock="parent", stock_quantity=7).variants
    (uncounted,) = product(1, manage_stock=False, stock_quantity=7).variants
    assert (counted.stock, shared.stock, uncounted.stock) == (7, 7, None)


def test_a_variable_product_does_not_overwrite_what_is_known_of_its_variations() -> None:
    shirt = product(4, variations=[39, 40])
    assert (shirt.variants, shirt.is_partial) == ((), False)


def test_a_description_is_its_words() -> None:
    tea = product(1, short_description="<p>Strong &amp; black<script>x()</script></p>")
    assert tea.description == "Strong & black"


def test_an_unpublished_product_is_not_on_offer() -> None:
    assert product(1).published
    assert not product(1, status="draft").published


def test_a_product_without_any_date_is_unreadable() -> None:
    with pytest.raises(Unreadable, match="product 2363 has no date"):
        product(1, date_created_gmt=None, date_modified_gmt=None)


def test_a_product_in_the_trash_is_deleted() -> None:
    recorded = json.loads(recordings.delivery(1).envelope.body)
    body = json.dumps({**recorded, "status": "trash"}).encode()
    assert readers.read("product.updated", body) == (
        records.Deleted(kind="product", external_id="2363"),
    )


def test_a_subscriber_who_never_bought_is_a_customer_with_a_birthday() -> None:
    recorded = recordings.delivery(18)
    (found,) = readers.read(recorded.topic, recorded.envelope.body)
    assert isinstance(found, records.Customer)
    assert (found.external_id, found.email) == ("11", "sub1795290443@example.com")
    assert found.updated_at is not None
    assert found.updated_at.isoformat() == "2026-11-21T19:47:24+00:00"


def test_a_customer_is_reached_at_her_billing_address_when_the_account_has_none() -> None:
    recorded = json.loads(recordings.delivery(14).envelope.body)
    recorded |= {"email": "", "first_name": ""}
    (found,) = readers.read("customer.updated", json.dumps(recorded).encode())
    assert isinstance(found, records.Customer)
    assert (found.email, found.first_name) == ("rec1795290442@example.com", "דנה")
    assert (found.phone, found.country) == ("0500000009", "IL")


def test_a_deletion_says_only_a_number() -> None:
    assert readers.read("customer.deleted", b'{"id":10}') == (
        records.Deleted(kind="customer", external_id="10"),
    )


@pytest.mark.parametrize("topic", ["subscription.created", "action.wp_login", "", "order"])
def test_an_unknown_topic_is_set_aside_without_a_look_at_its_body(topic: str) -> None:
    (found,) = readers.read(topic, b"\xff not json")
    assert isinstance(found, records.SetAside)
    assert found.reason
