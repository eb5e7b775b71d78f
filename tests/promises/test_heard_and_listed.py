"""What a webhook told and what a list tells later come to one state, whichever came first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import permutations

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


def kept(session: Session, *told: records.Record) -> Checkout:
    """The checkout once these were told, one batch each."""
    for one in told:
        actions.keep(session, 1, [(one, BEGINNING)])
    session.expire_all()
    return session.scalars(select(Checkout)).one()


def facts(one: Checkout) -> Sequence[object]:
    return (one.total_minor, one.locale, one.payment_method, Stage(one.stage), one.email_key)


@pytest.mark.parametrize("order", list(permutations((CHOSE_PAYMENT, WENT_BACK, LISTED))))
def test_a_list_moves_on_what_it_tells_and_leaves_what_it_has_no_word_of(
    session: Session, order: tuple[records.Checkout, ...]
) -> None:
    one = kept(session, *order)
    assert facts(one) == (7170, "ar", "", Stage.ENTERED_CONTACT, ANN.email)
    assert one.cart_token == CHOSE_PAYMENT.cart_token


@pytest.mark.parametrize("order", list(permutations((CHOSE_PAYMENT, LISTED))))
def test_how_far_she_had_come_outlives_the_list(
    session: Session, order: tuple[records.Checkout, ...]
) -> None:
    assert facts(kept(session, *order)) == (7170, "he", "card", Stage.CHOSE_PAYMENT, ANN.email)


@pytest.mark.parametrize(
    "order", list(permutations((CHOSE_PAYMENT, replace(LISTED, customer=None))))
)
def test_a_list_that_names_nobody_takes_nobodys_address_away(
    session: Session, order: tuple[records.Checkout, ...]
) -> None:
    one = kept(session, *order)
    assert (one.email_key, one.total_minor) == (ANN.email, 7170)
    assert one.customer_id is not None


@pytest.mark.parametrize("order", list(permutations((CHOSE_PAYMENT, LISTED))))
def test_an_address_that_was_corrected_is_followed_though_the_webhook_was_lost(
    session: Session, order: tuple[records.Checkout, ...]
) -> None:
    corrected = replace(ANN, email="ann.ash@example.com")
    told = [replace(one, customer=corrected) if one.listed else one for one in order]
    assert kept(session, *told).email_key == "ann.ash@example.com"


@pytest.mark.parametrize("order", list(permutations((CHOSE_PAYMENT, LISTED))))
def test_within_one_second_who_heard_it_knows_more(
    session: Session, order: tuple[records.Checkout, ...]
) -> None:
    told = [replace(one, updated_at=BEGINNING) for one in order]
    assert facts(kept(session, *told)) == (4780, "he", "card", Stage.CHOSE_PAYMENT, ANN.email)


def test_who_is_only_listed_has_given_her_contact_account_or_not(session: Session) -> None:
    known = replace(LISTED, customer=replace(ANN, external_id="7"))
    assert kept(session, known).stage == Stage.ENTERED_CONTACT
