"""Who asks to be forgotten is forgotten in every table and in every raw byte."""

from __future__ import annotations

from pathlib import Path

import pytest

from connector.attribution.models import Credit
from connector.commerce.models import Checkout, Customer
from connector.consent import actions as consent
from connector.inbox import door
from connector.journeys.models import Enrollment
from connector.privacy import actions
from connector.privacy.models import PrivacyRequest
from connector.privacy.rules import ERASE_STORE_AFTER, Person, names
from connector.stores.models import Store
from connector.writeback.models import StoreWrite
from tests.connector.privacy.looking import ANN, BEA, HER_WORDS, mentions, shops
from tests.fakes import MUG, faults
from tests.road import Road


def test_no_byte_of_the_file_or_its_log_names_her_any_more(road: Road) -> None:
    """SQLite leaves deleted rows in its pages, and old pages in its log, unless told not to."""
    shops(road, "shopify")
    (store,) = road.rows(Store)
    path = Path(road.machine.database.url.removeprefix("sqlite:///"))
    files = [path, path.with_name(f"{path.name}-wal")]
    assert any(ANN.encode() in one.read_bytes() for one in files)
    actions.erase(road.machine, store.id, {"email": ANN}, road.clock.now())
    for one in files:
        raw = one.read_bytes()
        assert [name for name in (ANN, "Ashberry", HER_WORDS) if name.encode() in raw] == []
    assert any(BEA.encode() in one.read_bytes() for one in files)


@pytest.mark.parametrize("platform", ["shopify", "woocommerce"])
def test_no_table_and_no_raw_body_knows_her_afterwards(any_road: Road, platform: str) -> None:
    road = any_road
    shops(road, platform)
    hers = (ANN, "Ashberry", "501234567", HER_WORDS)
    before = mentions(road, *hers)
    assert {"customers.email", "deliveries.body", "mailbox.to_address", "answers.words"} <= before
    bea = mentions(road, BEA)
    actions.erase(road.machine, 1, {"email": ANN}, road.clock.now())
    assert mentions(road, *hers) == set()
    assert mentions(road, BEA) == bea


def test_nobody_writes_to_her_again_and_her_address_is_not_readable_for_that(road: Road) -> None:
    store = shops(road, "woocommerce")
    actions.erase(road.machine, 1, {"email": ANN}, road.clock.now())
    road.runs_for(days=30)
    store.leaves_checkout(ANN, (MUG, 1), name="Ann Ashberry")
    road.runs_for(hours=3)
    assert road.mailbox.to(ANN) == []
    with road.machine.database.reading() as session:
        assert consent.is_suppressed(session, 1, ANN, channel="email")
        assert not consent.is_suppressed(session, 1, BEA, channel="email")


def test_what_was_on_its_way_to_her_stays_here(road: Road) -> None:
    store = road.opens("woocommerce")
    store.leaves_checkout(ANN, (MUG, 2), name="Ann Ashberry")
    road.runs_for(minutes=30)
    actions.erase(road.machine, 1, {"email": ANN}, road.clock.now())
    road.runs_for(hours=5)
    assert road.mailbox.to(ANN) == []
    assert [one.state for one in road.rows(Checkout)] == ["deleted"]
    assert road.rows(Enrollment) == []


def test_the_merchants_figures_stay_when_a_buyer_is_forgotten(road: Road) -> None:
    shops(road, "woocommerce")
    earned = [(one.grade, one.amount_minor) for one in road.rows(Credit)]
    assert earned
    actions.erase(road.machine, 1, {"email": ANN}, road.clock.now())
    assert [(one.grade, one.amount_minor) for one in road.rows(Credit)] == earned


def test_shopify_passes_the_wish_on_and_it_is_carried_out(road: Road) -> None:
    store = shops(road, "shopify")
    store.asks_erasure(ANN)
    road.settles()
    assert mentions(road, ANN, "Ashberry") == set()
    (request,) = road.rows(PrivacyRequest)
    assert (request.kind, request.state, request.person) == ("erase", "done", {})
    assert request.counts["customers"] == 1


