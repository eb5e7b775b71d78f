"""Every recorded delivery, posted at the door, is applied or stays with its stored reason."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable

import pytest
import requests

from connector.inbox.models import Delivery
from connector.stores import actions as stores
from connector.stores.models import Store
from tests.adapters.platforms.woocommerce import recordings
from tests.contracts import shopify_material as material
from tests.promises.processes import signature
from tests.road import APP_SECRET, Road

WISHES = ("customers/data_request", "customers/redact", "shop/redact")

needs_recordings = pytest.mark.skipif(
    not recordings.ROOT.is_dir(), reason=f"LOUDLY SKIPPED: no recordings in {recordings.ROOT}"
)


def states(road: Road) -> Counter[str]:
    kept = road.rows(Delivery)
    assert [one.topic for one in kept if one.state != "applied" and not one.reason] == []
    return Counter(one.state for one in kept)


@needs_recordings
def test_all_recorded_woocommerce_deliveries_are_applied_or_set_aside(any_road: Road) -> None:
    road = any_road
    row = road.store_of(road.opens("woocommerce"))
    secret = "what all recorded deliveries are signed with"
    with road.machine.database.transaction() as session:
        session.get_one(Store, row.id).webhook_secret = road.machine.vault.seal(secret)
    door = stores.webhook_url(road.machine, row)
    recorded = recordings.deliveries()
    assert len(recorded) == 101
    for one in recorded:
        again = {"x-wc-webhook-signature": signature(one.envelope.body, secret)}
        headers = {**one.envelope.headers, **again}
        assert (
            requests.post(door, data=one.envelope.body, headers=headers, timeout=10).status_code
            == 200
        )
    road.settles()
    # 27 of the 101 are nothing for us; three of them are copies of an empty hook's delivery.
    assert states(road) == {"applied": 74, "set_aside": 24}


def posted(road: Road, payloads: Iterable[tuple[str, bytes]]) -> Counter[str]:
    """Post each (topic, body) as the practice shop's; what became of them, by state."""
    shop = road.store_of(road.opens("shopify")).external_id
    for topic, body in payloads:
        headers = {
            "X-Shopify-Topic": topic,
            "X-Shopify-Shop-Domain": shop,
            "X-Shopify-Hmac-Sha256": signature(body, APP_SECRET),
            "X-Shopify-Event-Id": str(uuid.uuid4()),
            "X-Shopify-Webhook-Id": str(uuid.uuid4()),
        }
        door = f"{road.base_url}/webhooks/shopify"
        answer = requests.post(door, data=body, headers=headers, timeout=10)
        assert answer.status_code == 200
    road.settles()
    return states(road)


@material.needs_material
def test_all_documented_shopify_payloads_are_applied_or_set_aside(any_road: Road) -> None:
    documented = [one for one in material.examples().values() if one[0] not in WISHES]
    documented.sort(key=lambda one: (one[0] == "app/uninstalled", one))
    assert posted(any_road, documented) == {"applied": 25, "set_aside": 14}


@material.needs_material
def test_the_documented_wishes_leave_nothing_of_the_shop(any_road: Road) -> None:
    documented = [one for one in material.examples().values() if one[0] in WISHES]
    gone = [one for one in material.examples().values() if one[0] == "app/uninstalled"]
    assert len(documented) == len(WISHES)
    assert posted(any_road, [*gone, *documented]) == {}
    assert any_road.rows(Store) == []


@material.needs_material
def test_all_blanked_shopify_payloads_are_applied_set_aside_or_parked(any_road: Road) -> None:
    """Their amounts and times are "example string": what needs one is parked and says so."""
    known = sorted({topic for topic, _ in material.examples().values()})
    blanked = [
        (topic, body)
        for family, body in material.exemplars().values()
        for topic in [one for one in known if one.partition("/")[0] == family] or [f"{family}/x"]
    ]
    assert posted(any_road, blanked) == {"applied": 44, "set_aside": 19, "parked": 80}
