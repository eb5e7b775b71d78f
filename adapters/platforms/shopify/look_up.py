"""Things are asked for by their ids: there, or gone for good?

https://shopify.dev/docs/api/admin-graphql/2026-07/queries/nodes: null is what the store has not
(any more). What the token may not see is an error beside it, and then nothing is believed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from adapters.platforms.shopify import scopes
from adapters.platforms.shopify.api import at
from adapters.platforms.shopify.feed_documents import NODES
from adapters.platforms.shopify.pace import Throttled
from connector.errors import Retryable
from connector.ports.feed import LookedUp, Resource, Roll

Call = Callable[..., Mapping[str, Any]]
Name = tuple[str, str]

AT_ONCE = 250
"""The most that a list in a query may hold: https://shopify.dev/docs/api/usage/limits. Each costs
a point at most: a quarter of what one call may cost."""

# Whoever asks holds the list's last page meanwhile: this and the page itself fit in a lease.
_LONGEST_SECONDS = 90.0
# A token that does not say what it may is shown orders of so many days, and null for older ones.
_ORDERS_REACH = timedelta(days=scopes.ORDERS_DAYS - 5)
# Shopify itself drops abandoned checkouts after three months, and nobody is asked about them:
# https://help.shopify.com/en/manual/orders/abandoned-checkouts
_CHECKOUTS_REACH = timedelta(days=60)

_TYPES = {
    "order": "Order",
    "checkout": "AbandonedCheckout",
    "customer": "Customer",
}

ROLLS: Mapping[Resource, Roll] = MappingProxyType({
    Resource.CUSTOMERS: Roll(kind="customer", at_once=AT_ONCE),
    Resource.ORDERS: Roll(kind="order", at_once=AT_ONCE, reach=_ORDERS_REACH),
    Resource.CHECKOUTS: Roll(
        kind="checkout", at_once=AT_ONCE, reach=_CHECKOUTS_REACH, by_number=True
    ),
})  # fmt: skip
"""Products are listed in full every night."""


def look_up(call: Call, missing: Sequence[Name]) -> LookedUp:
    """Which of these Shopify has no more; `AT_ONCE` in a call, as long as there is time.

    Only a number leads anywhere: a checkout's token is none. A product's list is whole and knows
    no hiding: what it lacks is not asked for. Raises AccessLost, Refused (denied), Retryable;
    Throttled only where nothing was answered yet.
    """
    gone: set[Name] = {(kind, name) for kind, name in missing if kind == "product"}
    asked = [(kind, name) for kind, name in missing if kind in _TYPES and _is_number(name)]
    ends = time.monotonic() + _LONGEST_SECONDS
    for start in range(0, len(asked), AT_ONCE):
        if time.monotonic() > ends:
            break
        try:
            gone |= _gone(call, asked[start : start + AT_ONCE])
        except Throttled:
            if not start:
                raise
            break  # the next night asks for the others
    return LookedUp(gone=frozenset(gone))


def _is_number(name: str) -> bool:
    return name.isascii() and name.isdigit()


def _gone(call: Call, names: Sequence[Name]) -> set[Name]:
    ids = [f"gid://shopify/{_TYPES[kind]}/{name}" for kind, name in names]
    nodes = at(call(NODES, {"ids": ids}), "nodes")
    if not isinstance(nodes, list) or len(nodes) != len(ids):
        raise Retryable("Shopify answered without the things it was asked for")
    if any(
        node is not None and at(node, "id") != gid for node, gid in zip(nodes, ids, strict=True)
    ):
        raise Retryable("Shopify answered with other things than it was asked for")
    return {name for node, name in zip(nodes, names, strict=True) if node is None}
