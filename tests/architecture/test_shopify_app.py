"""What the merchant of Shopify's side installs is what the code expects."""

from __future__ import annotations

import tomllib
from pathlib import Path
from urllib.parse import urlsplit

from adapters.platforms.shopify import API_VERSION, scopes
from connector import bootstrap, settings
from connector.web import create_app
from tests.architecture.code import ROOT
from tests.road import environment

APP = tomllib.loads((ROOT / "deploy" / "shopify.app.toml").read_text("utf-8"))


def test_the_app_asks_for_the_scopes_of_the_table() -> None:
    assert APP["access_scopes"]["scopes"] == scopes.asked()
    assert set(scopes.OPTIONAL).isdisjoint(scopes.SCOPES)
    assert all(scopes.SCOPES.values())


def test_a_writing_scope_contains_the_reading_one() -> None:
    granted = [scope for scope in scopes.SCOPES if scope != "read_customers"]
    assert scopes.missing(granted) == ()
    assert scopes.missing([]) == tuple(scopes.SCOPES)
    assert scopes.missing(["read_customers", *granted[:-1]]) == ("write_draft_orders",)


def test_shopify_is_told_of_the_privacy_duties_and_the_version() -> None:
    topics = {
        topic
        for one in APP["webhooks"]["subscriptions"]
        for topic in (*one.get("topics", ()), *one.get("compliance_topics", ()))
    }
    assert topics == {
        "app/uninstalled", "customers/data_request", "customers/redact", "shop/redact",
    }  # fmt: skip
    assert {one["uri"] for one in APP["webhooks"]["subscriptions"]} == {"/webhooks/shopify"}
    assert APP["webhooks"]["api_version"] == API_VERSION


def test_the_addresses_of_the_app_are_pages_of_ours(tmp_path: Path) -> None:
    machine = bootstrap.build(settings.read(environment(tmp_path, f"sqlite:///{tmp_path}/a.db")))
    app = create_app(machine)
    routes = {rule.rule: rule.endpoint for rule in app.url_map.iter_rules()}
    assert routes[urlsplit(APP["application_url"]).path] == "shopify.begin"
    (callback,) = APP["auth"]["redirect_urls"]
    assert routes[urlsplit(callback).path] == "shopify.come_back"
    app.extensions["askback_intake"].close()
    machine.database.close()
