"""The store's own mails to shoppers who left, as its settings and its plugins show them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from marshmallow import fields

from adapters.http import Http
from adapters.platforms.woocommerce import api, records_meta
from adapters.platforms.woocommerce.fields import Payload, Rows, Text
from connector.errors import AccessLost, Refused, Unreadable
from connector.ports.notices import Code, Notice
from connector.ports.platform import Access, CheckoutFacts

CORE: Mapping[str, Code] = {
    "email_customer_abandoned_cart_recovery": Code.WOO_ABANDONED_MAIL,
    "email_customer_cancelled_order": Code.WOO_CANCELLED_MAIL,
    "email_customer_failed_order": Code.WOO_FAILED_MAIL,
}
"""WooCommerce's own, by settings group ("email_" and the id of its WC_Email class).

The abandoned-cart mail came with 11.0 and has a second switch, "automated", without which it
leaves only by hand: https://github.com/woocommerce/woocommerce/pull/65238. The one to customers
whose order was cancelled came with 10.0 (https://github.com/woocommerce/woocommerce/pull/57987)
and is on by itself in newer stores (https://github.com/woocommerce/woocommerce/pull/63094).
"""

PLUGINS = frozenset({
    "activecampaign-for-woocommerce", "automatewoo", "fluentcampaign-pro", "klaviyo",
    "mailchimp-for-woocommerce", "mailpoet", "omnisend-connect",
    "retainful-next-order-coupon-for-woocommerce", "woo-mailerlite", "woo-save-abandoned-carts",
    "woocommerce-sendinblue-newsletter-subscription", "wp-marketing-automations",
})  # fmt: skip
"""Folders of plugins that write to shoppers who left, though their names do not say so."""

_ABOUT_CARTS = re.compile(r"abandon|(cart|checkout)s?[\W_]*(recover|remind)|recover\w*[\W_]*cart")
_MOST_MAILS = 8
"""Settings groups that are opened, and plugins that are named: more do not say more."""
_LONGEST_NAME = 120


class _Group(Payload):
    id = Text(load_default="")
    label = Text(load_default="")
    parent_id = Text(load_default="")


class _Setting(Payload):
    id = Text(load_default="")
    # A text, a list of choices or a figure: only the switches are read.
    value = fields.Raw(load_default="", allow_none=True)


class _Plugin(Payload):
    plugin = Text(load_default="")
    name = Text(load_default="")


class _Order(Payload):
    meta_data = Rows(records_meta.Meta)


_ORDER = _Order()
_GROUPS, _SETTINGS, _PLUGINS = _Group(many=True), _Setting(many=True), _Plugin(many=True)


def look(http: Http, access: Access) -> tuple[Notice, ...]:
    """See TellsOwnMails. A key that may not read settings finds that told, and nothing else."""
    store = api.Store(http, access)
    try:
        groups = api.load(_GROUPS, store.get("settings", params={"_fields": "id,label,parent_id"}))
    except AccessLost:
        return (Notice(code=Code.WOO_HIDDEN),)
    return (*_mails(store, groups), *_plugins(store))


def written_at(http: Http, access: Access, checkout: CheckoutFacts) -> datetime | None:
    """When WooCommerce sent its abandoned-cart mail: it writes Unix seconds into the order's meta.

    A cart of the companion's is no order yet, and WooCommerce writes about orders only.
    """
    number = checkout.external_id
    if not (number.isascii() and number.isdigit()):
        return None
    store = api.Store(http, access)
    try:
        order = store.get(f"orders/{number}", params={"_fields": "meta_data"})
    except Refused as problem:
        if problem.code == "woocommerce_rest_shop_order_invalid_id":
            return None  # the draft was cleaned up, and its mail's time with it
        raise
    seconds = records_meta.own_mail_seconds(api.load(_ORDER, order)["meta_data"])
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _mails(store: api.Store, groups: Iterable[Mapping[str, Any]]) -> Iterator[Notice]:
    about = [one for one in groups if one["id"] in CORE or _is_a_reminder(one)]
    for group in about[:_MOST_MAILS]:
        if not _goes_out(store, group["id"]):
            continue
        if group["id"] in CORE:
            yield Notice(code=CORE[group["id"]])
        else:
            title = group["label"] or group["id"]
            yield Notice(code=Code.WOO_OTHER_MAIL, facts={"title": title[:_LONGEST_NAME]})


def _is_a_reminder(group: Mapping[str, Any]) -> bool:
    """Is it a mail of a plugin whose name speaks of abandoned carts?"""
    is_mail = group["parent_id"] == "email"
    return is_mail and _ABOUT_CARTS.search(group["id"].replace("_", " ").lower()) is not None


def _goes_out(store: api.Store, group: str) -> bool:
    """Is it switched on, and does it leave by itself?"""
    try:
        settings = api.load(_SETTINGS, store.get(f"settings/{group}"))
    except (Refused, Unreadable):
        return False  # gone since the list was read, or none of WooCommerce's kind
    values = {one["id"]: one["value"] for one in settings}
    return values.get("enabled") == "yes" and values.get("automated", "yes") == "yes"


def _plugins(store: api.Store) -> Iterator[Notice]:
    """Active plugins that may write; what they do they keep in tables of their own."""
    try:
        status = store.get("system_status", params={"_fields": "active_plugins"})
        listed = status.get("active_plugins") if isinstance(status, dict) else None
        plugins = api.load(_PLUGINS, listed or [])
    except (AccessLost, Refused, Unreadable):
        return  # the report is shut to this key, or spoilt: what the settings told stands
    folders = {one["plugin"].partition("/")[0].lower(): one["name"] for one in plugins}
    writing = [one for one in folders if one in PLUGINS or _ABOUT_CARTS.search(one)]
    for folder in writing[:_MOST_MAILS]:
        name = folders[folder] or folder
        yield Notice(code=Code.WOO_PLUGIN, facts={"plugin": name[:_LONGEST_NAME]})
