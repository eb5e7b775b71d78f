"""A row's tags, and when a difference is one."""

from __future__ import annotations

from decimal import Decimal

import pytest

from connector.dashboard import rules
from connector.dashboard.rules import Group
from connector.records import Stage


def shown(stage: Stage, **facts: bool) -> list[tuple[str, str]]:
    known = {"payment_failed": False, "guest": False, "named": True} | facts
    return [
        (one.key.rpartition(".")[2], one.tone)
        for one in rules.tags(
            stage,
            payment_failed=known["payment_failed"],
            guest=known["guest"],
            named=known["named"],
        )
    ]


@pytest.mark.parametrize(
    ("stage", "tag"),
    [
        (Stage.ADDED_PRODUCTS, ("added_products", "plain")),
        (Stage.CHOSE_DELIVERY, ("chose_delivery", "plain")),
        (Stage.ENTERED_CONTACT, ("entered_contact", "plain")),
        (Stage.CHOSE_PAYMENT, ("chose_payment", "orange")),
        (Stage.PAYMENT_APPROVAL, ("payment_approval", "plain")),
        (Stage.CANCELLED_ORDER, ("cancelled_order", "red")),
    ],
)
def test_each_stage_has_its_tag(stage: Stage, tag: tuple[str, str]) -> None:
    assert shown(stage) == [tag]


def test_a_failed_payment_is_red_and_stands_for_the_stage() -> None:
    assert shown(Stage.CHOSE_PAYMENT, payment_failed=True) == [("failed", "red")]


def test_a_cancelled_order_is_called_so_whatever_its_payment_did() -> None:
    assert shown(Stage.CANCELLED_ORDER, payment_failed=True) == [("cancelled_order", "red")]


def test_a_guest_with_a_name_is_tagged_and_one_without_is_named_so() -> None:
    contact = ("entered_contact", "plain")
    assert shown(Stage.ENTERED_CONTACT, guest=True) == [contact, ("guest", "plain")]
    assert shown(Stage.ENTERED_CONTACT, guest=True, named=False) == [contact]


def test_a_known_customer_who_began_as_a_guest_keeps_the_guests_tag() -> None:
    assert shown(Stage.KNOWN_CUSTOMER) == [("known_customer", "plain"), ("guest", "plain")]


@pytest.mark.parametrize(
    ("treated", "holdout", "lift"),
    [
        (Group(people=20, bought=5), Group(people=20, bought=3), Decimal("10.0")),
        (Group(people=300, bought=45), Group(people=30, bought=5), Decimal("-1.7")),
        (Group(people=1000, bought=500), Group(people=19, bought=0), None),
        (Group(people=19, bought=19), Group(people=1000, bought=0), None),
        (Group(people=0, bought=0), Group(people=0, bought=0), None),
    ],
)
def test_a_difference_is_told_from_twenty_people_in_each_group(
    treated: Group, holdout: Group, lift: Decimal | None
) -> None:
    assert rules.lift(treated, holdout) == lift
