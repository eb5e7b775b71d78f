"""Webhooks are lost and late; what is asked for again makes it good."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from connector.commerce.models import Checkout, Customer, Order, Product, Variant
from connector.consent.models import ConsentEntry
from connector.detection.models import Case
from connector.machine import Machine
from connector.messages.models import Message
from connector.stores.models import Store
from connector.sync import actions
from connector.sync.models import Cursor
from tests.connector.sync.patience import catches_up
from tests.fakes import HEBREW_MUG, MUG, SHIRT, PracticeStore, ledger
from tests.fakes.post import Delivery
from tests.promises import desk, state
from tests.road import Road

FED = ["woocommerce", "shopify"]
"""Platforms that can be asked for what they have."""

WITNESSED: dict[str, frozenset[str]] = {
    "woocommerce": frozenset(),
    # https://shopify.dev/docs/api/admin-graphql/2026-07/objects/AbandonedCheckout has no field for
    # these: whose every webhook was lost is known by her address, her cart and the way back to it.
    "shopify": frozenset(
        {"version", "heard_version", "cart_token", "locale", "stage", "payment_method"}
    ),
}
"""What only webhooks tell of a checkout."""

ANN, BEN, CAM, DAN = "ann@example.com", "ben@example.com", "cam@example.com", "dan@example.com"


EVE, FAY = "eve@example.com", "fay@example.com"


@dataclass(frozen=True, slots=True)
class Doomed:
    """What the merchant is going to delete; long known here."""

    account: ledger.Account
    order: ledger.Order
    checkout: ledger.Checkout

    @classmethod
    def made_in(cls, store: PracticeStore) -> Doomed:
        store.registers(FAY)
        checkout = store.leaves_checkout(FAY, MUG)
        return cls(store.registers(EVE), store.buys(FAY, SHIRT["M"]), checkout)


def goes_unheard(store: PracticeStore, doomed: Doomed) -> list[Delivery]:
    """A day in the store, of which not one webhook leaves."""
    with store.holding() as pending:
        store.registers(BEN, name="Ben Birch")
        store.consents(BEN, granted=True)
        ann = store.buys(ANN, MUG)
        store.cancels(store.buys(CAM, (SHIRT["L"], 1)))
        store.pays(store.buys(BEN, MUG, payment="transfer"))
        store.leaves_checkout(DAN, (SHIRT["M"], 2), name="Dan Dale")
        store.changes_cart(DAN, (MUG, 3))
        store.clock.advance(minutes=1)
        store.refunds(ann, "10.00", "a scratch")
        store.fulfills(ann)
        store.sets_stock(SHIRT["M"], 0)
        store.deletes_product(store.memory.shelf.products[HEBREW_MUG.id])
        store.deletes(doomed.account)
        store.deletes(doomed.order)
        store.deletes(doomed.checkout)
        told = list(pending)
        pending.clear()
    return told


def lasting(facts: state.Facts, platform: str) -> state.Facts:
    """Without what only a witness knows: that an order had been a draft, the moment at which the
    store first said that it was bought, whether a box was left empty or never seen."""
    checkouts = [one for one in facts["checkouts"] if not one["completed_at"]]
    left = {one["external_id"] for one in checkouts}
    lines = [one for one in facts["checkout_lines"] if one["checkout_id"] in left]
    people = [
        {**one, "accepts_marketing": bool(one["accepts_marketing"])} for one in facts["customers"]
    ]
    return {
        **facts,
        **{name: [_said(one) for one in facts[name]] for name in ("products", "variants")},
        "orders": [{**_said(one), "bought_at": None} for one in facts["orders"]],
        "checkouts": [{**one, **dict.fromkeys(WITNESSED[platform])} for one in checkouts],
        "checkout_lines": lines,
        "customers": people,
    }


def _said(one: dict[str, Any]) -> dict[str, Any]:
    """Whether the store was asked or told it by itself is no difference in what it said."""
    changed_at, rank, _serial, seal = one["version"].split("|")
    return {**one, "version": (changed_at, rank, seal)}


def consents(machine: Machine) -> list[tuple[str, bool]]:
    """Whose newest word is which, as the ledger has it."""
    with machine.database.reading() as session:
        words = session.scalars(select(ConsentEntry).order_by(ConsentEntry.said_at))
        return sorted({one.address_key: one.granted for one in words}.items())


@pytest.mark.parametrize("platform", FED)
def test_lost_and_late_webhooks_end_in_the_state_of_those_that_came(
    road: Road, platform: str, sqlite_url: str, tmp_path: Path
) -> None:
    store = road.opens(platform, syncs=True)
    doomed = Doomed.made_in(store)
    catches_up(road.machine, road.clock)
    told = goes_unheard(store, doomed)
    road.clock.advance(days=1, hours=2)
    admin = road.machine.settings.shopify_admin_origin

    def ends(
        *, before: Sequence[Delivery] = (), after: Sequence[Delivery] = ()
    ) -> tuple[state.Facts, list[tuple[str, bool]]]:
        copy = tmp_path / f"{len(before)}-{len(after)}.db"
        with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as told_so_far:
            told_so_far.execute("VACUUM INTO ?", (str(copy),))
        url = f"sqlite:///{copy}"
        with desk.opened(tmp_path, url, road.clock, SHOPIFY_ADMIN_ORIGIN=admin) as one:
            for deliveries in (before, after):
                assert set(one.posts(deliveries)) <= {200}
                catches_up(one.machine, road.clock)
            return lasting(state.of(one.machine.database), platform), consents(one.machine)

    in_time, said = ends(before=told)
    states = sorted(one["state"] for one in in_time["orders"])
    assert states == ["cancelled", "fulfilled", "placed", "placed"]
    assert [
        [one["external_id"] for one in in_time[table] if one["deleted_at"]]
        for table in ("customers", "orders", "checkouts")
    ] == [[store.external_id(one)] for one in (doomed.account, doomed.order, doomed.checkout)]
    assert [one["amount_minor"] for one in in_time["refunds"]] == [1000]
    assert [one["external_id"] for one in in_time["products"] if one["deleted_at"]] == [
        store.external_id(HEBREW_MUG)
    ]
    # WooCommerce itself knows no consent.
    assert said == ([(BEN, True)] if platform == "shopify" else [])
    assert ends() == (in_time, said)
    assert ends(after=told) == (in_time, said)
    assert ends(before=told[::3], after=told[1::3]) == (in_time, said)


@pytest.mark.parametrize("platform", FED)
def test_what_webhooks_did_not_tell_is_here_in_minutes_and_what_lists_told_late_by_morning(
    road: Road, platform: str
) -> None:
    store = road.opens(platform, syncs=True)
    store.buys(CAM, MUG)
    catches_up(road.machine, road.clock)
    orders, checkouts = store.memory.orders, store.memory.checkouts
    with store.holding() as pending:
        late = store.buys(BEN, MUG)
        del orders[late.id], checkouts[late.id]
        road.clock.advance(minutes=20)
        quick = store.buys(ANN, MUG)
        pending.clear()

    def here() -> set[str]:
        catches_up(road.machine, road.clock)
        return {one.external_id for one in road.rows(Order)}

    road.clock.advance(minutes=6)
    assert store.external_id(quick) in here()
    # The store's own index learns of it only now, and its time of change is long past.
    orders[late.id], checkouts[late.id] = late, late.checkout
    road.clock.advance(minutes=6)
    assert store.external_id(late) not in here()
    road.clock.advance(days=1)
    assert store.external_id(late) in here()


def test_a_product_that_shopify_dropped_untold_is_gone_by_morning(road: Road) -> None:
    store = road.opens("shopify", syncs=True)
    catches_up(road.machine, road.clock)
    store.force_deletes(store.memory.shelf.products[HEBREW_MUG.id])
    road.clock.advance(days=1)
    catches_up(road.machine, road.clock)
    deleted = [one.external_id for one in road.rows(Product) if one.deleted_at]
    assert deleted == [store.external_id(HEBREW_MUG)]


@pytest.mark.parametrize("platform", FED)
def test_two_sales_in_one_second_end_with_what_the_store_says_when_it_is_asked(
    road: Road, platform: str
) -> None:
    store = road.opens(platform, syncs=True)
    catches_up(road.machine, road.clock)
    for left in (1, 2, 3, 4):
        with store.holding() as pending:
            store.sets_stock(SHIRT["M"], left + 1)
            heard = list(pending)
            store.sets_stock(SHIRT["M"], left)
            pending.clear()
        store.deliver(*heard)
        road.clock.advance(minutes=6)
        catches_up(road.machine, road.clock)
        store.deliver(*(replace(one, status=None) for one in heard))
        catches_up(road.machine, road.clock)
        (kept,) = road.rows(Variant, external_id=store.external_id(SHIRT["M"]))
        assert kept.stock == left


def test_what_was_deleted_for_good_is_found_at_night(any_road: Road) -> None:
    road = any_road
    store = road.opens("woocommerce", syncs=True)
    gone, kept = store.buys(ANN, MUG), store.buys(BEN, MUG)
    road.settles()
    store.force_deletes(gone)
    store.force_deletes(store.memory.shelf.products[HEBREW_MUG.id])
    road.clock.advance(minutes=10)
    road.settles()
    assert [one.deleted_at for one in road.rows(Order)] == [None, None]
    road.clock.advance(hours=26)
    road.settles()
    left = [one.external_id for one in road.rows(Order) if one.deleted_at is None]
    assert left == [str(kept.id)]
    deleted = [one.external_id for one in road.rows(Product) if one.deleted_at]
    assert deleted == [str(HEBREW_MUG.id)]


def test_a_draft_cleaned_up_by_the_store_does_not_end_the_conversation(road: Road) -> None:
    store = road.opens("woocommerce", syncs=True)
    store.leaves_checkout(ANN, MUG)
    nobody = store.memory.open_checkout([MUG], at=store.memory.now())
    road.settles()
    road.runs_for(hours=2)
    assert [one.state for one in road.rows(Case)] == ["open"]
    road.clock.advance(hours=25)
    store.cleans_up_drafts()
    assert store.checkouts == []
    road.runs_for(hours=24)
    deleted = [one.external_id for one in road.rows(Checkout) if one.deleted_at]
    assert deleted == [str(nobody.id)]
    assert [one.closed_because for one in road.rows(Case)] != ["checkout removed"]


def test_a_list_that_lacks_nearly_everything_removes_nothing(road: Road) -> None:
    store = road.opens("woocommerce", syncs=True)
    with store.holding() as pending:
        for number in range(50):
            store.buys(f"buyer{number}@example.com", MUG)
        pending.clear()
    road.settles()
    hidden = dict(store.memory.checkouts)
    by_number = [f"/orders/{one.external_id}" for one in road.rows(Order)]
    store.memory.checkouts.clear()
    road.clock.advance(hours=26)
    road.settles()
    assert [one for one in road.rows(Order) if one.deleted_at] == []
    (night,) = road.rows(Cursor, purpose="nightly", resource="orders")
    assert "lacks most" in night.error
    assert not any(number in one.path for one in store.requests for number in by_number)
    store.memory.checkouts.update(hidden)
    road.clock.advance(hours=26)
    road.settles()
    (night,) = road.rows(Cursor, purpose="nightly", resource="orders")
    assert night.error == ""


@pytest.mark.parametrize("platform", FED)
def test_carts_from_before_the_store_was_connected_are_never_written_about(
    road: Road, platform: str
) -> None:
    store = road.opens(platform, syncs=True)
    with store.holding() as pending:
        store.leaves_checkout(ANN, MUG, ago=timedelta(minutes=30))
        store.leaves_checkout(BEN, MUG, ago=timedelta(days=3))
        store.fails_payment(store.leaves_checkout(CAM, MUG, ago=timedelta(days=1)))
        pending.clear()
    with road.machine.database.transaction() as session:
        session.get_one(Store, 1).active_since = road.clock.now() + timedelta(seconds=2)
    catches_up(road.machine, road.clock)
    assert len(road.rows(Checkout)) == 3
    road.runs_for(days=2)
    assert road.rows(Message) == []
    assert {one.passed_over for one in road.rows(Checkout)} == {
        "left before Askback was switched on"
    }


@pytest.mark.parametrize("minutes", [-50, 50])
def test_a_store_whose_clock_is_wrong_is_followed_all_the_same(road: Road, minutes: int) -> None:
    store = road.opens("woocommerce", syncs=True)
    store.clock_is_off(minutes)
    road.settles()
    for number in range(3):
        with store.holding() as pending:
            store.buys(f"buyer{number}@example.com", MUG)
            store.registers(f"reader{number}@example.com")
            pending.clear()
        road.clock.advance(minutes=6)
        road.settles()
        assert len(road.rows(Order)) == number + 1
        accounts = [one for one in road.rows(Customer) if one.external_id]
        assert len(accounts) == number + 1


@pytest.mark.parametrize("platform", FED)
def test_one_date_ahead_of_every_clock_hides_no_change_that_comes_after(
    road: Road, platform: str
) -> None:
    store = road.opens(platform, syncs=True)
    catches_up(road.machine, road.clock)
    for number in range(3):
        with store.holding() as pending:
            sold = store.buys(f"buyer{number}@example.com", MUG)
            pending.clear()
        if number == 0:
            sold.updated_at += timedelta(days=300)
        road.clock.advance(minutes=6)
        road.settles()
        assert len(road.rows(Order)) == number + 1


def test_orders_deleted_while_the_list_is_read_hide_no_others(road: Road) -> None:
    store = road.opens("woocommerce", syncs=True)
    with store.holding() as pending:
        sold = [store.buys(f"buyer{number}@example.com", MUG) for number in range(230)]
        pending.clear()
    (known,) = road.rows(Store)
    while not any(one.fetched for one in road.rows(Cursor, resource="orders")):
        assert actions.work(road.machine, known.id, road.clock.now())
    for one in sold[:70]:
        store.force_deletes(one)
    late = store.buys("late@example.com", MUG)
    road.settles()
    here = {one.external_id for one in road.rows(Order)}
    assert {str(one.id) for one in (*sold[70:], late)} <= here
