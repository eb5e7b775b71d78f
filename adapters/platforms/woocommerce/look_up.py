"""What a list did not show is asked for by its number: hidden, or really gone?"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from adapters.platforms.woocommerce import api
from adapters.platforms.woocommerce.fields import Id, Payload
from connector.errors import Refused, Unreadable
from connector.ports.feed import LookedUp, Resource, Roll
from connector.records import Record

ROLLS: Mapping[Resource, Roll] = MappingProxyType(
    {Resource.ORDERS: Roll(kind="order", at_once=100)}
)
"""A page of them. Products and customers are listed in full every night; drafts live for a day."""

Read = Callable[[api.Store, Resource, dict[str, object]], tuple[Record, ...]]

# Whoever asks holds the list's last page meanwhile: this and the page itself fit in a lease.
_LONGEST_SECONDS = 90.0


@dataclass(frozen=True, slots=True)
class _Kind:
    resource: Resource
    path: str
    gone: str
    """The code of a 404 that is meant (recorded); any other may be a plugin's."""


class _Named(Payload):
    id = Id(required=True)


_NAMED = _Named(many=True)
_ORDER = _Kind(Resource.ORDERS, "orders", "woocommerce_rest_shop_order_invalid_id")
_KINDS: Mapping[str, _Kind] = MappingProxyType({
    "order": _ORDER,
    "checkout": _ORDER,
    "product": _Kind(Resource.PRODUCTS, "products", "woocommerce_rest_product_invalid_id"),
    "customer": _Kind(Resource.CUSTOMERS, "customers", "wc_user_invalid_id"),
})  # fmt: skip


def look_up(store: api.Store, missing: Sequence[tuple[str, str]], read: Read) -> LookedUp:
    """Ask for one after the other, as long as there is time.

    Plugins invent statuses of orders, and hide them from `status=any`. A name without a number
    (a companion's cart) is on no list, and nothing can be said of it.
    Raises AccessLost, Retryable.
    """
    ends = time.monotonic() + _LONGEST_SECONDS
    gone: set[tuple[str, str]] = set()
    found: list[Record] = []
    for kind, name in missing:
        if not (name.isascii() and name.isdigit()):
            continue
        if time.monotonic() > ends:
            break
        about = _KINDS[kind]
        try:
            found += read(store, about.resource, store.get(f"{about.path}/{name}"))
        except Refused as problem:
            if problem.code == about.gone:
                gone.add((kind, name))
        except Unreadable:
            continue  # it is there
    return LookedUp(gone=frozenset(gone), records=tuple(found))


def not_listed(store: api.Store, names: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Orders, a page of them at most, of which the store's list by number says nothing.

    https://woocommerce.github.io/woocommerce-rest-api-docs/#list-all-orders
    Raises AccessLost, Refused, Retryable, Unreadable.
    """
    numbers = [name for _, name in names if name.isascii() and name.isdigit()]
    params = {"include": ",".join(numbers), "per_page": str(len(numbers)), "_fields": "id"}
    rows = api.load(_NAMED, store.get("orders", params=params)) if numbers else []
    listed = {one["id"] for one in rows}
    return [(kind, name) for kind, name in names if name in numbers and name not in listed]
