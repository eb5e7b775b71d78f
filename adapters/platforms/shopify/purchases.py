"""Was this checkout bought? The search for its order in Shopify."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC
from typing import Any

from adapters.platforms.shopify import documents, order_states
from adapters.platforms.shopify.api import at
from connector import clock
from connector.errors import Retryable
from connector.ports.platform import CheckoutFacts, OrderFound


def find(call: Callable[..., Mapping[str, Any]], checkout: CheckoutFacts) -> OrderFound | None:
    """The newest order bought since the checkout began, of it or of its customer."""
    search = search_for(checkout)
    if not search:
        return None
    nodes = at(call(documents.ORDERS, {"search": search}), "orders", "nodes")
    if not isinstance(nodes, list):
        raise Retryable("Shopify answered without the list of orders")
    found = [_order(node) for node in nodes if _is_hers(node, checkout)]
    # In Shopify's seconds: the order of a checkout may bear the checkout's own moment.
    since = checkout.created_at.replace(microsecond=0)
    bought = [order for order in found if order.state.bought and order.created_at >= since]
    return max(bought, key=lambda order: order.created_at, default=None)


def _is_hers(node: object, checkout: CheckoutFacts) -> bool:
    """Is this order what was searched for? Shopify passes over a filter that it does not know, and
    finds everything: https://shopify.dev/docs/api/usage/search-syntax (`extensions.search`).

    An order that says nothing of itself is taken at the search's word.
    """
    customer = str(at(node, "customer", "id") or "").rpartition("/")[2]
    told = (
        (at(node, "checkoutToken"), checkout.external_id),
        (at(node, "cartToken"), checkout.cart_token),
        (at(node, "email"), checkout.email),
        (customer, checkout.customer_external_id),
    )
    pairs = [(str(one).strip().lower(), other.strip().lower()) for one, other in told if one]
    return not pairs or any(one == other for one, other in pairs)


def search_for(checkout: CheckoutFacts) -> str:
    """The search in Shopify's syntax; empty when there is nothing to search by.

    Filters: https://shopify.dev/docs/api/admin-graphql/2026-07/queries/orders#arguments-query
    Syntax: https://shopify.dev/docs/api/usage/search-syntax
    """
    customer = checkout.customer_external_id
    terms = {
        "checkout_token": checkout.external_id,
        "cart_token": checkout.cart_token,
        "email": checkout.email,
        "customer_id": customer if customer.isascii() and customer.isdigit() else "",
    }
    named = [f"{name}:{_quoted(value)}" for name, value in terms.items() if _quoted(value) != '""']
    if not named:
        return ""
    since = checkout.created_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"({' OR '.join(named)}) AND created_at:>='{since}'"


def _quoted(value: str) -> str:
    """The value as one phrase, in which nothing but the two escaped characters is special."""
    printable = "".join(letter for letter in value if letter.isprintable()).strip()
    return '"' + printable.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _order(node: object) -> OrderFound:
    external_id, created_at = at(node, "id"), at(node, "createdAt")
    try:
        moment = clock.parse(created_at)
    except ValueError as problem:
        raise Retryable("Shopify told an order without its time") from problem
    return OrderFound(
        external_id=str(external_id or "").rpartition("/")[2],
        created_at=moment,
        state=order_states.of(
            str(at(node, "displayFinancialStatus") or ""),
            str(at(node, "displayFulfillmentStatus") or ""),
            cancelled=at(node, "cancelledAt") is not None,
        ),
    )
