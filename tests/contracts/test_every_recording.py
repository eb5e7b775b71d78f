"""No recording lies beside the tests unread: each file is somebody's to look at, by name."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from tests.fakes_test import recordings

pytestmark = recordings.needs_recordings

TESTS = Path(__file__).parents[1]
PINNED = "2026-07"

LOOKED_AT: Mapping[str, str] = {
    "woocommerce/webhooks/000-ping.json": "contracts/test_fakes_webhooks.py",
    "woocommerce/webhooks/[0-9]??-*.json": "contracts/test_woocommerce_deliveries.py",
    "woocommerce/webhooks/index.json": "contracts/test_woocommerce_requests.py",
    "woocommerce/webhooks/sequences.json": "contracts/test_fakes_webhooks.py",
    "woocommerce/wc-auth/callback.json": "contracts/test_woocommerce_keys.py",
    "woocommerce/wc-auth/steps.json": "contracts/test_woocommerce_keys.py",
    "woocommerce/cart-links.json": "contracts/test_woocommerce_requests.py",
    "woocommerce/api/*.json": "contracts/test_woocommerce_requests.py",
    f"shopify/schema/admin_{PINNED}.json.gz": "contracts/test_shopify_documents.py",
    "shopify/captures/*.json": "contracts/test_shopify_captures.py",
    "shopify/errors/quoted.json": "adapters/platforms/shopify/test_api.py",
    "shopify/vectors/oauth_query_hmac.json": "adapters/platforms/shopify/test_oauth.py",
    "shopify/vectors/session_tokens.json": "adapters/platforms/shopify/test_oauth.py",
    "shopify/vectors/token_endpoint.json": "adapters/platforms/shopify/test_oauth.py",
    "shopify/vectors/shop_domains.json": "adapters/platforms/shopify/test_install.py",
    "shopify/vectors/webhook_hmac.json": "adapters/platforms/shopify/test_webhooks.py",
    "shopify/webhooks/index.json": "contracts/test_shopify_feed.py",
    "shopify/webhooks/2026-01/examples/*.json": "contracts/test_shopify_payloads.py",
    f"shopify/webhooks/{PINNED}/examples/*.json": "contracts/test_shopify_payloads.py",
    "shopify/webhooks/exemplars/*.json": "contracts/test_shopify_payloads.py",
}
"""Which files (a * goes through folders) → the test that reads each of them."""

SET_ASIDE: Mapping[str, str] = {
    "*/README.md": "words about the files",
    "shopify/schema/admin_2026-04.json.gz": "a version that we do not speak",
    "shopify/schema/admin_2026-10.json.gz": "a version that we do not speak yet",
    "shopify/webhooks/20*/schemas/*.json": (
        "inferred from the examples, some of which they refuse: nothing is judged by them"
    ),
}
"""Which files are not read → why."""


def files() -> list[str]:
    found = (path for path in recordings.ROOT.rglob("*") if path.is_file())
    return sorted(str(path.relative_to(recordings.ROOT)) for path in found)


def test_every_recording_is_looked_at_or_set_aside_for_a_reason() -> None:
    patterns = {**LOOKED_AT, **SET_ASIDE}
    met = {name: [one for one in patterns if fnmatchcase(name, one)] for name in files()}
    assert [name for name, matching in met.items() if not matching] == []
    assert {one for matching in met.values() for one in matching} == set(patterns)


@pytest.mark.parametrize("test", sorted(set(LOOKED_AT.values())))
def test_whoever_is_to_look_is_there(test: str) -> None:
    assert "def test_" in (TESTS / test).read_text("utf-8")
