"""One merchant's data is out of reach of another's (promise 6), and odd ids are no errors."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from connector import web
from connector.inbox.models import Delivery, DeliveryState
from connector.messages.models import Mail
from connector.stores.models import Store
from tests.merchant import MERCHANT, Merchant, neighbour
from tests.road import Road


@pytest.fixture
def stranger(road: Road, merchant: Merchant) -> Iterator[Merchant]:
    """Nina, who has an account, a store and a session of her own."""
    assert merchant.signed_in.status_code == 200
    neighbour(road.machine, road.clock.now())
    browser = Merchant(road, "nina@example.com")
    yield browser
    browser.close()


@pytest.mark.busy
@pytest.mark.parametrize(
    "path",
    [
        "/app/orders-in-progress?store={store}",
        "/app/orders-in-progress/1",
        "/app/settings?store={store}",
        "/app/results?store={store}",
        "/app/inbox?store={store}",
        "/app/privacy?store={store}",
        "/app/mailbox/1",
        "/app/mailbox/1/html",
    ],
)
def test_another_accounts_pages_do_not_exist(
    path: str, road: Road, merchant: Merchant, stranger: Merchant
) -> None:
    store = road.rows(Store, name="Practice Shop")[0]
    own = path.format(store=store.id)
    assert merchant.opens(own).status_code == 200
    assert stranger.opens(own).status_code == 404


@pytest.mark.busy
def test_lists_hold_nothing_of_another_account(road: Road, stranger: Merchant) -> None:
    for path in ("orders-in-progress", "results", "stores", "inbox", "mailbox", "settings"):
        page = stranger.opens(f"/app/{path}").text
        assert "Ann Ash" not in page
        assert "Practice Shop" not in page
        assert "ann@example.com" not in page


@pytest.mark.busy
def test_another_accounts_store_is_neither_changed_nor_let_go(
    road: Road, stranger: Merchant
) -> None:
    store = road.rows(Store, name="Practice Shop")[0]
    with road.machine.database.transaction() as session:
        session.get_one(Delivery, 1).state = DeliveryState.PARKED
    stranger.opens("/app/settings")
    posts = (
        (f"/app/settings?store={store.id}", {"silence_minutes": "5"}),
        (f"/app/inbox/replay?store={store.id}", {}),
        (f"/app/inbox/replay?store={store.id}", {"delivery": "1"}),
        ("/app/inbox/replay", {"delivery": "1"}),
        ("/app/stores/disconnect", {"store": str(store.id)}),
        ("/app/stores/disconnect", {}),
        ("/app/stores/read", {"store": str(store.id), "what": "all"}),
    )
    for path, fields in posts:
        stranger.opens("/app/settings")
        assert stranger.presses(path, fields).status_code == 404, (path, fields)
    (kept,) = road.rows(Store, id=store.id)
    assert (kept.state, kept.policy) == (store.state, store.policy)
    assert road.rows(Delivery, id=1)[0].state == "parked"


def test_a_sign_in_link_is_shown_to_its_owner_only(
    road: Road, merchant: Merchant, stranger: Merchant
) -> None:
    with road.machine.database.transaction() as session:
        session.add(
            Mail(
                key="login-0123456789abcdef", to_address=MERCHANT, sender="askback@example.com",
                subject="Your sign-in link", text="", html="", headers={},
                received_at=road.clock.now(),
            )
        )  # fmt: skip
    assert merchant.opens("/app/mailbox/1").status_code == 200
    assert stranger.opens("/app/mailbox/1").status_code == 404


@pytest.mark.parametrize("odd", ["0", "-1", "x", "1e3", "٣", str(2**63), "9" * 5000])
def test_ids_that_cannot_be_are_not_found(odd: str, road: Road, merchant: Merchant) -> None:
    road.opens("woocommerce")
    for path in ("orders-in-progress/{}", "mailbox/{}", "settings?store={}", "inbox?store={}"):
        assert merchant.opens(f"/app/{path.format(odd)}").status_code == 404, path
    merchant.opens("/app/stores")
    assert merchant.presses("/app/stores/disconnect", {"store": odd}).status_code == 404


@pytest.mark.parametrize(
    "path", ["orders-in-progress", "settings", "stores", "results", "inbox", "mailbox"]
)
def test_nobody_sees_anything_without_signing_in(path: str, road: Road) -> None:
    answer = road.browser.get(f"{road.base_url}/app/{path}", allow_redirects=False, timeout=10)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login")


OPEN_BY_DESIGN = {"journeys", "consent", "shopify", "connect_woocommerce_keys"}
"""Blueprints whose POSTs a token, a signature or a nonce lets in; no cookie counts there."""


def test_no_page_of_another_site_can_press_a_button_here(road: Road, merchant: Merchant) -> None:
    app = web.create_app(road.machine)
    doors = [rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    shut = [rule for rule in doors if rule.endpoint.partition(".")[0] not in OPEN_BY_DESIGN]
    assert len(shut) > 9
    for rule in shut:
        address = road.base_url + re.sub(r"<[^>]+>", "1", rule.rule)
        for forged in ({}, {"csrf_token": "x"}):
            answer = merchant.browser.post(address, data=forged, timeout=10)
            assert answer.status_code == 400, rule.rule
