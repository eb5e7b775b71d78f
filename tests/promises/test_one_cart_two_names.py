"""A checkout that a store names once by its token and once by its cart is one checkout."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from adapters.platforms.shopify.feed_records import checkout_names
from connector import records
from connector.commerce import actions
from connector.commerce.models import Checkout
from connector.money import Money
from connector.ports.feed import Resource
from connector.timeline import actions as timeline
from tests.adapters.platforms.shopify.practice import Asking, shopifys
from tests.fakes import BEGINNING, MUG
from tests.road import Road

HOST = "https://practice.myshopify.com"
TOTAL = Money.of("47.80", "ILS")
BY_TOKEN = records.Checkout(
    external_id="84ad78572dae52a8cbea7d55371afe89",
    cart_token="Z2NwLXVzLWVhc3QxOjAxSkJa",
    currency="ILS",
    total=TOTAL,
    created_at=BEGINNING,
    updated_at=BEGINNING,
)
BY_CART = replace(BY_TOKEN, external_id=BY_TOKEN.cart_token, note="from the list")
ORDER = records.Order(
    external_id="1",
    number="#1001",
    state=records.OrderState.PLACED,
    status="paid",
    currency="ILS",
    total=TOTAL,
    created_at=BEGINNING + timedelta(hours=1),
    updated_at=BEGINNING + timedelta(hours=1),
    checkout_external_id=BY_TOKEN.external_id,
    cart_token=BY_TOKEN.cart_token,
)


@pytest.fixture
def session(road: Road) -> Iterator[Session]:
    road.opens("shopify")
    with road.machine.database.transaction() as session:
        yield session


def told(session: Session, *things: records.Record) -> list[Checkout]:
    """What is kept once these were told, one batch each."""
    for one in things:
        actions.keep(session, 1, [(one, BEGINNING)])
    return list(session.scalars(select(Checkout)))


@pytest.mark.parametrize(
    "order",
    [(BY_TOKEN, BY_CART), (BY_CART, BY_TOKEN), (BY_CART, BY_TOKEN, BY_CART)],
    ids=["by its token first", "by its cart first", "back and forth"],
)
def test_whichever_comes_first(session: Session, order: tuple[records.Checkout, ...]) -> None:
    (kept,) = told(session, *order)
    assert kept.external_id == BY_TOKEN.external_id


def test_in_one_batch(session: Session) -> None:
    actions.keep(session, 1, [(BY_CART, BEGINNING), (BY_TOKEN, BEGINNING)])
    (kept,) = told(session)
    assert kept.external_id == BY_TOKEN.external_id


@pytest.mark.parametrize("things", [(BY_CART, ORDER), (ORDER, BY_CART)])
def test_its_order_completes_it(session: Session, things: tuple[records.Record, ...]) -> None:
    (kept,) = told(session, *things)
    session.refresh(kept)
    assert kept.completed_at == ORDER.updated_at


@pytest.mark.parametrize("later", [-1, 1])
def test_the_cart_that_was_heard_of_is_kept(session: Session, later: int) -> None:
    listed = replace(BY_TOKEN, cart_token="", updated_at=BEGINNING + timedelta(minutes=later))
    (kept,) = told(session, BY_TOKEN, listed)
    assert kept.cart_token == BY_TOKEN.cart_token


def test_a_checkout_that_was_heard_of_and_then_found_in_the_list_is_asked_about_once(
    road: Road,
) -> None:
    store = road.opens("shopify")
    shopifys(store).checkouts.parts.links_by_cart = True
    left = store.leaves_checkout("ann@example.com", MUG)
    road.settles()
    page = Asking(store).page(Resource.CHECKOUTS, since=BEGINNING - timedelta(days=1))
    assert [one.external_id for one in page.records] == [left.cart_token]
    road.clock.advance(minutes=1)
    with road.machine.database.transaction() as session:
        told = [(replace(page.records[0], updated_at=road.clock.now()), road.clock.now())]
        timeline.record(session, actions.keep(session, 1, told))
    road.runs_for(hours=2)
    assert [one.external_id for one in road.rows(Checkout)] == [left.token]
    assert len(road.mailbox.to("ann@example.com")) == 1
    store.buys(left)
    road.runs_for(minutes=1)
    assert [one.completed_at is None for one in road.rows(Checkout)] == [False]


def test_two_carts_stay_two(session: Session) -> None:
    other = replace(BY_CART, external_id="another", cart_token="another")
    assert len(told(session, BY_TOKEN, other)) == 2


@pytest.mark.parametrize(
    ("url", "names"),
    [
        (f"{HOST}/55915/checkouts/84ad/recover?key=6dac", ("84ad", "")),
        (f"{HOST}/55915/checkouts/ac/Z2Nw/recover?key=6dac&locale=en-US", ("Z2Nw", "Z2Nw")),
        (f"{HOST}/checkouts/cn/Z2Nw-1_x", ("Z2Nw-1_x", "Z2Nw-1_x")),
        (f"{HOST}/cart", ("35550298931313", "")),
        ("https://[", ("35550298931313", "")),
        (None, ("35550298931313", "")),
    ],
)
def test_the_recovery_link_tells_the_name(url: object, names: tuple[str, str]) -> None:
    assert checkout_names("gid://shopify/AbandonedCheckout/35550298931313", url) == names
