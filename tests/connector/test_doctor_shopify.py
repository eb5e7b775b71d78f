"""The set-up check names what a Shopify store's permission lacks."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from click.testing import CliRunner

from connector import cli
from tests.fakes import PracticeStore
from tests.fakes.clock import WallClock
from tests.road import environment


@pytest.fixture
def practice() -> Iterator[PracticeStore]:
    with PracticeStore.open("shopify", clock=WallClock()) as store:
        yield store


Found = tuple[str, str, str]


def newest_version(practice: PracticeStore) -> str:
    """Of Shopify's API, by the clock on the wall: it has not begun to end."""
    today = practice.clock.now()
    return f"{today.year}-{(today.month - 1) // 3 * 3 + 1:02}"


@pytest.fixture
def doctor(
    practice: PracticeStore, sqlite_url: str, tmp_path: Path
) -> Iterator[Callable[..., list[Found]]]:
    """What the doctor says of the connected store: health, message and remedy of each finding."""
    variables = environment(
        tmp_path, sqlite_url,
        SHOPIFY_ADMIN_ORIGIN=practice.base_url, PUBLIC_URL="https://ask.example.com",
        SHOPIFY_API_VERSION=newest_version(practice),
    )  # fmt: skip

    def run(*arguments: str, **other: str) -> str:
        cleared = dict.fromkeys(("REDIS_URL", "SMTP_URL", "PORT", "MAIL_FROM"))
        env = {**cleared, **variables, **other}
        return CliRunner().invoke(cli.main, arguments, env=env).stdout

    def found(*more: str, **other: str) -> list[Found]:
        said = json.loads(run("doctor", "--json", *more, **other))["findings"]
        about = [one for one in said if one["subject"].startswith("store ")]
        return [(one["health"], one["message"], one["remedy"]) for one in about]

    run("store", "add", "shopify", "--shop", practice.shop, "--token", practice.access_token)
    yield found
    structlog.reset_defaults()


def test_a_store_that_permits_everything_is_well(doctor: Callable[..., list[Found]]) -> None:
    ((health, message, _),) = doctor()
    assert (health, message.partition(";")[0]) == ("ok", "Practice Shop lets us in")


def test_a_missing_scope_is_named_with_what_it_is_for(
    doctor: Callable[..., list[Found]], practice: PracticeStore
) -> None:
    practice.app.scopes = (
        "read_orders", "read_products", "read_fulfillments", "write_discounts", "write_customers"
    )  # fmt: skip
    _, *lacking = doctor()
    assert [(health, message) for health, message, _ in lacking] == [
        ("warning", f"The permission {scope} is missing. It is for: {purpose}.")
        for scope, purpose in (
            ("write_orders", "tags and notes that say what was asked and answered"),
            ("read_draft_orders", "whether an order was made in her place already"),
            (
                "write_draft_orders",
                "an order completed in the shopper's place, paid by her through a link",
            ),
        )
    ]
    assert {remedy.partition(" and agree")[0] for _, _, remedy in lacking} == {
        "Connect the store again"
    }


def test_customer_data_that_shopify_has_not_approved_is_named(
    doctor: Callable[..., list[Found]], practice: PracticeStore
) -> None:
    practice.app.protected_data = False
    _, (health, message, remedy) = doctor()
    assert health == "warning"
    assert message.startswith("Access to protected customer data is not approved")
    assert "Partner Dashboard" in remedy


def test_a_version_that_shopify_serves_no_longer_is_named(
    doctor: Callable[..., list[Found]],
) -> None:
    _, (health, message, remedy) = doctor(SHOPIFY_API_VERSION="2024-01")
    assert health == "warning"
    assert message.startswith("Shopify no longer serves version 2024-01 of its API")
    assert "SHOPIFY_API_VERSION" in remedy


def test_a_mail_of_shopifys_own_is_told_in_the_merchants_language(
    doctor: Callable[..., list[Found]], practice: PracticeStore
) -> None:
    practice.reminds(practice.leaves_checkout("ann@example.com"))
    _, (health, message, remedy) = doctor("--language", "ru")
    assert (health, message.partition(" тем")[0]) == ("warning", "Shopify сам пишет")
    assert "Abandoned checkout" in remedy
