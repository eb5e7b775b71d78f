"""What befalls a store while it is read: death, refusal, storms, endless lists."""

from __future__ import annotations

from typing import Any

import pytest

from connector.commerce.models import Order, Product
from connector.ports.feed import Page
from connector.records import Customer
from connector.stores.models import Store
from connector.sync import actions, rules, writing
from connector.sync.models import Cursor, WebhookCheck
from tests.connector.sync.patience import catches_up
from tests.fakes import MUG, PracticeStore, faults
from tests.road import Road

ANN = "ann@example.com"


class Killed(BaseException):
    """As `kill -9`: nothing catches it."""


def first(road: Road, resource: str) -> Cursor:
    (found,) = road.rows(Cursor, purpose="first", resource=resource)
    cursor: Cursor = found
    return cursor


def with_orders(road: Road, count: int) -> PracticeStore:
    """A store that sold so many mugs before it was connected, its webhooks lost."""
    store = road.opens("woocommerce", syncs=True)
    with store.holding() as pending:
        for number in range(count):
            store.buys(f"buyer{number}@example.com", (MUG, 1))
        pending.clear()
    return store


def asked(store: PracticeStore, path: str) -> int:
    return sum(one.path.endswith(path) for one in store.requests)


def works_until(road: Road, resource: str) -> None:
    """Page by page, until the first page of this list has been kept."""
    (store,) = road.rows(Store)
    assert actions.work(road.machine, store.id, road.clock.now())
    while not first(road, resource).fetched:
        assert actions.work(road.machine, store.id, road.clock.now())


def test_page_after_page_of_what_is_set_aside_leads_on(road: Road) -> None:
    """A program's drafts are nobody's checkout; they are no reason to begin anew for ever."""
    store = road.opens("woocommerce", syncs=True)
    for number in range(220):
        store.memory.begins_order(f"p{number}@example.com", [(MUG, 1)])
    store.memory.buys(ANN, (MUG, 1))
    catches_up(road.machine, road.clock)
    orders = first(road, "orders")
    assert (orders.state, orders.fetched, orders.error) == ("done", 221, "")
    assert len(road.rows(Order)) == 1


