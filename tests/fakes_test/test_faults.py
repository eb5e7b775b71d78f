"""Each fault of the practice store does what its name says, and only once."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import requests
from woocommerce import API

from tests.fakes import MUG, PLATFORMS, PracticeStore, faults

Call = Callable[..., requests.Response]

_CREATE = """mutation ($code: String!) { discountCodeBasicCreate(basicCodeDiscount: {
    title: $code, code: $code, startsAt: "2026-11-22T00:00:00Z",
    customerGets: {value: {percentage: 0.1}, items: {all: true}}
  }) { codeDiscountNode { id } userErrors { code } } }"""


def _shopify(store: PracticeStore, what: str, timeout: float = 5) -> requests.Response:
    documents = {
        "describe": "{ shop { name } }",
        "look": '{ codeDiscountNodeByCode(code: "BACK") { id } }',
        "make": _CREATE,
    }
    return requests.post(
        f"{store.base_url}/admin/api/2026-07/graphql.json",
        json={"query": documents[what], "variables": {"code": "BACK"}},
        headers={"X-Shopify-Access-Token": store.access_token},
        timeout=timeout,
    )


def _woocommerce(store: PracticeStore, what: str, timeout: float = 5) -> requests.Response:
    api = API(store.base_url, store.consumer_key, store.consumer_secret, timeout=timeout)
    calls: dict[str, Callable[[], Any]] = {
        "describe": lambda: api.get("system_status"),
        "look": lambda: api.get("coupons", params={"code": "BACK"}),
        "make": lambda: api.post("coupons", {"code": "BACK", "amount": "10"}),
    }
    return calls[what]()


@pytest.fixture
def call(store: PracticeStore) -> Call:
    speak = {"shopify": _shopify, "woocommerce": _woocommerce}[store.platform]
    return partial(speak, store)


def test_after_a_429_the_next_call_is_answered(store, call):
    store.faults.next("shop", faults.RateLimited(after=3))
    refused = call("describe")
    assert refused.status_code == 429
    assert float(refused.headers["Retry-After"]) == 3
    assert call("describe").status_code == 200
    assert store.faults.waiting == 0


def test_a_500_makes_nothing_and_then_all_is_well(store, call):
    store.faults.next("coupons", faults.ServerError(), faults.ServerError(502))
    assert [call("make").status_code for _ in range(2)] == [500, 502]
    assert store.coupons == {}
    assert call("make").status_code in (200, 201)
    assert (list(store.coupons), store.coupon_calls) == (["back"], 3)


def test_a_time_out_after_doing_waits_for_the_call_that_makes_something(store, call):
    store.faults.next("coupons", faults.TimeOutAfterDoing())
    assert call("look").status_code == 200
    with pytest.raises(requests.ConnectionError):
        call("make")
    assert list(store.coupons) == ["back"]
    assert call("look").status_code == 200


def test_a_store_that_hangs_does_nothing_and_lets_go_when_it_closes(store, call):
    store.faults.next("coupons", faults.Hangs())
    with pytest.raises(requests.Timeout):
        call("make", timeout=0.2)
    assert store.coupons == {}


def test_a_broken_connection_does_nothing(store, call):
    store.faults.next("coupons", faults.HangsUp())
    with pytest.raises(requests.ConnectionError):
        call("make")
    assert store.coupons == {}


def test_a_page_instead_of_json_comes_with_status_200(store, call):
    store.faults.next("shop", faults.HtmlInsteadOfJson())
    answer = call("describe")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")


def test_a_revoked_token_stays_revoked(store, call):
    store.faults.next("shop", faults.TokenRevoked())
    assert [call("describe").status_code for _ in range(2)] == [401, 401]


def test_an_uninstall_during_a_send_refuses_it_and_is_told_afterwards(store, call):
    store.faults.next("coupons", faults.UninstalledMeanwhile())
    assert call("make").status_code == 401
    assert store.coupons == {}
    waiting = [delivery.topic for delivery in store.pending]
    assert waiting == (["app/uninstalled"] if store.platform == "shopify" else [])


def test_a_fault_of_one_resource_spares_the_others(store, call):
    store.faults.next("orders", faults.ServerError())
    assert call("describe").status_code == 200
    assert store.faults.waiting == 1


def test_shopifys_own_throttling_is_a_200_without_data():
    with PracticeStore.open("shopify") as store:
        store.faults.next("shop", faults.Throttled(cost=502, available=20))
        said = _shopify(store, "describe").json()
    assert said["errors"][0]["extensions"]["code"] == "THROTTLED"
    assert said["extensions"]["cost"]["throttleStatus"]["currentlyAvailable"] == 20
    assert "data" not in said


# On the way to the connector


def test_a_resent_delivery_is_the_same_to_the_last_header(store, receiver):
    store.leaves_checkout("ann@example.com", MUG, stage="contact")
    store.resends()
    assert receiver.arrived[-1] == receiver.arrived[-2]
    assert [delivery.status for delivery in store.deliveries] == [200, 200, 200]


def test_deliveries_can_be_held_doubled_reordered_and_lost(store, receiver):
    with store.holding() as pending:
        store.leaves_checkout("ann@example.com", MUG)
        assert len(pending) == 4
        assert receiver.arrived == []
        del pending[1]
        pending.reverse()
        pending.append(pending[0])
    wanted = [delivery.body for delivery in pending]
    store.deliver()
    assert [body for _, body in receiver.arrived] == wanted
    assert store.pending == []


def test_a_delivery_late_by_a_day_says_when_it_happened(store, receiver):
    with store.holding():
        store.leaves_checkout("ann@example.com", MUG)
    store.clock.advance(days=1)
    store.deliver()
    told = json.loads(receiver.arrived[-1][1])
    assert (told.get("updated_at") or told["date_modified_gmt"]).startswith("2026-11-22T09:00:00")


@pytest.mark.parametrize(
    ("tampered", "arrives"),
    [
        (faults.without_signature, None),
        (faults.wrong_signature, "d3Jvbmcgc2lnbmF0dXJlLCByaWdodCBsZW5ndGghISE="),
        (faults.malformed_signature, "%%% not base64 é"),
    ],
)
def test_a_signature_can_be_missing_wrong_or_malformed(store, receiver, tampered, arrives):
    with store.holding():
        store.registers("ann@example.com")
    store.deliver(tampered=tampered)
    headers, _ = receiver.arrived[0]
    assert headers.get(store.dialect.signature_header.lower()) == arrives


def test_an_old_secret_signs_as_it_did(store, receiver):
    with store.holding():
        store.registers("ann@example.com")
    store.deliver(tampered=store.signed_with("the-secret-before"))
    headers, body = receiver.arrived[0]
    wanted = store.dialect.signature(body, "the-secret-before")
    assert headers[store.dialect.signature_header.lower()] == wanted


def test_an_unknown_topic_is_rightly_signed(store, receiver):
    store.sends("un.heard" if store.platform == "woocommerce" else "un/heard", {"id": 1})
    headers, body = receiver.arrived[0]
    wanted = store.dialect.signature(body, store.webhook_secret)
    assert headers[store.dialect.signature_header.lower()] == wanted
    assert json.loads(body) == {"id": 1}


def test_a_receiver_that_refuses_or_is_away_does_not_disturb_the_shopper(store, receiver):
    receiver.status = 503
    store.registers("ann@example.com")
    assert {delivery.status for delivery in store.deliveries} == {503}
    store.subscriptions.clear()
    store.connect("http://127.0.0.1:1/nobody")
    store.registers("bob@example.com")
    assert store.deliveries[-1].status == 0


def test_two_subscriptions_to_one_topic_get_one_delivery_each_of_the_same_event():
    with PracticeStore.open("shopify") as store, store.holding() as pending:
        store.connect("http://127.0.0.1:1/one", topics=["customers/create"])
        store.connect("http://127.0.0.1:1/two", topics=["customers/create"])
        store.registers("ann@example.com")
        first, second = (delivery.headers for delivery in pending)
    assert first["X-Shopify-Event-Id"] == second["X-Shopify-Event-Id"]
    assert first["X-Shopify-Webhook-Id"] != second["X-Shopify-Webhook-Id"]


def test_a_webhook_made_through_the_api_pings_and_is_told_of_its_topic_alone(receiver):
    with PracticeStore.open("woocommerce") as store:
        api = API(store.base_url, store.consumer_key, store.consumer_secret, timeout=5)
        wish = {"topic": "customer.created", "delivery_url": receiver.url, "secret": "theirs"}
        made = api.post("webhooks", wish).json()
        assert receiver.arrived[0][1] == f"webhook_id={made['id']}".encode()
        assert "secret" not in made
        store.registers("ann@example.com")
        ((headers, body),) = receiver.arrived[1:]
        assert headers["x-wc-webhook-topic"] == "customer.created"
        assert headers["x-wc-webhook-signature"] == store.dialect.signature(body, "theirs")
        api.put(f"webhooks/{made['id']}", {"secret": "newer"})
        store.registers("bob@example.com")
        headers, body = receiver.arrived[-1]
        assert headers["x-wc-webhook-signature"] == store.dialect.signature(body, "newer")


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_request_is_written_down(platform):
    with PracticeStore.open(platform) as store:
        {"shopify": _shopify, "woocommerce": _woocommerce}[platform](store, "make")
        (received,) = store.requests
    assert (received.method, received.about.resource, received.about.writes) == (
        "POST",
        "coupons",
        True,
    )
    assert received.json.get("code") or received.json["variables"] == {"code": "BACK"}
