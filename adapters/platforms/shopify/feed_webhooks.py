"""Which webhooks Shopify is to send us: what is missing is made, what is stale removed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from adapters.platforms.shopify import records
from adapters.platforms.shopify.api import at
from adapters.platforms.shopify.feed_documents import MAKE_WEBHOOK, REMOVE_WEBHOOK, WEBHOOKS
from connector.errors import AccessLost, Permanent, Refused, Retryable
from connector.ports.feed import WebhookReport
from connector.ports.notices import Code, Notice

Call = Callable[..., Mapping[str, Any]]

_TAKEN = "already been taken"
_MOST_PAGES = 100


def enum(topic: str) -> str:
    """orders/create is ORDERS_CREATE in WebhookSubscriptionTopic."""
    return topic.replace("/", "_").upper()


# They stand in the app's own configuration, and WebhookSubscriptionTopic does not have them:
# https://shopify.dev/docs/apps/build/compliance/privacy-law-compliance
COMPLIANCE = frozenset({"customers/data_request", "customers/redact", "shop/redact"})

WANTED: Mapping[str, str] = {
    enum(topic): topic for topic in records.READERS if topic not in COMPLIANCE
}
"""Every topic that has a reader and can be subscribed to."""


@dataclass(slots=True)
class _Work:
    """The report as it grows."""

    right: list[str] = field(default_factory=list)
    made: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    problems: list[Notice] = field(default_factory=list)

    def refused(self, code: Code, said: str, **facts: str) -> None:
        notice = Notice(code=code, facts={**facts, "said": said})
        if notice not in self.problems:
            self.problems.append(notice)

    def report(self) -> WebhookReport:
        return WebhookReport(
            right=tuple(self.right),
            made=tuple(self.made),
            removed=tuple(self.removed),
            problems=tuple(self.problems),
        )


def reconcile(call: Call, address: str, *, former: Sequence[str] = ()) -> WebhookReport:
    """Make the app's subscriptions deliver the wanted topics to `address`, each once, whole.

    Ours are those that go to `address` or to a `former` one. Any other may be of another tool
    that has the same token, or of another Askback that shares the app, on the same host even.
    """
    work, stale = _Work(), []
    right: set[str] = set()
    ours = {address, *former}
    for subscription in _subscriptions(call):
        name = str(at(subscription, "topic"))
        if name in WANTED and name not in right and _delivers_all(subscription, address):
            right.add(name)
        elif _uri(subscription) in ours:
            stale.append(subscription)
    work.right += [topic for name, topic in WANTED.items() if name in right]
    # A filtered subscription of our own stands in the way of the whole one at its address.
    _remove(call, [one for one in stale if _uri(one) == address], work)
    if not _make(call, address, [name for name in WANTED if name not in right], work):
        return work.report()  # the old address, if there is one, is better than none
    _remove(call, [one for one in stale if _uri(one) != address], work)
    return work.report()


def withdraw(call: Call, address: str) -> None:
    """Remove the subscriptions that deliver to `address`; those of others stay.

    Shopify ends them itself with the app, but the app stays installed where a merchant leaves
    us on our own page. Raises AccessLost, Retryable, Refused.
    """
    ours = [one for one in _subscriptions(call) if _uri(one) == address]
    work = _Work()
    _remove(call, ours, work)
    if work.problems:
        raise Refused("; ".join(one.facts["said"] for one in work.problems), code="stays")


def _subscriptions(call: Call) -> list[Any]:
    """All that this app has in this store; those of other apps are never shown to it."""
    found: list[Any] = []
    after = None
    for _ in range(_MOST_PAGES):
        connection = at(call(WEBHOOKS, {"after": after}), "webhookSubscriptions")
        nodes = at(connection, "nodes")
        if not isinstance(nodes, list):
            raise Retryable("Shopify answered without the list of webhooks")
        found += nodes
        if not at(connection, "pageInfo", "hasNextPage"):
            return found
        after = at(connection, "pageInfo", "endCursor")
    raise Retryable("Shopify's list of webhooks has no end")


def _delivers_all(subscription: Any, address: str) -> bool:
    whole = not at(subscription, "filter") and not at(subscription, "includeFields")
    return whole and _uri(subscription) == address and at(subscription, "format") == "JSON"


def _uri(subscription: Any) -> str:
    return str(at(subscription, "uri") or "")


def _make(call: Call, address: str, names: list[str], work: _Work) -> bool:
    """Subscribe; False where the address itself was refused, so that asking on is of no use."""
    for name in names:
        variables = {"topic": name, "webhookSubscription": {"uri": address, "format": "JSON"}}
        try:
            answer = call(MAKE_WEBHOOK, variables)
        except AccessLost:
            raise
        except Permanent as problem:
            if isinstance(problem, Refused) and problem.code.startswith("http_"):
                raise  # not about this topic
            said = str(problem).removeprefix("Shopify denies access: ")
            work.refused(Code.WEBHOOK_REFUSED, said, topic=WANTED[name])
            continue
        errors = at(answer, "webhookSubscriptionCreate", "userErrors") or []
        if any(_TAKEN in _text(error) for error in errors):
            work.right.append(WANTED[name])  # made by another process at this very moment
        elif any(_about_the_address(error) for error in errors):
            work.refused(Code.WEBHOOK_ADDRESS, _texts(errors), address=address)
            return False
        elif errors:
            work.refused(Code.WEBHOOK_REFUSED, _texts(errors), topic=WANTED[name])
        else:
            work.made.append(WANTED[name])
    return True


def _remove(call: Call, stale: list[Any], work: _Work) -> None:
    for subscription in stale:
        name = str(at(subscription, "topic"))
        answer = call(REMOVE_WEBHOOK, {"id": at(subscription, "id")})
        errors = at(answer, "webhookSubscriptionDelete", "userErrors") or []
        if any("does not exist" not in _text(error) for error in errors):
            work.refused(Code.WEBHOOK_STAYS, _texts(errors), topic=_topic(name))
        else:
            work.removed.append(_topic(name))


def _topic(name: str) -> str:
    return WANTED.get(name, name)


def _texts(errors: list[Any]) -> str:
    return "; ".join(map(_text, errors))


def _text(error: object) -> str:
    return str(at(error, "message") or "no reason given")


def _about_the_address(error: object) -> bool:
    field_path = at(error, "field")
    return isinstance(field_path, list) and bool({"callbackUrl", "uri"} & set(map(str, field_path)))
