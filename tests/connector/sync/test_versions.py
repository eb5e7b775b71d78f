"""Shopify retires the versions of its API without a word: the merchant is told before it does."""

from __future__ import annotations

import pytest

from connector import settings
from connector.errors import SettingsError
from connector.sync import webhooks
from tests.fakes import PracticeStore, faults
from tests.merchant import Merchant
from tests.road import SECRET, Road


def told(road: Road) -> str:
    """What stands on the merchant's page after the next look at her store."""
    road.clock.advance(hours=1)
    with road.machine.database.transaction() as session:
        webhooks.look_again(session, 1, road.clock.now())
    webhooks.check(road.machine, 1, road.clock.now())
    merchant = Merchant(road)
    merchant.opens("/app/stores")
    words = merchant.reads()
    merchant.close()
    return words


def speaks(road: Road, version: str) -> PracticeStore:
    """A store of Shopify's that is spoken to in this version of its API."""
    store = road.opens("shopify")
    road.machine.platforms["shopify"].api_version = version  # type: ignore[attr-defined] # not in the port
    return store


def test_a_version_of_today_is_no_news(road: Road) -> None:
    speaks(road, "2026-07")
    assert "of Shopify's API" not in told(road)


def test_another_version_than_was_asked_for_is_told(road: Road) -> None:
    speaks(road, "2024-01")
    words = told(road)
    assert (
        "Shopify no longer serves version 2024-01 of its API and answers with version 2026-01"
        in words
    )
    assert "SHOPIFY_API_VERSION" in words


def test_it_is_told_though_the_served_version_does_not_know_what_was_asked(road: Road) -> None:
    store = speaks(road, "2024-01")

    class Unknown(faults.Fault):
        def answer(self, _: PracticeStore, __: object, proceed: faults.Proceed) -> object:
            answer = proceed()
            answer.data = b'{"errors": [{"message": "Field \'id\' doesn\'t exist"}]}'
            return answer

    store.faults.next("shop", *[Unknown()] * 9)
    assert "answers with version 2026-01" in told(road)


def test_the_end_of_a_version_is_told_two_months_before(road: Road) -> None:
    speaks(road, "2026-07")
    road.clock.advance(days=158)  # to the end of April
    assert "supported until" not in told(road)
    road.clock.advance(days=5)
    words = told(road)
    assert "Version 2026-07 of Shopify's API" in words
    assert "is supported until July 1, 2027 at least" in words


@pytest.mark.parametrize("version", ["2026-13", "2026-08", "unstable", "26-07", "latest", "2026-7"])
def test_what_is_no_stable_version_is_refused_at_the_start(version: str) -> None:
    environ = {"SECRET_KEY": SECRET, "SHOPIFY_API_VERSION": version}
    with pytest.raises(SettingsError, match="SHOPIFY_API_VERSION must be a stable version"):
        settings.read(environ)
    assert settings.read({**environ, "SHOPIFY_API_VERSION": "2026-10"})