def test_who_asks_to_see_her_data_waits_for_the_merchant(road: Road) -> None:
    store = shops(road, "shopify")
    store.asks_for_data(ANN)
    road.settles()
    (request,) = road.rows(PrivacyRequest)
    assert (request.kind, request.state) == ("export", "open")
    with road.machine.database.reading() as session:
        document = actions.export(session, session.get_one(Store, 1), request.person)
    assert {one["email"] for one in document["customers"]} == {ANN}
    assert [line["title"] for line in document["orders"][0]["lines"]]
    assert HER_WORDS in {one["words"] for one in document["answers"]}
    assert BEA not in str(document)


def test_a_store_that_left_is_forgotten_when_shopify_says_so(
    road: Road, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "MEMORY_SECONDS", 0.0)
    store = shops(road, "shopify")
    store.uninstalls()
    road.settles()
    road.clock.advance(hours=48)
    store.asks_shop_erasure()
    assert store.deliveries[-1].status == 200
    road.settles()
    assert road.rows(Store) == []
    assert mentions(road, ANN, BEA, "Ashberry") == set()
    store.asks_shop_erasure()
    assert store.deliveries[-1].status == 200  # nothing is held here any more


def test_a_store_that_left_is_forgotten_after_thirty_days_unless_it_comes_back(road: Road) -> None:
    store = shops(road, "shopify")
    store.uninstalls()
    road.settles()
    road.clock.advance(seconds=ERASE_STORE_AFTER.total_seconds() - 60)
    road.settles()
    assert len(road.rows(Customer)) == 2
    road.clock.advance(minutes=2)
    road.settles()
    assert road.rows(Store) == road.rows(Customer) == []


@pytest.mark.parametrize(
    ("body", "topic", "named"),
    [
        (b'{"customer_id": 14}', "order.updated", True),
        (b'{"id": 14, "line_items": [{"id": 3}]}', "order.updated", False),
        (b'{"id": 14, "email": ""}', "customer.updated", True),
        (b'{"customer": {"id": 14}}', "orders/create", True),
        (b'{"customer": {"admin_graphql_api_id": "gid://shopify/Customer/14"}}', "orders/x", False),
        (b'{"note": "write to Ann@Example.com please"}', "order.updated", True),
        (b'{"phone": "050-123-4567"}', "order.updated", True),
        (b'{"phone": "0501234568"}', "order.updated", False),
        (b'{"note": "joann@example.com, ann@example.com.au"}', "order.updated", False),
        (b'{"url": "https://s.example/u?for=ann%40example.com&x=1"}', "order.updated", True),
        (b'{"order_id": 31, "to": "Ann"}', "fulfillments/create", True),
        (b'{"id": 31, "to": "Ann"}', "products/update", False),
        (b'{"id": 9, "status": "checkout-draft"}', "order.updated", True),
        (b'{"cart": "0123456789abcdef0123456789abcdef"}', "cart.captured", True),
        (b"webhook for ann@example.com, no JSON", "order.updated", True),
        (b"Warning: call +972 50-123-4567 {", "order.updated", True),
        (b"Warning: {'customer': 14}", "order.updated", True),
        (b"Warning: {'customer': 140, 'tel': '+972 50-123-4568'}", "order.updated", False),
    ],
)  # fmt: skip
def test_a_raw_body_is_hers_when_it_names_her(body: bytes, topic: str, *, named: bool) -> None:
    ann = Person(
        emails=frozenset({ANN}), phones=frozenset({"+972501234567"}),
        external_ids=frozenset({"14"}),
        bought=frozenset({"order:31", "checkout:9", "checkout:0123456789abcdef0123456789abcdef"}),
    )  # fmt: skip
    assert names(body, topic, ann) is named


def test_nothing_more_is_written_into_the_store_about_a_forgotten_person(road: Road) -> None:
    store = road.opens("woocommerce")
    store.registers(ANN)
    store.leaves_checkout(ANN, (MUG, 2))
    road.runs_for(minutes=61)
    road.answers(ANN, "price", text=HER_WORDS)
    road.clock.advance(minutes=5)
    store.faults.next("orders", *[faults.ServerError(503)] * 9)
    order = store.buys(ANN)
    road.settles()
    assert {one.state for one in road.rows(StoreWrite)} == {"waiting"}
    actions.erase(road.machine, road.store_of(store).id, {"email": ANN}, road.clock.now())
    road.runs_for(days=1)
    assert (order.notes, order.meta) == ([], {})
    assert {one.state for one in road.rows(StoreWrite)} == {"dropped"}
