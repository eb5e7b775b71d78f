"""What was deleted in Shopify while its webhook was lost is found in the nights, by its name."""

from __future__ import annotations

import dataclasses
import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.wrappers import Request, Response

from connector.commerce.models import Checkout, Customer, Order
from connector.detection.models import Case
from connector.sync import rules
from connector.sync.models import Cursor, Sighting
from tests.connector.sync.patience import catches_up
from tests.fakes import MUG, SHIRT, PracticeStore, faults
from tests.road import Road

ANN, BEN, CAM, DAN = "ann@example.com", "ben@example.com", "cam@example.com", "dan@example.com"


def opened(road: Road) -> PracticeStore:
    store = road.opens("shopify", syncs=True)
    road.machine.platforms["shopify"].http.sleep = lambda _: None
    catches_up(road.machine, road.clock)
    return store


def passes(road: Road, **span: float) -> None:
    road.clock.advance(**span)
    catches_up(road.machine, road.clock)


def gone(road: Road, model: type[Any]) -> dict[str, datetime | None]:
    return {one.external_id: one.deleted_at for one in road.rows(model) if one.external_id}


def dropped(road: Road, model: type[Any]) -> set[str]:
    return {name for name, at in gone(road, model).items() if at}


def not_seen(road: Road) -> int | None:
    """What a roll call has noted and not yet concluded from."""
    with road.machine.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Sighting))


def asked(store: PracticeStore) -> list[list[str]]:
    """The ids of each call that asked for things by their names."""
    return [
        json.loads(one.body)["variables"]["ids"]
        for one in store.requests
        if one.about.resource == "nodes"
    ]


def test_what_was_deleted_weeks_later_and_never_told_is_found_that_night(road: Road) -> None:
    store = opened(road)
    ann, ben, _ = store.registers(ANN), store.registers(BEN), store.registers(CAM)
    bought, kept = store.buys(ANN, MUG), store.buys(BEN, MUG)
    left, stays = store.leaves_checkout(CAM, MUG), store.leaves_checkout(DAN, SHIRT["M"])
    passes(road, minutes=10)  # Shopify lists what was left
    passes(road, days=20)
    for thing in (bought, ann, left):
        store.force_deletes(thing)
    passes(road, hours=26)
    assert dropped(road, Customer) == {store.external_id(ann)}
    assert dropped(road, Order) == {store.external_id(bought)}
    assert dropped(road, Checkout) == {left.token}
    assert gone(road, Customer)[store.external_id(ben)] is None
    assert gone(road, Order)[store.external_id(kept)] is None
    assert gone(road, Checkout)[stays.token] is None
    assert not_seen(road) == 0


def test_a_left_checkout_that_was_deleted_untold_is_asked_about_no_more(road: Road) -> None:
    store = opened(road)
    left = store.leaves_checkout(ANN, MUG)
    passes(road, hours=2)
    assert [one.state for one in road.rows(Case)] == ["open"]
    store.force_deletes(left)
    passes(road, hours=26)
    assert [one.state for one in road.rows(Checkout)] == ["deleted"]
    assert [one.closed_because for one in road.rows(Case)] == ["checkout removed"]


def test_a_checkout_that_was_never_listed_cannot_be_asked_for_and_stays(road: Road) -> None:
    store = opened(road)
    left = store.leaves_checkout("", MUG, stage="delivery")
    store.force_deletes(left)
    passes(road, hours=26)
    assert gone(road, Checkout) == {left.token: None}
    assert not any("AbandonedCheckout" in one for ids in asked(store) for one in ids)


def test_orders_older_than_all_tokens_are_shown_are_not_asked_for(road: Road) -> None:
    """Without read_all_orders they are null, and they are there."""
    store = opened(road)
    old = store.buys(ANN, MUG)
    passes(road, days=57)
    young = store.buys(BEN, MUG)
    store.refunds(old, "10.00", "a scratch")  # and its update is told
    del store.memory.orders[old.id]  # as such a token is answered
    store.requests.clear()
    passes(road, hours=26)
    assert gone(road, Order)[store.external_id(old)] is None
    orders = {one for ids in asked(store) for one in ids if "/Order/" in one}
    assert orders == {f"gid://shopify/Order/{store.external_id(young)}"}


