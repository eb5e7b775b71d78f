"""Everything a store has, fetched in bulk: whole, resumable, whatever happens on the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from adapters.http import Http
from adapters.platforms.shopify.feed_slices import Results
from connector.errors import AccessLost, Permanent, Refused
from connector.ports.feed import Resource
from connector.records import Checkout, ConsentChange, Customer, Order, Product
from tests.adapters.loopback import Answer, serving
from tests.adapters.platforms.shopify.practice import Asking, shopifys
from tests.fakes import ASSORTMENT, MUG, SHIRT, PracticeStore, faults
from tests.fakes.catalogue import simple
from tests.fakes.shopify.bulk import Bulk

MANY = [simple(1000 + i, f"Mug no. {i}", "23.90", sku=f"MUG-{i}") for i in range(200)]


@pytest.fixture(scope="module")
def shop() -> Iterator[PracticeStore]:
    """Hundreds of things: products, customers, orders (one with twelve lines), checkouts."""
    with PracticeStore.open("shopify", products=(*ASSORTMENT, *MANY)) as store:
        for i in range(60):
            store.registers(f"known{i}@example.com", accepts_marketing=i % 2 == 0)
        for i in range(60):
            store.buys(f"buyer{i}@example.com", (MUG, 1 + i % 3), SHIRT["L"])
        store.buys("twelve@example.com", *[(mug, 1) for mug in MANY[:12]])
        store.leaves_checkout("left@example.com", (MUG, 2))
        yield store


@pytest.fixture(autouse=True)
def fresh(shop: PracticeStore) -> None:
    shopifys(shop).bulk = Bulk()
    shop.requests.clear()


def test_a_full_fetch_brings_all_that_the_store_holds(shop: PracticeStore) -> None:
    asking = Asking(shop)
    products = asking.fetch(Resource.PRODUCTS)
    assert {one.external_id for one in products.of(Product)} == {
        shop.external_id(one) for one in shop.memory.shelf.products.values()
    }
    customers = {one.email for one in asking.fetch(Resource.CUSTOMERS).of(Customer)}
    assert len(customers) == 121
    orders = asking.fetch(Resource.ORDERS)
    told = {one.external_id: one for one in orders.of(Order)}
    assert {shop.external_id(one): one.total for one in shop.orders} == {
        name: one.total.amount for name, one in told.items()
    }
    twelve = told[shop.external_id(shop.orders[-1])]
    assert [line.title for line in twelve.lines] == [mug.title for mug in MANY[:12]]
    checkouts = asking.fetch(Resource.CHECKOUTS).of(Checkout)
    assert [one.external_id for one in checkouts] == [shop.checkouts[-1].token]
    for fetched in (products, orders):
        assert [problem for page in fetched.pages for problem in page.unreadable] == []
        assert len(fetched.pages) > 5
    assert products.pages[-1].total == 206


def test_customers_bring_their_consent_and_silence_is_no_answer(shop: PracticeStore) -> None:
    fetched = Asking(shop).fetch(Resource.CUSTOMERS)
    granted = {one.email for one in fetched.of(ConsentChange) if one.granted}
    assert granted == {f"known{i}@example.com" for i in range(0, 60, 2)}
    silent = next(one for one in fetched.of(Customer) if one.email == "known1@example.com")
    assert silent.accepts_marketing is None


def test_another_process_goes_on_from_the_cursor_alone(shop: PracticeStore) -> None:
    first = Asking(shop)
    whole = first.fetch(Resource.ORDERS)
    middle = len(whole.pages) // 2
    rest = Asking(shop).fetch(Resource.ORDERS, whole.pages[middle].cursor)
    before = [record for page in whole.pages[: middle + 1] for record in page.records]
    assert before + rest.records == whole.records
    assert len(before) > 10
    assert len(shopifys(shop).bulk.operations) == 1


@pytest.mark.parametrize("slice_bytes", [700, 5000, 10**6])
def test_where_the_slices_fall_makes_no_difference(shop: PracticeStore, slice_bytes: int) -> None:
    whole = Asking(shop, slice_bytes=slice_bytes).fetch(Resource.CHECKOUTS)
    products = Asking(shop, slice_bytes=slice_bytes * 4).fetch(Resource.PRODUCTS)
    assert len(whole.records) == 1
    assert len({one.external_id for one in products.of(Product)}) == len(products.records) == 206


def test_a_storage_that_gives_no_parts_is_read_all_the_same(shop: PracticeStore) -> None:
    shopifys(shop).bulk.gives_parts = False
    fetched = Asking(shop, slice_bytes=30_000).fetch(Resource.ORDERS)
    assert len({one.external_id for one in fetched.of(Order)}) == len(fetched.records) == 61
    assert len(fetched.pages) > 4


def test_the_storage_is_told_no_token(shop: PracticeStore) -> None:
    Asking(shop).fetch(Resource.CHECKOUTS)
    asked = [one for one in shop.requests if one.path.startswith("/bulk/")]
    assert asked
    assert [one for one in asked if "x-shopify-access-token" in one.headers] == []


def test_while_the_operation_runs_nothing_is_there_but_a_time_to_ask_again(
    shop: PracticeStore,
) -> None:
    shopifys(shop).bulk.polls = 3
    pages = Asking(shop).fetch(Resource.CHECKOUTS).pages
    waits = [page for page in pages if page.wait_seconds]
    assert len(waits) == 4
    assert all(not page.records and page.cursor for page in waits)


def test_a_sixth_operation_waits_until_another_has_ended(shop: PracticeStore) -> None:
    bulk = shopifys(shop).bulk
    bulk.limit = 1
    asking = Asking(shop)
    running = asking.page(Resource.PRODUCTS).cursor
    waiting = asking.page(Resource.ORDERS)
    assert (waiting.records, waiting.wait_seconds > 0) == ((), True)
    assert len(asking.fetch(Resource.PRODUCTS, running).records) == 206
    assert len(asking.fetch(Resource.ORDERS, waiting.cursor).records) == 61


@pytest.mark.parametrize("ends", ["FAILED", "CANCELED"])
def test_an_operation_that_failed_is_run_once_more(shop: PracticeStore, ends: str) -> None:
    bulk = shopifys(shop).bulk
    bulk.fails(ends, "TIMEOUT")
    assert len(Asking(shop).fetch(Resource.ORDERS).records) == 61
    assert len(bulk.operations) == 2


def test_a_store_in_which_bulk_never_works_is_fetched_page_by_page(shop: PracticeStore) -> None:
    bulk = shopifys(shop).bulk
    bulk.fails()
    bulk.fails("FAILED", "TIMEOUT")
    fetched = Asking(shop).fetch(Resource.ORDERS)
    assert len({one.external_id for one in fetched.of(Order)}) == len(fetched.records) == 61
    assert len(bulk.operations) == 2


@pytest.mark.parametrize(
    "unknown", [["bulkOperationRunQuery"], ["", "bulkOperation"]], ids=["to start", "to look"]
)
def test_where_the_api_knows_no_bulk_operations_pages_do(
    shop: PracticeStore, unknown: list[str]
) -> None:
    shop.faults.next(
        "bulk", *[faults.Misunderstood(name) if name else faults.Passes() for name in unknown]
    )
    assert len(Asking(shop).fetch(Resource.ORDERS).records) == 61
    assert shop.faults.waiting == 0


def test_a_denied_operation_is_said_to_be_denied(shop: PracticeStore) -> None:
    shopifys(shop).bulk.fails("FAILED", "ACCESS_DENIED")
    with pytest.raises(Refused, match="denies access") as denied:
        Asking(shop).fetch(Resource.ORDERS)
    assert denied.value.code == "ACCESS_DENIED"


def test_a_result_that_ran_out_in_the_middle_is_an_expired_cursor(shop: PracticeStore) -> None:
    asking = Asking(shop)
    cursor = asking.fetch(Resource.PRODUCTS).cursors[3]
    shop.faults.next("results", faults.ServerError(403))
    with pytest.raises(Refused) as expired:
        asking.page(Resource.PRODUCTS, cursor)
    assert expired.value.code == "expired_cursor"


def test_a_result_that_can_never_be_read_is_asked_for_twice_and_then_page_by_page(
    shop: PracticeStore,
) -> None:
    shop.faults.next("results", *[faults.ServerError(403)] * 9)
    assert len(Asking(shop).fetch(Resource.ORDERS).records) == 61
    assert len(shopifys(shop).bulk.operations) == 2
    shop.faults = faults.Faults()
    for _ in range(9):
        shopifys(shop).bulk.fails("EXPIRED")
    assert len(Asking(shop).fetch(Resource.ORDERS).records) == 61
    assert len(shopifys(shop).bulk.operations) == 4


def test_a_store_that_forgets_its_operations_is_read_page_by_page(shop: PracticeStore) -> None:
    shop.faults.next(
        "bulk", faults.Passes(), faults.Says({"bulkOperation": None}),
        faults.Passes(), faults.Says({"bulkOperation": None}),
    )  # fmt: skip
    assert len(Asking(shop).fetch(Resource.ORDERS).records) == 61
    assert shop.faults.waiting == 0


@pytest.mark.parametrize(
    "cursor", ["bulk:1:9:1", "bulk:1:0", "nonsense", "bulk:../../x:0:1", "start:", "bulk:1:-5:1"]
)
def test_a_forgotten_operation_and_a_made_up_cursor_are_expired(
    shop: PracticeStore, cursor: str
) -> None:
    with pytest.raises(Refused) as expired:
        Asking(shop).page(Resource.ORDERS, cursor)
    assert expired.value.code == "expired_cursor"


def test_a_storm_of_failures_in_mid_file_loses_nothing(shop: PracticeStore) -> None:
    asking = Asking(shop)
    cursor = asking.fetch(Resource.PRODUCTS).cursors[3]
    storm = (faults.ServerError(503), faults.HangsUp())
    shop.faults.next("results", *storm)
    shop.faults.next("bulk", faults.RateLimited(1), faults.Throttled(), faults.ServerError(502))
    assert len(asking.fetch(Resource.PRODUCTS, cursor).records) > 100
    assert shop.faults.waiting == 0


def test_a_token_that_is_revoked_in_mid_file_ends_the_fetch(shop: PracticeStore) -> None:
    asking = Asking(shop)
    cursor = asking.fetch(Resource.PRODUCTS).cursors[3]
    asking.access = replace(asking.access, credentials={"access_token": "shpat_old"})
    with pytest.raises(AccessLost):  # at once: with a new token this very place goes on
        asking.page(Resource.PRODUCTS, cursor)


def test_a_storage_that_does_not_say_how_long_its_file_is_is_read_to_its_end() -> None:
    with serving() as storage:
        unknown = {"Content-Range": "bytes 0-11/*"}
        storage.answers = [Answer(206, b'{"id": "a"}\n', unknown)]
        results = Results(Http(allow_private=True), plain_allowed=True)
        read = results.read(f"{storage.origin}/result.jsonl", 0)
    assert ([one.node for one in read.things], read.next_offset) == ([{"id": "a"}], None)


def test_an_operation_in_progress_is_known_by_its_words_too(shop: PracticeStore) -> None:
    said = "A bulk query operation for this app and shop is already in progress: gid://x/1."
    refused = {"bulkOperation": None, "userErrors": [{"field": None, "message": said}]}
    shop.faults.next("bulk", faults.Says({"bulkOperationRunQuery": refused}))
    page = Asking(shop).page(Resource.ORDERS)
    assert (page.cursor, page.wait_seconds) == ("start:1", 20.0)


@pytest.mark.parametrize(
    "url",
    [
        "http://storage.example.com/x",
        "ftp://a/b",
        "https://me:you@example.com/x",
        "https:///x",
        "//x",
    ],
)
def test_a_result_at_an_unsafe_address_is_not_fetched(url: str) -> None:
    with pytest.raises(Permanent, match="unsafe"):
        Results(Http()).read(url, 0)


def test_an_empty_store_is_done_without_an_operation() -> None:
    with PracticeStore.open("shopify") as store:
        fetched = Asking(store).fetch(Resource.ORDERS)
    assert (fetched.records, fetched.pages[-1].total) == ([], 0)
    assert shopifys(store).bulk.operations == {}


def test_a_store_that_cannot_count_is_fetched_all_the_same(shop: PracticeStore) -> None:
    shop.faults.next("products", *[faults.ServerError(500)] * 3)
    fetched = Asking(shop).fetch(Resource.PRODUCTS)
    assert len(fetched.records) == 206
    assert (fetched.pages[0].total, fetched.pages[-1].total) == (None, 206)


def test_a_count_of_nought_is_not_believed_before_the_list_is_looked_at(
    shop: PracticeStore,
) -> None:
    shop.faults.next("products", faults.Says({"productsCount": {"count": 0}}))
    assert len(Asking(shop).fetch(Resource.PRODUCTS).records) == 206


def test_what_emptied_meanwhile_has_no_file_and_is_done() -> None:
    with PracticeStore.open("shopify") as store:
        left = store.leaves_checkout("ann@example.com", MUG)
        asking = Asking(store)
        begun = asking.page(Resource.CHECKOUTS)
        assert begun.total == 1
        store.buys(left)
        fetched = asking.fetch(Resource.CHECKOUTS, begun.cursor)
    assert (fetched.records, fetched.pages[-1].total) == ([], 0)
