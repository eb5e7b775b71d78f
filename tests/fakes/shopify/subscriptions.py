"""Webhook subscriptions as the Admin GraphQL API keeps them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.fakes.post import Subscription
from tests.fakes.shopify import ids
from tests.fakes.shopify.dialect import API_VERSION, TOPICS, Shopify
from tests.fakes.shopify.lists import connection
from tests.fakes.shopify.node_parts import Node, at

if TYPE_CHECKING:
    from tests.fakes.store import PracticeStore

_LOOPBACK = ("127.0.0.1", "localhost")
# Shopify has them, and nothing that is done in a practice store sends them.
_SILENT = (
    "orders/partially_fulfilled",
    "customers_marketing_consent/update",
)


class Webhooks:
    """The subscriptions of the one app that is connected."""

    def __init__(self, store: PracticeStore) -> None:
        assert isinstance(store.dialect, Shopify)
        self.store, self.memory, self.filters = store, store.memory, store.dialect.filters

    def queries(self) -> Node:
        return {"webhookSubscriptions": self.webhook_subscriptions}

    def mutations(self) -> Node:
        return {
            "webhookSubscriptionCreate": self.create_webhook,
            "webhookSubscriptionUpdate": self.update_webhook,
            "webhookSubscriptionDelete": self.delete_webhook,
        }

    def webhook_subscriptions(self, topics: list[str] | None = None, **page: Any) -> Node:
        found = [self._subscription(x) for x in self.store.subscriptions]
        chosen = [x for x in found if not topics or x["topic"] in topics]
        return connection(chosen, "WebhookSubscription")(**page)

    def _subscription(self, subscription: Subscription) -> Node:
        return {
            "__typename": "WebhookSubscription",
            "id": ids.gid("WebhookSubscription", subscription.id),
            "legacyResourceId": str(ids.number("WebhookSubscription", subscription.id)),
            "topic": _enum(subscription.topic),
            "format": "JSON",
            "uri": subscription.url,
            "filter": self.filters.get(subscription.id),
            "includeFields": [],
            "metafieldNamespaces": [],
            "createdAt": at(self.memory.now()),
            "updatedAt": at(self.memory.now()),
            "apiVersion": {
                "__typename": "ApiVersion",
                "handle": API_VERSION,
                "displayName": API_VERSION,
                "supported": True,
            },
            "endpoint": {"__typename": "WebhookHttpEndpoint", "callbackUrl": subscription.url},
        }

    def create_webhook(self, topic: str, webhookSubscription: Node) -> Node:  # noqa: N803 # Shopify's argument
        payload: Node = {"__typename": "WebhookSubscriptionCreatePayload"}
        url = webhookSubscription.get("uri") or webhookSubscription.get("callbackUrl") or ""
        name = next((x for x in (*TOPICS, *_SILENT) if _enum(x) == topic), "")
        taken = any((x.topic, x.url) == (name, url) for x in self.store.subscriptions)
        problem = _address_problem(url) or (
            "Address for this topic has already been taken" if taken else ""
        )
        if problem:
            return {**payload, "webhookSubscription": None, "userErrors": [_refused(problem)]}
        made = self.store.subscribe(name or topic, url)
        return {**payload, "webhookSubscription": self._subscription(made), "userErrors": []}

    def update_webhook(self, id: str, webhookSubscription: Node) -> Node:  # noqa: A002, N803 # Shopify's arguments
        payload: Node = {"__typename": "WebhookSubscriptionUpdatePayload"}
        known = self._known_subscription(id)
        url = webhookSubscription.get("uri") or webhookSubscription.get("callbackUrl") or ""
        problem = _missing() if known is None else None
        if known is not None and _address_problem(url):
            problem = _refused(_address_problem(url))
        if known is None or problem is not None:
            return {**payload, "webhookSubscription": None, "userErrors": [problem]}
        changed = replace(known, url=url)
        self.store.subscriptions[self.store.subscriptions.index(known)] = changed
        return {**payload, "webhookSubscription": self._subscription(changed), "userErrors": []}

    def delete_webhook(self, id: str) -> Node:  # noqa: A002 # Shopify's argument
        payload: Node = {"__typename": "WebhookSubscriptionDeletePayload"}
        known = self._known_subscription(id)
        if known is None:
            gone: Node = {"deletedWebhookSubscriptionId": None, "userErrors": [_missing()]}
            return {**payload, **gone}
        self.store.subscriptions.remove(known)
        return {**payload, "deletedWebhookSubscriptionId": id, "userErrors": []}

    def _known_subscription(self, gid: str) -> Subscription | None:
        for subscription in self.store.subscriptions:
            if ids.gid("WebhookSubscription", subscription.id) == gid:
                return subscription
        return None


def _enum(topic: str) -> str:
    """orders/create is ORDERS_CREATE in GraphQL."""
    return topic.replace("/", "_").upper()


def _address_problem(url: str) -> str:
    """Shopify takes https only; on loopback http stands in for it, as there is no certificate."""
    if not url:
        return "Address can't be blank"
    parts = urlsplit(url)
    secure = parts.scheme == "https" or parts.hostname in _LOOPBACK
    return "" if secure else f"Address protocol {parts.scheme}:// is not supported"


def _refused(message: str) -> Node:
    field = ["webhookSubscription", "callbackUrl"]
    return {"__typename": "UserError", "field": field, "message": message}


def _missing() -> Node:
    message = "Webhook subscription does not exist"
    return {"__typename": "UserError", "field": ["id"], "message": message}
