"""The practice store's token endpoint takes and answers what Shopify's own library is used to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.contracts import shopify_material as material
from tests.fakes import PracticeStore

pytestmark = material.needs_material


@pytest.fixture
def practice() -> Iterator[PracticeStore]:
    with PracticeStore.open("shopify") as store:
        yield store


def exchange(name: str) -> dict[str, Any]:
    exchanges = material.load("vectors/token_endpoint.json")["exchanges"]
    (found,) = [one for one in exchanges if one["name"].startswith(name)]
    return found


def post(practice: PracticeStore, name: str, **changed: str) -> requests.Response:
    """The library's request, with this practice store's app and what else is its own."""
    body = exchange(name)["request"]["body"]
    app = {"client_id": practice.app.key, "client_secret": practice.app.secret}
    url = f"{practice.base_url}/admin/oauth/access_token"
    return requests.post(url, json={**body, **app, **changed}, timeout=5)


def code(practice: PracticeStore) -> str:
    asked = {
        "client_id": practice.app.key, "scope": "read_orders,write_discounts", "state": "s",
        "redirect_uri": "https://app.example.com/back",
    }  # fmt: skip
    answer = requests.get(
        f"{practice.base_url}/admin/oauth/authorize",
        params=asked, allow_redirects=False, timeout=5,
    )  # fmt: skip
    return answer.headers["Location"].partition("code=")[2].partition("&")[0]


def shape(answer: dict[str, Any]) -> dict[str, type]:
    return {name: type(value) for name, value in answer.items()}


def test_every_grant_is_answered_in_the_librarys_shape(practice: PracticeStore) -> None:
    granted = post(practice, "authorization_code", code=code(practice))
    renewed = post(practice, "refresh_token", refresh_token=granted.json()["refresh_token"])
    exchanged = post(
        practice, "token exchange (session token -> expiring",
        subject_token=practice.app.session_token(),
    )  # fmt: skip
    wanted = shape(exchange("refresh_token")["simulated_response"]["body"])
    for answer in (granted, renewed, exchanged):
        assert (answer.status_code, shape(answer.json())) == (200, wanted)
        assert answer.json()["expires_in"] == 3600
        assert answer.json()["refresh_token_expires_in"] == 7_776_000


def test_what_works_once_works_once(practice: PracticeStore) -> None:
    given = code(practice)
    assert post(practice, "authorization_code", code=given).status_code == 200
    assert post(practice, "authorization_code", code=given).status_code == 400
    assert post(practice, "authorization_code", client_secret="x").json()["error"] == (
        "invalid_client"
    )


def test_a_refresh_token_may_be_tried_again_until_the_next_one_is_used(
    practice: PracticeStore,
) -> None:
    first = post(practice, "authorization_code", code=code(practice)).json()["refresh_token"]
    lost = post(practice, "refresh_token", refresh_token=first)
    again = post(practice, "refresh_token", refresh_token=first)
    assert (lost.status_code, again.status_code) == (200, 200)
    used = practice.app.lets_in(again.json()["access_token"])
    assert used
    assert not practice.app.lets_in(lost.json()["access_token"])
    assert post(practice, "refresh_token", refresh_token=first).status_code == 400
