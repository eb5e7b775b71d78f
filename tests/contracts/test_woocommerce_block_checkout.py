"""The road of one block checkout, as recorded: opened, filled in, changed, placed."""

from __future__ import annotations

from datetime import UTC, datetime

from adapters.platforms.woocommerce import records as readers
from connector import records
from connector.money import Money
from connector.records import OrderState
from tests.adapters.platforms.woocommerce import recordings

recordings.needed()


def test_a_draft_is_followed_from_the_first_look_to_the_order() -> None:
    told = [read(number) for number in range(57, 63)]
    drafts = [record for record in told if isinstance(record, records.Checkout)]
    assert len(drafts) == 6
    assert {draft.external_id for draft in drafts} == {"2377"}
    assert {draft.cart_token for draft in drafts} == {"wc_order_khQpA89Q8SYdv"}
    assert [draft.customer.email if draft.customer else None for draft in drafts] == [
        None,
        *["guest.block@example.com"] * 5,
    ]
    assert [draft.chose_delivery for draft in drafts] == [False, False, True, True, True, True]
    assert [draft.payment_method for draft in drafts] == ["", "", "", "cod", "cod", "cod"]
    assert [draft.total.minor for draft in drafts] == [14280, 14280, 14280, 14280, 16670, 15253]
    assert [draft.coupon_codes for draft in drafts] == [*[()] * 5, ("ten",)]
    assert [draft.lines[0].quantity for draft in drafts] == [2, 2, 2, 2, 3, 3]


def test_the_order_names_the_checkout_it_came_from() -> None:
    updated, created = read(63), read(64)
    assert updated == created
    assert isinstance(updated, records.Order)
    assert updated.external_id == updated.checkout_external_id == "2377"
    assert updated.cart_token == "wc_order_khQpA89Q8SYdv"
    assert updated.state is OrderState.PLACED
    assert updated.note == "ring twice"


def test_an_opened_checkout_says_all_that_leads_back_to_it() -> None:
    draft = read(58)
    assert isinstance(draft, records.Checkout)
    assert draft.created_at == datetime(2026, 11, 21, 19, 47, 34, tzinfo=UTC)
    assert draft.customer == records.Customer(email="guest.block@example.com", country="IL")
    assert "pay" not in draft.recovery_url  # that page would want a guest to prove her address
    assert draft.subtotal == Money(11780, "ILS")
    assert draft.shipping == Money(2500, "ILS")
    assert draft.tax == Money(1797, "ILS")


def test_two_mugs_cost_twice_one_mug() -> None:
    draft = read(58)
    assert isinstance(draft, records.Checkout)
    mugs, shirt = draft.lines
    assert (mugs.title, mugs.quantity) == ("Lab Mug 01", 2)
    assert mugs.unit_price == Money(2390, "ILS")
    assert mugs.total == Money(4780, "ILS")
    assert (shirt.title, shirt.variant_title, shirt.quantity) == ("Lab Shirt 1b", "Red, L", 1)
    assert (shirt.product_external_id, shirt.variant_external_id) == ("38", "41")
    assert shirt.unit_price == shirt.total == Money(7000, "ILS")


def test_a_signed_in_customers_draft_knows_her_at_once() -> None:
    draft = read(68)
    assert isinstance(draft, records.Checkout)
    assert draft.customer is not None
    assert draft.customer.external_id == "2"
    assert draft.customer.email == "customer1@example.com"


def test_a_bank_transfer_on_its_way_is_bought() -> None:
    order = read(69)
    assert isinstance(order, records.Order)
    assert order.state is OrderState.ON_HOLD
    assert order.state.bought
    assert order.paid_at is None


def read(number: int) -> records.Record:
    delivery = recordings.delivery(number)
    (record,) = readers.read(delivery.topic, delivery.envelope.body)
    return record
