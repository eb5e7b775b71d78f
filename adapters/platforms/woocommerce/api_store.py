"""Who a store is: its name, currency, time zone and language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from marshmallow import fields

from adapters.http import Http
from adapters.platforms.woocommerce import api
from adapters.platforms.woocommerce.fields import Part, Payload, Text, Url
from connector.errors import AccessLost, Permanent, Refused, Retryable, Unreadable
from connector.ports.platform import Access, StoreFacts

_CODE = re.compile(r"[A-Z]{3}")
_LOCALE = re.compile(r"([a-z]{2,3})(?:_([A-Z]{2}))?(?:_.*)?")
# A store that keeps only an offset: the zones without summer time, for the half hours.
_HALF_HOURS = {
    Decimal("3.5"): "Asia/Tehran",
    Decimal("4.5"): "Asia/Kabul",
    Decimal("5.5"): "Asia/Kolkata",
    Decimal("5.75"): "Asia/Kathmandu",
    Decimal("6.5"): "Asia/Yangon",
    Decimal("9.5"): "Australia/Darwin",
}
_LARGEST_OFFSET = 12


class _Index(Payload):
    name = Text(load_default="")
    home = Url(load_default="")
    timezone_string = Text(load_default="")
    gmt_offset = fields.Raw(load_default=None, allow_none=True)
    namespaces = fields.List(fields.String(), load_default=list)


class _Currency(Payload):
    code = Text(required=True)


class _Setting(Payload):
    value = Text(required=True)


class _Environment(Payload):
    language = Text(load_default="")
    store_id = Text(load_default="")


class _Status(Payload):
    environment = Part(_Environment)


_INDEX, _CURRENCY, _SETTING, _STATUS = _Index(), _Currency(), _Setting(), _Status()


def describe(http: Http, access: Access) -> StoreFacts:
    """Ask the store who it is.

    The index is public; the currency is the least that only a working key may ask for. The
    language and the store's own id sit in the system report, which a key of lesser rights may not
    read (and which tries outgoing calls before it answers): the store is connected without them.
    The id is made once for a database (WC_Install::maybe_set_store_id, since 8.4,
    https://github.com/woocommerce/woocommerce/pull/40622): a copy of the database has it too.
    Raises AccessLost, Retryable, Permanent.
    """
    index = _index(http, access)
    store = api.Store(http, access)
    currency = _currency(store)
    environment = _environment(api.Store(http, access, tries=1))
    return StoreFacts(
        name=index["name"],
        currency=currency,
        timezone=index["timezone_string"] or _zone(index["gmt_offset"]),
        locale=_language(environment.get("language", "")),
        external_id=environment.get("store_id", ""),
        address=index["home"].rstrip("/"),
    )


def _index(http: Http, access: Access) -> dict[str, Any]:
    response = http.request(
        "GET", f"{access.base_url}/wp-json/", headers={"Accept": "application/json"}
    )
    index: dict[str, Any] = api.load(_INDEX, api.judged(response, repeatable=True))
    if "wc/v3" not in index["namespaces"]:
        raise Permanent(f"{access.base_url} is a WordPress without an active WooCommerce")
    return index


def _currency(store: api.Store) -> str:
    try:
        answer = api.load(_CURRENCY, store.get("data/currencies/current"))
        code = str(answer["code"])
    except Refused:  # older than WooCommerce 3.5, or the route is shut by a plugin
        answer = api.load(_SETTING, store.get("settings/general/woocommerce_currency"))
        code = str(answer["value"])
    if not _CODE.fullmatch(code):  # plugins add "USDT" and the like: no amount could be read
        raise Permanent(f"the store counts in {code[:20]!r}, which is no currency of ISO 4217")
    return code


def _environment(store: api.Store) -> Mapping[str, str]:
    """What the system report says of the store; nothing where it is closed to our key."""
    try:
        status = api.load(
            _STATUS,
            store.get("system_status", params={"_fields": "environment,settings,active_plugins"}),
        )
    except (AccessLost, Refused, Retryable, Unreadable):
        return {}  # a comfort, not a condition: the merchant can choose the language herself
    environment: Mapping[str, str] = status["environment"]
    return environment


def _language(said: str) -> str:
    found = _LOCALE.fullmatch(said)
    return "-".join(part for part in found.groups() if part) if found else ""


def _zone(offset: Any) -> str:
    """A zone for an offset in hours; POSIX names count westwards (Etc/GMT-2 is UTC+2)."""
    try:
        hours = Decimal(str(offset))
        if hours in _HALF_HOURS:
            return _HALF_HOURS[hours]
        if hours == int(hours) and abs(hours) <= _LARGEST_OFFSET:
            return f"Etc/GMT{-int(hours):+d}" if hours else "UTC"
    except (ArithmeticError, ValueError):
        return ""
    return ""
