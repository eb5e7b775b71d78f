"""The set-up check names what a Shopify store's permission lacks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from click.testing import CliRunner

from connector import cli
from tests.fakes import PracticeStore
from tests.road import environment


@pytest.fixture
def practice() -> Iterator[PracticeStore]:
    with PracticeStore.open("shopify") as store:
        yield store


@pytest.fixture
def finding(practice: PracticeStore, sqlite_url: str, tmp_path: Path) -> Iterator[object]:
    """What the doctor says of the connected store: its health, message and remedy."""
    variables = environment(
        tmp_path, sqlite_url,
        SHOPIFY_ADMIN_ORIGIN=practice.base_url, PUBLIC_URL="https://ask.example.com",
    )  # fmt: skip

    def run(*arguments: str) -> str:
        cleared = dict.fromkeys(("REDIS_URL", "SMTP_URL", "PORT", "MAIL_FROM"))
        return CliRunner().invoke(cli.main, arguments, env={**cleared, **variables}).stdout

    def found() -> tuple[str, str, str]:
        for one in json.loads(run("doctor", "--json"))["findings"]:
            if one["subject"].startswith("store "):
                return one["health"], one["message"], one["remedy"]
        raise AssertionError("no word about the store")

    run("store", "add", "shopify", "--shop", practice.shop, "--token", practice.access_token)
    yield found
    structlog.reset_defaults()


def test_a_store_that_permits_everything_is_well(finding: object) -> None:
    health, message, _ = finding()
    assert (health, message.partition(";")[0]) == ("ok", "Practice Shop lets us in")


def test_a_missing_scope_is_named_with_what_it_is_for(
    finding: object, practice: PracticeStore
) -> None:
    practice.app.scopes = (
        "read_orders", "read_products", "read_fulfillments", "write_discounts", "write_customers"
    )  # fmt: skip
    health, message, remedy = finding()
    assert health == "warning"
    assert message == (
        "the scope write_orders is missing (tags and notes that say what was asked and answered); "
        "the scope read_draft_orders is missing (whether an order was made in her place already); "
        "the scope write_draft_orders is missing "
        "(an order completed in the shopper's place, paid by her through a link)"
    )
    assert "connect it again" in remedy


def test_customer_data_that_shopify_has_not_approved_is_named(
    finding: object, practice: PracticeStore
) -> None:
    practice.app.protected_data = False
    health, message, remedy = finding()
    assert (health, message) == (
        "warning",
        "access to protected customer data is not approved (names, mail addresses)",
    )
    assert "Partner Dashboard" in remedy