class Denied(faults.Fault):
    """As Shopify answers where a scope is missing: nulls, and the reason beside them."""

    def answer(self, _: PracticeStore, request: Request, __: faults.Proceed) -> Response:
        nobody = [None for _ in json.loads(request.get_data())["variables"]["ids"]]
        said = {"message": "Access denied for nodes.", "extensions": {"code": "ACCESS_DENIED"}}
        body = {"data": {"nodes": nobody}, "errors": [said]}
        return Response(json.dumps(body), content_type="application/json")


def test_nothing_is_concluded_from_a_denial_and_all_from_the_next_answer(road: Road) -> None:
    store = opened(road)
    ann = store.registers(ANN)
    passes(road, minutes=10)
    store.force_deletes(ann)
    store.faults.next("nodes", *[Denied()] * 50)
    passes(road, hours=26)
    assert dropped(road, Customer) == set()
    (roll,) = road.rows(Cursor, purpose="roll_call", resource="customers")
    assert "Access denied" in roll.error
    store.faults = faults.Faults()
    passes(road, hours=26)
    assert dropped(road, Customer) == {store.external_id(ann)}


def test_a_store_that_knows_hardly_anybody_any_more_was_asked_badly(road: Road) -> None:
    store = opened(road)
    for number in range(24):
        store.registers(f"reader{number}@example.com")
    passes(road, minutes=10)
    known = dict(store.memory.accounts)
    store.memory.accounts.clear()
    passes(road, hours=26)
    assert dropped(road, Customer) == set()
    (roll,) = road.rows(Cursor, purpose="roll_call", resource="customers")
    assert "hardly anything of what it told before" in roll.error
    assert not_seen(road) == 0
    store.memory.accounts.update(list(known.items())[:14])
    passes(road, hours=26)
    assert len(dropped(road, Customer)) == 10


def test_a_large_stores_roll_is_called_in_parts_and_everybodys_turn_comes(
    road: Road, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five a night, as it were, three at a time; the points that it costs come back meanwhile."""
    store = opened(road)
    for number in range(11):
        store.registers(f"reader{number}@example.com")
    passes(road, minutes=10)
    feed = road.machine.platforms["shopify"].feed
    assert feed is not None
    rolls = {name: dataclasses.replace(one, at_once=3) for name, one in feed.rolls.items()}
    monkeypatch.setattr(feed, "rolls", rolls)
    monkeypatch.setattr(rules, "part_of_the_roll", lambda _: 5)
    nights = []
    for _ in range(2):
        store.requests.clear()
        passes(road, hours=24)
        nights.append([one for ids in asked(store) for one in ids])
    assert [len(one) for one in nights] == [6, 5]
    assert len({name for night in nights for name in night}) == 11


def test_everybodys_turn_comes_within_a_week_and_most_stores_have_it_nightly() -> None:
    assert [rules.part_of_the_roll(one) for one in (0, 10_000, 60_001, 1_000_000)] == [
        10_000,
        10_000,
        10_001,
        166_667,
    ]
    assert timedelta(seconds=2.5) == rules.ROLL_PAUSE  # 250 points at 100 a second


def test_what_was_deleted_past_the_trash_of_woocommerce_weeks_later_is_found_that_night(
    road: Road,
) -> None:
    """No webhook tells of it, and the night's list of the last days neither."""
    store = road.opens("woocommerce", syncs=True)
    bought = [store.buys(f"shopper{n}@example.com", MUG) for n in range(14)]
    passes(road, minutes=10)
    passes(road, days=20)
    store.force_deletes(bought[3])
    store.requests.clear()
    passes(road, hours=26)
    assert dropped(road, Order) == {store.external_id(bought[3])}
    named = [
        one for one in store.requests if one.about.resource == "orders" and "include" in one.query
    ]
    assert len(named) == 1
