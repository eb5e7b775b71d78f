"""Who was erased stays erased, however her store tells of her again, until she buys again."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from connector.attribution.models import Credit
from connector.commerce.models import Checkout, Customer, Order
from connector.consent import actions as consent
from connector.consent.models import ConsentEntry
from connector.inbox.models import Delivery
from connector.privacy import actions, erasing
from tests.companion import Companion
from tests.connector.privacy.looking import ANN, BEA, mentions, shops
from tests.fakes import MUG, SHIRT, PracticeStore, ledger
from tests.road import Road

PLATFORMS = ["shopify", "woocommerce"]
HERS = (ANN, "Ashberry", "501234567")

both = pytest.mark.parametrize("platform", PLATFORMS)


def erased(road: Road) -> None:
    actions.erase(road.machine, 1, {"email": ANN}, road.clock.now())
    road.clock.advance(minutes=5)


def bought(road: Road) -> list[tuple[Any, ...]]:
    return [
        (one.external_id, one.total_minor, one.refunded_minor, one.state, one.customer_id)
        for one in road.rows(Order)
    ]


def tells_of_the_account(store: PracticeStore) -> None:
    """The merchant saves it once more: the store tells all that it knows of her."""
    account = store.memory.accounts[ANN]
    store.memory.touch(account)
    store._happens("account_created", account)


def has_account(store: PracticeStore) -> ledger.Account:
    known = store.memory.accounts.get(ANN)
    return known or store.registers(ANN, name="Ann Ashberry", phone="+972501234567")


def ways_to_tell(store: PracticeStore, order: ledger.Order) -> None:
    """Everything that happens later to an old order and to an account."""
    store.fulfills(order)
    store.delivers(order)
    store.refunds(order, "10.00", reason="Ann Ashberry called")
    tells_of_the_account(store)
    store.consents(ANN, True)
    if store.platform == "shopify":
        store.consents(ANN, True, texts=True)
        store.sends("customers/merge", {"email": ANN, "name": "Ann Ashberry"})


@both
def test_an_old_order_that_changes_is_kept_without_her_and_its_money_is_true(
    any_road: Road, platform: str
) -> None:
    road = any_road
    store = shops(road, platform)
    has_account(store)
    road.settles()
    (before,) = bought(road)
    people = len(road.rows(Customer))
    erased(road)
    ways_to_tell(store, store.orders[-1])
    road.settles()
    assert mentions(road, *HERS) == set()
    assert bought(road) == [(*before[:2], 1000, "fulfilled", before[4])]
    assert len(road.rows(Customer)) == people
    assert {one.state for one in road.rows(Delivery)} <= {"applied", "set_aside"}
    assert mentions(road, BEA)


@both
def test_the_lists_of_the_night_do_not_bring_her_back(road: Road, platform: str) -> None:
    store = road.opens(platform, syncs=True)
    account = store.registers(ANN, name="Ann Ashberry", phone="+972501234567")
    store.registers(BEA, name="Bea Birch")
    store.buys(ANN, (MUG, 2), name="Ann Ashberry")
    store.leaves_checkout(ANN, SHIRT["L"], name="Ann Ashberry", phone="+972501234567")
    road.settles()
    kept = bought(road)
    erased(road)
    store.memory.touch(account)
    store.memory.touch(store.orders[0])
    for _ in range(2):
        road.clock.advance(hours=26)
        road.settles()
        assert mentions(road, *HERS) == set()
        assert bought(road) == kept
    assert {one.email for one in road.rows(Customer)} == {"", BEA}
    assert {one.state for one in road.rows(Checkout)} <= {"completed", "deleted"}


@both
def test_who_is_erased_before_the_store_was_read_is_not_read_in(road: Road, platform: str) -> None:
    store = road.opens(platform, syncs=True)
    with store.holding() as unheard:
        store.registers(ANN, name="Ann Ashberry")
        store.buys(ANN, (MUG, 2), name="Ann Ashberry")
        store.buys(BEA, MUG)
        unheard.clear()
    road.clock.advance(minutes=5)
    erased(road)
    road.settles()
    assert mentions(road, *HERS) == set()
    assert len(bought(road)) == 2
    assert [one.email for one in road.rows(Customer)] == [BEA]


@both
def test_deliveries_of_before_that_come_late_twice_and_in_disorder_name_nobody(
    any_road: Road, platform: str
) -> None:
    road = any_road
    store = road.opens(platform)
    with store.holding() as pending:
        store.registers(ANN, name="Ann Ashberry", phone="+972501234567")
        order = store.buys(ANN, (MUG, 2), name="Ann Ashberry")
        store.fulfills(order)
        store.refunds(order, "10.00")
        told = list(pending)
        pending.clear()
    erased(road)
    for one in [*reversed(told), *told]:
        store.deliver(one)
        road.settles()
    assert mentions(road, *HERS) == set()
    assert [(one[2:]) for one in bought(road)] == [(1000, "fulfilled", None)]
    assert road.rows(Customer) == []


@both
def test_what_she_began_herself_makes_her_a_customer_again_whom_nobody_writes_to(
    road: Road, platform: str
) -> None:
    store = shops(road, platform)
    has_account(store)
    erased(road)
    (old,) = store.orders
    letters = len(road.mailbox.to(ANN))
    new = store.buys(ANN, SHIRT["L"], name="Ann Ashberry")
    road.settles()
    (again,) = road.rows(Customer, email_key=ANN)
    assert (again.first_name, again.last_name) == ("Ann", "Ashberry")
    owners = {one.external_id: one.customer_id for one in road.rows(Order)}
    assert owners[store.external_id(new)] == again.id
    assert owners[store.external_id(old)] not in (None, again.id)
    # Her account is heard again, the old order stays nobody's.
    tells_of_the_account(store)
    store.refunds(old, "10.00")
    road.settles()
    assert len(road.rows(Customer, email_key=ANN)) == 1
    assert [one.email_key for one in road.rows(Order) if one.customer_id != again.id] == [""]
    store.leaves_checkout(ANN, (MUG, 1), name="Ann Ashberry")
    road.runs_for(days=2)
    assert len(road.mailbox.to(ANN)) == letters == 0
    with road.machine.database.reading() as session:
        assert consent.is_suppressed(session, 1, ANN, channel="email")
    erased(road)
    store.fulfills(new)
    road.settles()
    assert mentions(road, *HERS) == set()


@both
def test_what_is_told_while_an_erasure_is_half_done_names_nobody_when_it_is(
    road: Road, platform: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """The process is gone."""

    def dies(*_: object) -> None:
        raise Killed

    store = shops(road, platform)
    has_account(store)
    for step in ("scrub", "erase"):
        with monkeypatch.context() as patch, suppress(Killed):
            patch.setattr(erasing, step, dies)
            erased(road)
        store.refunds(store.orders[0], "10.00", reason="Ann Ashberry called")
        tells_of_the_account(store)
        road.settles()
    erased(road)
    assert mentions(road, *HERS) == set()
    assert [one.refunded_minor for one in road.rows(Order)] == [2000]


@both
def test_an_order_of_hers_that_gets_another_address_stays_nobodys(
    road: Road, platform: str
) -> None:
    store = shops(road, platform)
    erased(road)
    checkout = store.orders[0].checkout
    checkout.email, checkout.account = "ann.at.work@example.com", None
    store.refunds(store.orders[0], "10.00")
    road.settles()
    assert mentions(road, *HERS, "ann.at.work") == set()


def test_whoever_shares_her_telephone_is_not_forgotten_with_her(road: Road) -> None:
    store = shops(road, "woocommerce")
    erased(road)
    store.leaves_checkout(
        BEA, (MUG, 1), name="Bea Birch", phone="+972501234567", ago=timedelta(hours=1)
    )
    road.settles()
    assert [one.phone for one in road.rows(Customer, email_key=BEA)] == ["+972501234567"]


def test_no_byte_of_the_file_keeps_what_was_told_of_her_again(road: Road) -> None:
    store = shops(road, "woocommerce")
    erased(road)
    store.refunds(store.orders[0], "10.00", reason="Ann Ashberry called")
    path = Path(road.machine.database.url.removeprefix("sqlite:///"))
    files = [path, path.with_name(f"{path.name}-wal")]
    road.settles()
    for one in files:
        raw = one.read_bytes()
        assert [name for name in (ANN, "Ashberry") if name.encode() in raw] == []


def test_where_nobody_was_forgotten_a_batch_costs_one_look_more(road: Road) -> None:
    store = road.opens("woocommerce")
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "forgotten" in statement:
            asked.append(statement)

    event.listen(road.machine.database.engine, "before_cursor_execute", note)
    for name in range(5):
        store.buys(f"{name}@example.com", MUG)
    told = len(store.deliveries)
    road.settles()
    assert told > len(asked) == 1


def test_shopify_may_pass_the_same_wish_on_again(road: Road) -> None:
    store = shops(road, "shopify")
    for _ in range(2):
        store.asks_erasure(ANN)
        road.settles()
        road.clock.advance(hours=1)
    store.asks_for_data(ANN)
    road.settles()
    road.clock.advance(hours=1)
    store.asks_erasure(ANN)
    road.settles()
    assert mentions(road, *HERS) == set()


def test_a_companions_cart_of_before_is_let_go_and_a_new_one_is_hers(road: Road) -> None:
    store = road.opens("woocommerce")
    companion = Companion(road, store)
    began = int(road.clock.now().timestamp())
    companion.captures(ANN, MUG)
    road.settles()
    erased(road)
    companion.captures(ANN, MUG, SHIRT["L"], started_at=began)
    road.settles()
    assert mentions(road, *HERS) == set()
    assert [one.state for one in road.rows(Checkout)] == ["deleted"]
    companion.captures(ANN, MUG, cart="f" * 32)
    road.settles()
    (again,) = road.rows(Customer, email_key=ANN)
    assert [one.state for one in road.rows(Checkout, customer_id=again.id)] == ["open"]
    assert [one.granted for one in road.rows(ConsentEntry, customer_id=again.id)] == [True]
    road.runs_for(days=1)
    assert road.mailbox.to(ANN) == []


@both
@pytest.mark.parametrize("forgets", [False, True])
def test_what_was_earned_from_her_is_taken_back_with_her_money(
    road: Road, platform: str, *, forgets: bool
) -> None:
    store = shops(road, platform)
    (earned,) = road.rows(Credit)
    assert earned.amount_minor > 0
    if forgets:
        erased(road)
    road.clock.advance(days=1)
    store.refunds(store.orders[0])
    road.settles()
    (left,) = road.rows(Credit)
    assert (left.grade, left.amount_minor) == (earned.grade, earned.amount_minor)
    assert left.refunded_minor == store.orders[0].refunded * 100
