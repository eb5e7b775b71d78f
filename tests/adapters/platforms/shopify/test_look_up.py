"""Things are asked for by their ids, many at once, within the bucket, and no denial is a death."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from adapters.platforms.shopify.look_up import AT_ONCE, look_up
from adapters.platforms.shopify.pace import Throttled
from connector.errors import Refused, Retryable
from connector.ports.feed import LookedUp
from tests.adapters.platforms.shopify.practice import Asking, shopifys
from tests.fakes import MUG, PracticeStore

NOBODY = [("customer", str(number)) for number in range(1, 2101)]


@pytest.fixture
def shop() -> Iterator[PracticeStore]:
    with PracticeStore.open("shopify") as store:
        yield store


def sizes(shop: PracticeStore) -> list[int]:
    return [len(json.loads(one.body)["variables"]["ids"]) for one in shop.requests]


def test_many_are_asked_for_in_few_calls(shop: PracticeStore) -> None:
    ann = shop.external_id(shop.registers("ann@example.com"))
    order = shop.external_id(shop.buys("ann@example.com", MUG))
    asking = Asking(shop)
    there = [("customer", ann), ("order", order)]
    found = asking.feed.look_up(asking.access, [*NOBODY[:299], *there])
    assert found == LookedUp(gone=frozenset(NOBODY[:299]))
    assert sizes(shop) == [AT_ONCE, 51]


def test_what_the_bucket_has_no_points_for_is_left_for_another_night(shop: PracticeStore) -> None:
    shopifys(shop).bucket.is_tight = True
    asking = Asking(shop)
    found = asking.feed.look_up(asking.access, NOBODY)
    assert found.gone == frozenset(NOBODY[:2000])
    assert shopifys(shop).bucket.throttled == 0
    with pytest.raises(Throttled):
        asking.feed.look_up(asking.access, NOBODY[:AT_ONCE])


@pytest.mark.parametrize(
    "name", ["84ad78572dae52a8", "1/../2", "", "\u0662", "gid://shopify/Order/1"]
)
def test_a_name_that_is_no_number_is_not_asked_for(shop: PracticeStore, name: str) -> None:
    asking = Asking(shop)
    assert asking.feed.look_up(asking.access, [("checkout", name)]) == LookedUp()
    assert shop.requests == []


def test_a_token_that_may_not_see_customers_is_told_of_nobodys_end(shop: PracticeStore) -> None:
    shop.app.protected_data = False
    asking = Asking(shop)
    with pytest.raises(Refused):
        asking.feed.look_up(asking.access, NOBODY[:1])


@pytest.mark.parametrize(
    "nodes", [None, [], [None, None], [{"id": "gid://shopify/Customer/2"}], [{}], [7]]
)
def test_an_answer_that_is_not_one_for_one_what_was_asked_is_none(nodes: object) -> None:
    def answer(asked: str, variables: object, **_: object) -> dict[str, object]:
        del asked, variables
        return {"nodes": nodes}

    with pytest.raises(Retryable):
        look_up(answer, [("customer", "1")])
