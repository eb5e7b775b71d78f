"""What a store tells when it is asked: products, customers, orders, checkouts, in pages."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connector.commerce.notes import failure
from connector.money import Money
from connector.ports.feed import Resource
from connector.records import Checkout, Customer, Note, Order, OrderState, Product
from tests.store_contract import wishes
from tests.store_contract.shop import CLOCK_SLACK, Shop


@pytest.mark.parametrize("resource", Resource)
def test_the_last_two_days_come_in_pages_each_thing_once(shop: Shop, resource: Resource) -> None:
    shop.hand.registers(shop.email(), "Ann Ash")
    seen: list[object] = []
    for page in shop.pages(resource, shop.now() - timedelta(days=2)):
        assert page.unreadable == ()
        seen += [
            # One cart may stand in several drafts, each told under the cart's name.
            (type(one), one.external_id, getattr(one, "created_at", None))
            for one in page.records
            if isinstance(one, Product | Customer | Order | Checkout)
            and not getattr(one, "is_partial", False)
        ]
    assert len(seen) == len(set(seen))


def test_a_product_is_told_with_its_sizes_and_its_category(shop: Shop) -> None:
    goods = shop.hand.goods()
    told = shop.told(Product, Resource.PRODUCTS, goods.product, since=goods.changed_at)
    assert told.title == goods.title
    assert sorted(one.external_id for one in told.variants) == sorted(goods.sizes)
    assert told.published
    assert goods.category in ("", *told.categories)


def test_a_customer_is_told_and_nobody_asked_her_for_consent(shop: Shop) -> None:
    email = shop.email()
    ann = shop.hand.registers(email, "Ann Ash")
    told = shop.told(Customer, Resource.CUSTOMERS, ann, since=shop.lately())
    assert (told.email, told.first_name, told.last_name) == (email, "Ann", "Ash")
    assert not told.accepts_marketing


def test_an_order_is_told_in_its_window_and_in_no_later_one(shop: Shop) -> None:
    email, goods = shop.email(), shop.hand.goods()
    bought = shop.hand.buys(email, goods)
    told = shop.told(Order, Resource.ORDERS, bought, since=shop.lately())
    assert told.customer is not None
    assert told.customer.email == email
    assert told.state is OrderState.PLACED
    assert [line.quantity for line in told.lines] == [1]
    assert told.lines[0].total.minor > 0
    assert told.currency == shop.platform.describe(shop.access).currency
    assert told.refunded in (None, Money.zero(told.currency))
    later = told.updated_at + timedelta(hours=1)
    assert [one for page in shop.pages(Resource.ORDERS, later) for one in page.records] == []


def _notes(shop: Shop, order: str) -> tuple[Note, ...]:
    (told,) = shop.feed.notes(shop.access, [order])
    assert told.order_external_id == order
    return told.notes or ()


def test_a_note_written_in_the_store_is_read_back(shop: Shop) -> None:
    if not shop.feed.tells_notes:
        pytest.skip(f"{shop.platform.title} tells of an order's note with the order")
    order = shop.hand.buys(shop.email(), shop.hand.goods())
    text = f"Ring twice & <b>wait</b>. {shop.lot}"
    shop.hand.writes_note(order, text)
    told = [one for one in _notes(shop, order) if shop.lot in one.text]
    assert [(one.text, one.for_customer) for one in told] == [
        (f"Ring twice & wait. {shop.lot}", False)
    ]
    assert abs(told[0].written_at - shop.now()) < CLOCK_SLACK


def test_why_a_payment_failed_is_read_without_the_stores_own_sentence(shop: Shop) -> None:
    if not shop.feed.tells_notes:
        pytest.skip(f"{shop.platform.title} keeps no list of notes")
    order = shop.hand.buys(shop.email(), shop.hand.goods())
    shop.hand.writes_note(order, "Card declined: insufficient funds", by_program=True)
    shop.hand.fails(order)
    notes = _notes(shop, order)
    assert [one.moved_to for one in notes][-1] is OrderState.FAILED
    assert notes[-1].text == ""
    assert failure(notes) == "Card declined: insufficient funds"


def test_the_notes_of_an_order_that_is_gone_end_no_look(shop: Shop) -> None:
    if not shop.feed.tells_notes:
        pytest.skip(f"{shop.platform.title} keeps no list of notes")
    there = shop.hand.buys(shop.email(), shop.hand.goods())
    told = shop.feed.notes(shop.access, ["999999999", there])
    assert [(one.order_external_id, one.notes is None) for one in told] == [
        ("999999999", True), (there, False)
    ]  # fmt: skip


def test_a_checkout_left_is_told_with_her_address_and_the_way_back(shop: Shop) -> None:
    email, goods = shop.email(), shop.hand.goods()
    number = shop.hand.leaves_checkout(email, goods)
    if number is None:
        pytest.skip("here a checkout can only be left in a browser")
    told = shop.left(number)
    assert told.customer is not None
    assert told.customer.email == email
    assert [(one.variant_external_id, one.quantity) for one in told.lines] == [(goods.sizes[0], 2)]
    assert told.total.minor > 0
    assert told.recovery_url
    assert told.completed_at is None


def test_whether_she_bought_is_known_when_the_store_is_asked(shop: Shop) -> None:
    email = shop.email()
    left = wishes.left(shop, email)
    assert shop.platform.find_order(shop.access, left) is None
    bought = shop.hand.buys(email, shop.hand.goods())
    found = shop.eventually(lambda: shop.platform.find_order(shop.access, left))
    assert found is not None
    assert (found.external_id, found.state) == (bought, OrderState.PLACED)


def test_a_checkout_that_is_not_there_was_not_bought(shop: Shop) -> None:
    gone = wishes.left(shop, shop.email(), external_id="999999999")
    assert shop.platform.find_order(shop.access, gone) is None


def test_what_is_there_is_told_from_what_is_not_when_it_is_asked_for_by_name(shop: Shop) -> None:
    email, goods = shop.email(), shop.hand.goods()
    ann = shop.hand.registers(email, "Ann Ash")
    there = [("customer", ann), ("order", shop.hand.buys(email, goods))]
    left = shop.hand.leaves_checkout(shop.email(), goods)
    if left is not None:
        told = shop.left(left)
        there.append(("checkout", told.number or told.external_id))
    nobody = [(kind, "999999999") for kind in ("customer", "order", "checkout")]
    found = shop.feed.look_up(shop.access, [*there, *nobody])
    assert found.gone == frozenset(nobody)
