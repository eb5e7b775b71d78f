"""A store's webhook subscriptions: the missing made, the dead revived, copies removed."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from adapters.platforms.woocommerce import api
from adapters.platforms.woocommerce.fields import Id, Payload, Text
from connector.errors import Permanent, Refused
from connector.ports.feed import WebhookReport
from connector.ports.notices import Code, Notice

NAME = "Askback"

_PER_PAGE = 100
_MOST_PAGES = 20
_DELIVERED_TO = (80, 443, 8080)
"""Ports that WordPress lets its own requests go to: wp_http_validate_url,
https://developer.wordpress.org/reference/functions/wp_http_validate_url/"""


class _Webhook(Payload):
    id = Id(required=True)
    name = Text(load_default="")
    status = Text(load_default="")
    topic = Text(load_default="")
    # The address as it stands: it is compared, never called.
    delivery_url = Text(load_default="")


_WEBHOOKS = _Webhook(many=True)


@dataclass(frozen=True, slots=True)
class _Found:
    right: list[str] = field(default_factory=list)
    made: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    revived: list[str] = field(default_factory=list)
    problems: list[Notice] = field(default_factory=list)


def reconcile(store: api.Store, topics: Iterable[str], address: str, secret: str) -> WebhookReport:
    """See Feed.reconcile_webhooks. A subscription is ours by the path of its address, which
    holds the store's key: one that points to where we no longer live is stale.

    The ping comes inside the POST that makes a webhook: our web must be able to answer it
    meanwhile, but if it cannot, the webhook is made and active all the same.
    """
    ours = [one for one in _listed(store) if _is_ours(one, address)]
    found = _Found(problems=_unreachable(address))
    for topic in topics:
        same = [one for one in ours if (one["topic"], one["delivery_url"]) == (topic, address)]
        # The one that works is kept; of several, the oldest.
        same.sort(key=lambda one: (one["status"] != "active", int(one["id"])))
        wish = {
            "name": _name(topic, secret), "topic": topic, "delivery_url": address,
            "secret": secret, "status": "active",
        }  # fmt: skip
        _settle(store, wish, same[:1], found)
        for extra in same[1:]:
            _remove(store, extra, found)
        ours = [one for one in ours if one not in same]
    for stale in ours:
        _remove(store, stale, found)
    return WebhookReport(
        right=tuple(found.right), made=tuple(found.made), removed=tuple(found.removed),
        revived=tuple(found.revived), problems=tuple(found.problems),
    )  # fmt: skip


def withdraw(store: api.Store, address: str) -> None:
    """Remove all that lead to us: the store would go on telling of its shoppers, and be refused
    until WooCommerce switches each of them off."""
    found = _Found()
    for one in _listed(store):
        if _is_ours(one, address):
            _remove(store, one, found)


def _settle(
    store: api.Store, wish: Mapping[str, str], known: list[Mapping[str, Any]], found: _Found
) -> None:
    topic = wish["topic"]
    if not known:
        if _done(lambda: store.post("webhooks", wish), topic, found):
            found.made.append(topic)
        return
    one = known[0]
    # The store never tells a secret: ours are named after theirs, a merchant's own are trusted.
    outdated = one["name"].startswith(f"{NAME} ") and one["name"] != wish["name"]
    if one["status"] == "active" and not outdated:
        found.right.append(topic)
        return
    # Seven failed deliveries in a row switch a webhook off, without a word.
    change = wish if outdated else {"status": "active"}
    if _done(lambda: store.put(f"webhooks/{one['id']}", change), topic, found):
        revived = one["status"] != "active"
        (found.revived if revived else found.made).append(topic)


def _remove(store: api.Store, webhook: Mapping[str, Any], found: _Found) -> None:
    path, params = f"webhooks/{webhook['id']}", {"force": "true"}
    if _done(lambda: store.delete(path, params=params), webhook["topic"], found):
        found.removed.append(webhook["topic"])


def _done(call: Callable[[], object], topic: str, found: _Found) -> bool:
    """One subscription that cannot be changed does not keep the others from being right."""
    try:
        call()
    except Refused as problem:
        said = str(problem).removeprefix("the store refused: ")
        facts = {"topic": topic, "said": said}
        found.problems.append(Notice(code=Code.WEBHOOK_REFUSED, facts=facts))
        return False
    return True


def _listed(store: api.Store) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    for page in range(1, _MOST_PAGES + 1):
        params = {
            "per_page": str(_PER_PAGE), "page": str(page), "orderby": "id", "order": "asc",
        }  # fmt: skip
        rows = api.load(_WEBHOOKS, store.get("webhooks", params=params))
        found += rows
        if len(rows) < _PER_PAGE:
            return found
    raise Permanent(f"the store has more than {_MOST_PAGES * _PER_PAGE} webhooks")


def _is_ours(webhook: Mapping[str, Any], address: str) -> bool:
    try:
        path: str = urlsplit(webhook["delivery_url"]).path
    except ValueError:
        return False
    return path == urlsplit(address).path


def _unreachable(address: str) -> list[Notice]:
    """What WordPress would not deliver to, though it takes the subscription."""
    parts = urlsplit(address)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    if port in _DELIVERED_TO:
        return []
    return [Notice(code=Code.WEBHOOK_PORT, facts={"port": str(port)})]


def _name(topic: str, secret: str) -> str:
    """ "Askback order.updated 5f3a9c21": the last part tells which secret it was made with."""
    mark = hmac.new(secret.encode(), b"askback webhook", hashlib.sha256).hexdigest()[:8]
    return f"{NAME} {topic} {mark}"