@pytest.mark.parametrize("alone", [True, False])
def test_a_worker_killed_between_fetching_and_writing_neither_doubles_nor_skips(
    any_road: Road, monkeypatch: pytest.MonkeyPatch, *, alone: bool
) -> None:
    road = any_road
    with_orders(road, 130)
    (store,) = road.rows(Store)
    works_until(road, "orders")
    assert 0 < first(road, "orders").fetched < 130

    def dies(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(writing, "settle", dies)
        with pytest.raises(Killed):
            actions.work(road.machine, store.id, road.clock.now())
    assert actions.work(road.machine, store.id, road.clock.now()) == 0
    if alone:  # the worker that `askback up` starts in its place does not wait for the lease
        with road.machine.database.transaction() as session:
            actions.let_go(session, road.clock.now())
    else:
        road.clock.advance(minutes=6)
    road.settles()
    assert (first(road, "orders").fetched, len(road.rows(Order))) == (130, 130)
    assert first(road, "orders").state == "done"


def test_a_late_answer_of_a_worker_whose_page_was_taken_over_is_dropped(
    road: Road, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_orders(road, 5)
    (store,) = road.rows(Store)
    late: list[Any] = []
    with monkeypatch.context() as patched:
        patched.setattr(writing, "settle", lambda *answer: late.append(answer))
        actions.work(road.machine, store.id, road.clock.now())
    road.clock.advance(minutes=6)
    road.settles()
    counted = {one.id: one.fetched for one in road.rows(Cursor)}
    writing.settle(*late[0])
    assert {one.id: one.fetched for one in road.rows(Cursor)} == counted


def test_a_key_revoked_in_mid_sync_is_shown_probed_and_then_everything_goes_on(
    road: Road,
) -> None:
    store = with_orders(road, 130)
    works_until(road, "orders")
    store.revokes_access()
    road.settles()
    (known,) = road.rows(Store)
    assert known.state == "access_lost"
    assert "no longer lets us in" in known.state_reason
    assert [one.state for one in road.rows(Cursor, purpose="first") if one.due_at] == ["paused"]
    before = len(store.requests)
    for _ in range(24):
        road.clock.advance(hours=1)
        road.settles()
    # Growing pauses: a dozen probes in a day, not a thousand.
    assert 2 <= len(store.requests) - before <= 24
    store.has_access = True
    road.clock.advance(hours=7)
    road.settles()
    (known,) = road.rows(Store)
    assert (known.state, known.state_reason) == ("connected", "")
    assert (first(road, "orders").state, len(road.rows(Order))) == ("done", 130)


def test_a_second_look_that_a_revoked_key_stopped_counts_from_nought(road: Road) -> None:
    store = with_orders(road, 130)
    road.settles()
    (known,) = road.rows(Store)
    with road.machine.database.transaction() as session:
        actions.again(session, known.id, road.clock.now(), full=True)
    store.revokes_access()
    road.settles()
    assert {one.state for one in road.rows(Cursor, purpose="first")} == {"paused"}
    store.has_access = True
    road.clock.advance(hours=7)
    road.settles()
    firsts = road.rows(Cursor, purpose="first")
    assert {one.state for one in firsts} == {"done"}
    assert [(one.resource, one.fetched) for one in firsts if one.fetched != one.total] == []
    assert first(road, "orders").fetched == 130


def test_a_key_that_may_not_see_one_list_still_reads_the_others(road: Road) -> None:
    store = with_orders(road, 3)
    store.faults.next("customers", *(faults.MayNotList() for _ in range(3)))
    store.faults.next("webhooks", faults.MayNotList())
    road.settles()
    (known,) = road.rows(Store)
    assert known.state == "connected"
    denied = first(road, "customers")
    assert denied.state == "failed"
    assert "you cannot list resources" in denied.error
    assert (first(road, "orders").state, len(road.rows(Order))) == ("done", 3)
    (check,) = road.rows(WebhookCheck)
    assert "you cannot list resources" in check.error


def test_a_store_gone_for_a_day_is_left_alone_more_and_more_and_catches_up(road: Road) -> None:
    store = with_orders(road, 3)
    road.settles()
    with store.holding() as pending:
        store.buys("late@example.com", (MUG, 1))
        pending.clear()
    for resource in ("orders", "products", "customers", "webhooks"):
        store.faults.next(resource, *(faults.ServerError(503) for _ in range(400)))
    before = len(store.requests)
    for _ in range(12):
        road.clock.advance(hours=2)
        road.settles()
    assert len(store.requests) - before < 12 * 10
    (known,) = road.rows(Store)
    assert known.state == "connected"
    store.faults = faults.Faults()
    road.clock.advance(hours=1)
    road.settles()
    assert len(road.rows(Order)) == 4


def test_a_storm_of_429_is_waited_out_as_long_as_the_store_asks(road: Road) -> None:
    store = with_orders(road, 3)
    store.faults.next("orders", *(faults.RateLimited(after=90) for _ in range(3)))
    road.settles()
    cursor = first(road, "orders")
    assert cursor.due_at is not None
    assert (cursor.due_at - road.clock.now()).total_seconds() >= 90
    calls = asked(store, "/orders")
    road.clock.advance(seconds=80)
    road.settles()
    assert asked(store, "/orders") == calls
    for _ in range(4):
        road.clock.advance(minutes=5)
        road.settles()
    assert store.faults.waiting == 0
    assert len(road.rows(Order)) == 3


def test_one_dead_store_does_not_hold_up_another(road: Road) -> None:
    dead = road.opens("woocommerce", syncs=True)
    dead.close()
    with_orders(road, 3)
    road.settles()
    assert len(road.rows(Order)) == 3
    stuck = [one for one in road.rows(Cursor, purpose="first") if one.error]
    assert {one.store_id for one in stuck} == {1}


def test_a_million_product_page_loop_ends_with_a_reason(road: Road) -> None:
    store = with_orders(road, 3)
    store.faults.next("products", *(faults.SamePage() for _ in range(50)))
    road.settles()
    cursor = first(road, "products")
    assert (cursor.state, cursor.total) == ("failed", 1_000_000)
    assert "the same page whatever is asked" in cursor.error
    assert store.faults.waiting > 40
    assert len(road.rows(Product)) == 25
    assert first(road, "orders").state == "done"


def test_a_store_that_begins_to_redirect_is_not_followed_and_says_where_it_went(
    road: Road,
) -> None:
    store = with_orders(road, 3)
    elsewhere = PracticeStore.open("woocommerce", clock=road.clock)
    for resource in ("orders", "products", "customers", "webhooks"):
        store.faults.next(resource, *[faults.RedirectsTo(elsewhere.base_url)] * 400)
    road.settles()
    assert {one.state for one in road.rows(Cursor, purpose="first")} == {"failed"}
    assert f"redirects to {elsewhere.base_url}: connect the store" in first(road, "orders").error
    assert elsewhere.requests == []
    elsewhere.close()
    store.faults = faults.Faults()
    road.clock.advance(hours=1)
    road.settles()
    assert (first(road, "orders").state, len(road.rows(Order))) == ("done", 3)


def goes_on(pages: list[Page], *, fetched: int = 0) -> str:
    """Why these pages, one after the other, are stopped; empty when they are not."""
    trail: list[str] = []
    cursor = ""
    for page in pages:
        if reason := rules.loop(trail, page, cursor=cursor, fetched=fetched):
            return reason
        trail, cursor = rules.trail(trail, page), page.cursor
    return ""


def customers(*names: int) -> tuple[Customer, ...]:
    return tuple(Customer(external_id=str(name)) for name in names)


def test_pages_that_lead_nowhere_are_stopped_and_long_lists_are_not() -> None:
    long = [Page(records=customers(n), cursor=f"after {n}") for n in range(2000)]
    assert goes_on(long) == ""
    assert goes_on([Page(cursor="soon", wait_seconds=5)] * 99) == ""
    ring = [Page(records=customers(n % 3), cursor=f"{n}") for n in range(9)]
    assert "the same page again" in goes_on(ring)
    assert "the same place again" in goes_on([Page(records=customers(1), cursor="a")] * 2)
    assert "without telling" in goes_on([Page(cursor=f"{n}") for n in range(60)])
    assert "does not end" in goes_on(long[:1], fetched=10_000_000)
