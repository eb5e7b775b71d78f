"""What a webhook told and what a list tells later come to one state, whichever came first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import count, permutations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from connector import records
from connector.commerce import actions
from connector.commerce.models import Checkout
from connector.money import Money
from connector.records import Stage
from tests.fakes import BEGINNING
from tests.road import Road

MINUTE = timedelta(minutes=1)
ANN = records.Customer(email="ann@example.com", first_name="Ann")
CHOSE_PAYMENT = records.Checkout(
    external_id="84ad78572dae52a8cbea7d55371afe89",
    cart_token="Z2NwLXVzLWVhc3QxOjAxSkJa",
    currency="ILS",
    total=Money.of("47.80", "ILS"),
    created_at=BEGINNING,
    updated_at=BEGINNING,
    customer=ANN,
    locale="he",
    chose_delivery=True,
    payment_method="card",
)
WENT_BACK = replace(CHOSE_PAYMENT, updated_at=BEGINNING + MINUTE, payment_method="", locale="ar")
LISTED = replace(
    CHOSE_PAYMENT,
    updated_at=BEGINNING + 2 * MINUTE,
    total=Money.of("71.70", "ILS"),
    cart_token="",
    locale="",
    chose_delivery=False,
    payment_method="",
    listed=True,
)

NAMELESS = replace(LISTED, customer=None)


@pytest.fixture
def session(road: Road) -> Iterator[Session]:
    road.opens("shopify")
    with road.machine.database.transaction() as session:
        yield session


_numbers = count()


def kept(session: Session, *told: records.Checkout) -> list[Checkout]:
    """The checkout once these were told, one batch each, for every order in which they may come."""
    return list(_kept(session, permutations(told)))


def _kept(session: Session, orders: Iterable[tuple[records.Checkout, ...]]) -> Iterator[Checkout]:
    for order in orders:
        own = str(next(_numbers))
        for one in order:
            cart = one.cart_token and f"cart-{own}"
            told = replace(one, external_id=own, cart_token=cart)
            actions.keep(session, 1, [(told, BEGINNING)])
        session.expire_all()
        yield session.scalars(select(Checkout).filter_by(external_id=own)).one()


def facts(one: Checkout) -> Sequence[object]:
    return (one.total_minor, one.locale, one.payment_method, Stage(one.stage), one.email_key)


def test_a_list_moves_on_what_it_tells_and_leaves_what_it_has_no_word_of(session: Session) -> None:
    for one in kept(session, CHOSE_PAYMENT, WENT_BACK, LISTED):
        assert facts(one) == (7170, "ar", "", Stage.ENTERED_CONTACT, ANN.email)
        assert one.cart_token == f"cart-{one.external_id}"


def test_how_far_she_had_come_outlives_the_list(session: Session) -> None:
    for one in kept(session, CHOSE_PAYMENT, LISTED):
        assert facts(one) == (7170, "he", "card", Stage.CHOSE_PAYMENT, ANN.email)


def test_who_is_listed_has_given_her_contact_however_little_was_heard(session: Session) -> None:
    looked = replace(CHOSE_PAYMENT, customer=None, chose_delivery=False, payment_method="")
    for one in kept(session, looked, LISTED):
        assert facts(one) == (7170, "he", "", Stage.ENTERED_CONTACT, ANN.email)


def test_a_list_that_names_nobody_takes_nobodys_address_away(session: Session) -> None:
    for one in kept(session, CHOSE_PAYMENT, NAMELESS):
        assert (one.email_key, one.total_minor) == (ANN.email, 7170)
        assert one.customer_id is not None


def test_an_address_that_was_corrected_is_followed_though_the_webhook_was_lost(
    session: Session,
) -> None:
    corrected = replace(LISTED, customer=replace(ANN, email="ann.ash@example.com"))
    for one in kept(session, CHOSE_PAYMENT, corrected):
        assert one.email_key == "ann.ash@example.com"


def test_within_one_second_who_heard_it_knows_more(session: Session) -> None:
    for one in kept(session, CHOSE_PAYMENT, replace(LISTED, updated_at=BEGINNING)):
        assert facts(one) == (4780, "he", "card", Stage.CHOSE_PAYMENT, ANN.email)


def test_who_is_only_listed_has_given_her_contact_account_or_not(session: Session) -> None:
    known = replace(LISTED, customer=replace(ANN, external_id="7"))
    assert [one.stage for one in kept(session, known)] == [Stage.ENTERED_CONTACT]
