"""Was this checkout bought? Asked of the store itself, right before a shopper is written to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.http import Http
from adapters.platforms.woocommerce import api, records_orders
from adapters.platforms.woocommerce.fields import Id, Moment, Part, Payload, Text
from connector.errors import Refused
from connector.ports.platform import Access, CheckoutFacts, OrderFound

_GONE = "woocommerce_rest_shop_order_invalid_id"
_PER_PAGE = 100
# 1,000 orders since the checkout began, newest first; what is older came in by webhook.
_MOST_PAGES = 10
_FIELDS = "id,status,date_created_gmt,customer_id,billing.email"


class _Billing(Payload):
    email = Text(load_default="")


class _Seen(Payload):
    id = Id(required=True)
    status = Text(required=True)
    date_created_gmt = Moment(load_default=None)
    customer_id = Id(load_default="")
    billing = Part(_Billing)


_ORDER = _Seen()
_ORDERS = _Seen(many=True)


def find(http: Http, access: Access, checkout: CheckoutFacts) -> OrderFound | None:
    """The order that this checkout became, or that the same person placed since it began.

    Raises Retryable, AccessLost; Permanent when the store has no such API any more.
    """
    store = api.Store(http, access)
    return _become(store, checkout) or _placed_since(store, checkout)


def _become(store: api.Store, checkout: CheckoutFacts) -> OrderFound | None:
    """The draft's own number under which it is bought; a companion's cart has no number."""
    number = checkout.external_id
    if not (number.isascii() and number.isdigit()):
        return None
    try:
        order = api.load(_ORDER, store.get(f"orders/{number}"))
    except Refused as problem:
        if problem.code != _GONE:
            raise
        return None  # the store drops drafts that nobody touched for a day
    return _bought(order, checkout)


def _placed_since(store: api.Store, checkout: CheckoutFacts) -> OrderFound | None:
    """A later purchase by the same address or account, by way of another checkout."""
    if not checkout.email and not checkout.customer_external_id:
        return None
    for page in range(1, _MOST_PAGES + 1):
        params = {
            "per_page": str(_PER_PAGE),
            "page": str(page),
            "orderby": "id",
            "order": "desc",
            "modified_after": _just_before(checkout.created_at),
            "dates_are_gmt": "true",
            "_fields": _FIELDS,
        }
        orders = api.load(_ORDERS, store.get("orders", params=params))
        for order in orders:
            found = _bought(order, checkout) if _same_person(order, checkout) else None
            if found and found.created_at >= checkout.created_at:
                return found
        if len(orders) < _PER_PAGE:
            break
    return None


def _same_person(order: Mapping[str, Any], checkout: CheckoutFacts) -> bool:
    email, account = order["billing"]["email"], order["customer_id"]
    return bool(email and email.lower() == checkout.email.lower()) or bool(
        account and account == checkout.customer_external_id
    )


def _bought(order: Mapping[str, Any], checkout: CheckoutFacts) -> OrderFound | None:
    created, status = order["date_created_gmt"], order["status"]
    its_state = checkout.statuses.get(status) or records_orders.state(status)
    if not its_state.bought or created is None:
        return None
    return OrderFound(external_id=order["id"], state=its_state, created_at=created)


def _just_before(moment: datetime) -> str:
    """`modified_after` is strictly greater, to the second, and naive with dates_are_gmt: with
    a Z it would answer nothing at all."""
    earlier = moment.astimezone(UTC) - timedelta(seconds=1)
    return earlier.strftime("%Y-%m-%dT%H:%M:%S")
