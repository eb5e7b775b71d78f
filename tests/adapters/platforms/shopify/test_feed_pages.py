"""What changed since a moment, page by page: nothing lost, nothing that did not change."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connector.errors import AccessLost, Refused, Retryable
from connector.ports.feed import Resource
from connector.records import Checkout, Order, Product
from tests.adapters.platforms.shopify.practice import LONG_AGO, Asking, shopifys
from tests.fakes import ASSORTMENT, MUG, SHIRT, PracticeStore, faults
from tests.fakes.catalogue import simple
from tests.fakes.shopify.bucket import Bucket

MANY = [simple(1000 + i, f"Mug no. {i}", "23.90", sku=f"MUG-{i}") for i in range(120)]


@pytest.fixture
def shop() -> Iterator[PracticeStore]:
    with PracticeStore.open("shopify", products=(*ASSORTMENT, *MANY)) as store:
        yield store


def test_things_that_changed_in_the_same_second_across_a_page_s_border_are_all_told(
    shop: PracticeStore,
) -> None:
    fetched = Asking(shop).fetch(Resource.PRODUCTS, since=LONG_AGO)
    assert [len(page.records) for page in fetched.pages] == [50, 50, 26]
    assert len({one.updated_at for one in fetched.of(Product)}) == 1
    assert {one.external_id for one in fetched.of(Product)} == {
        shop.external_id(one) for one in shop.memory.shelf.products.values()
    }


def test_what_changes_while_the_pages_are_turned_is_told_and_hides_nothing(
    shop: PracticeStore,
) -> None:
    asking = Asking(shop)
    first = asking.page(Resource.PRODUCTS, since=LONG_AGO)
    told = {one.external_id for one in first.records if isinstance(one, Product)}
    shop.clock.advance(minutes=1)
    shop.sets_stock(MUG.variants[0], 3)
    rest = asking.fetch(Resource.PRODUCTS, first.cursor, LONG_AGO)
    assert len(told | {one.external_id for one in rest.of(Product)}) == 126
    assert rest.of(Product)[-1].external_id == shop.external_id(MUG)
    assert rest.of(Product)[-1].variants[0].stock == 3


@pytest.mark.parametrize("wrong", [None, "many", True, {"count": None}, {"count": "7"}])
def test_a_store_that_does_not_say_how_many_is_fetched_all_the_same(
    shop: PracticeStore, wrong: object
) -> None:
    shop.faults.next("products", faults.Says({"productsCount": wrong}))
    told = Asking(shop).fetch(Resource.PRODUCTS)
    assert len(told.of(Product)) == 126
    shop.faults.next("products", faults.Passes(), faults.Says({"productsCount": wrong}))
    changed = Asking(shop).fetch(Resource.PRODUCTS, since=LONG_AGO)
    assert len(changed.of(Product)) == 126
    assert shop.faults.waiting == 0


def test_a_quiet_store_costs_one_question(shop: PracticeStore) -> None:
    fetched = Asking(shop).fetch(Resource.ORDERS, since=LONG_AGO)
    assert (fetched.records, fetched.pages[0].total, len(shop.requests)) == ([], 0, 1)


def test_only_what_changed_at_or_after_the_moment_is_told(shop: PracticeStore) -> None:
    old, kept = shop.buys("ann@example.com", MUG), shop.buys("bob@example.com", MUG)
    moment = shop.clock.advance(hours=1)
    new = shop.buys("eve@example.com", MUG)
    shop.refunds(kept, "1.00")
    fetched = Asking(shop).fetch(Resource.ORDERS, since=moment)
    told = [one.external_id for one in fetched.of(Order)]
    assert told == [shop.external_id(kept), shop.external_id(new)]
    assert shop.external_id(old) not in told
    assert fetched.pages[0].total == 2
    assert shopifys(shop).bulk.operations == {}


def test_an_order_with_more_lines_than_its_page_shows_has_them_all(shop: PracticeStore) -> None:
    shop.buys("ann@example.com", *[(mug, 2) for mug in MANY[:112]])
    (order,) = Asking(shop).fetch(Resource.ORDERS, since=LONG_AGO).of(Order)
    assert [line.title for line in order.lines] == [mug.title for mug in MANY[:112]]
    assert order.total.amount == shop.orders[0].total


def test_a_long_checkout_has_all_its_lines_too(shop: PracticeStore) -> None:
    left = shop.leaves_checkout("ann@example.com", *[(mug, 1) for mug in MANY[:12]])
    (checkout,) = Asking(shop).fetch(Resource.CHECKOUTS, since=LONG_AGO).of(Checkout)
    assert len(checkout.lines) == 12
    assert checkout.external_id == left.token


def test_many_changes_are_fetched_in_bulk(shop: PracticeStore) -> None:
    asking = Asking(shop, most_by_pages=100)
    fetched = asking.fetch(Resource.PRODUCTS, since=LONG_AGO)
    assert len({one.external_id for one in fetched.of(Product)}) == 126
    (operation,) = shopifys(shop).bulk.operations.values()
    assert "updated_at:>='2024-11-22T00:00:00Z'" in operation.query


def test_a_page_that_costs_too_much_is_asked_for_by_halves(shop: PracticeStore) -> None:
    for i in range(30):
        shop.buys(f"buyer{i}@example.com", MUG, SHIRT["L"])
    shopifys(shop).bucket = Bucket()
    shopifys(shop).bucket.is_tight = True
    asking = Asking(shop)
    fetched = asking.fetch(Resource.ORDERS, since=LONG_AGO)
    assert len({one.external_id for one in fetched.of(Order)}) == len(fetched.records) == 30
    calls = len(shop.requests)
    asking.fetch(Resource.ORDERS, since=LONG_AGO)
    assert len(shop.requests) - calls < calls  # what was refused once is not asked for again


def test_a_denied_resource_is_refused_in_the_store_s_own_words(shop: PracticeStore) -> None:
    shop.faults.next("customers", faults.Denied("customers"), faults.Denied("customers"))
    with pytest.raises(Refused, match="Access denied for customers field") as denied:
        Asking(shop).fetch(Resource.CUSTOMERS, since=LONG_AGO)
    assert denied.value.code == "ACCESS_DENIED"


def test_a_key_that_is_revoked_between_two_pages_ends_the_fetch(shop: PracticeStore) -> None:
    asking = Asking(shop)
    cursor = asking.page(Resource.PRODUCTS, since=LONG_AGO).cursor
    shop.revokes_access()
    with pytest.raises(AccessLost):
        asking.page(Resource.PRODUCTS, cursor, since=LONG_AGO)


def test_a_storm_of_refusals_between_pages_loses_nothing(shop: PracticeStore) -> None:
    storm = [faults.RateLimited(1), faults.Throttled(), faults.ServerError(502), faults.HangsUp()]
    shop.faults.next("products", *storm)
    fetched = Asking(shop).fetch(Resource.PRODUCTS, since=LONG_AGO)
    assert len({one.external_id for one in fetched.of(Product)}) == 126
    assert shop.faults.waiting == 0


def test_pages_that_lead_back_to_themselves_end_with_an_error(shop: PracticeStore) -> None:
    asking = Asking(shop)
    page = asking.page(Resource.PRODUCTS, since=LONG_AGO)
    shop.faults.next("products", faults.SamePageAgain(page.cursor.removeprefix("page:")))
    with pytest.raises(Retryable, match="lead nowhere"):
        asking.page(Resource.PRODUCTS, page.cursor, since=LONG_AGO)


@pytest.mark.parametrize("wrong", [None, [], "text", 7, {"nodes": None}, {"nodes": [None, 7]}])
def test_an_answer_of_another_shape_is_never_taken_for_the_end(
    shop: PracticeStore, wrong: object
) -> None:
    shop.faults.next("orders", faults.Says({"orders": wrong}))
    with pytest.raises(Retryable):
        Asking(shop).page(Resource.ORDERS, since=LONG_AGO)
