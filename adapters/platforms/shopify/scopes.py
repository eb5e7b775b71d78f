"""What Askback may do in a Shopify store, and why: the one table of scopes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

# Meaning of each: https://shopify.dev/docs/api/usage/access-scopes; what a call needs is said
# beside it in the schema (abandonedCheckouts: read_orders), so read_checkouts is not asked for.
SCOPES: Mapping[str, str] = {
    "read_orders": "checkouts left behind, and whether they were bought (the last 60 days)",
    "read_customers": "whom a checkout belongs to, and whether she wants mail",
    "read_products": "the products of a cart, their pictures and their stock",
    "read_fulfillments": "where a parcel is: the webhooks that tell of shipments",
    "read_discounts": "whether a coupon of ours exists already, and whether it was used",
    "write_discounts": "the coupon that an answered reason earns, and its removal afterwards",
    "write_customers": "an unsubscription here is one in the store",
    "write_orders": "tags and notes that say what was asked and answered",
    "read_draft_orders": "whether an order was made in her place already",
    "write_draft_orders": "an order completed in the shopper's place, paid by her through a link",
}
"""Scope → the reason for it."""

OPTIONAL: Mapping[str, str] = {
    "read_all_orders": "orders older than 60 days at the first sync; Shopify grants it on request",
}
"""Used where granted, never asked for: https://shopify.dev/docs/api/usage/access-scopes#orders."""


ORDERS_DAYS = 60
"""Older orders need read_all_orders: https://shopify.dev/docs/api/usage/access-scopes#orders."""


def orders_days(granted: Iterable[str]) -> int | None:
    """How many days back orders are shown; None: all of them."""
    return None if "read_all_orders" in {one.strip() for one in granted} else ORDERS_DAYS


def asked() -> str:
    """The scopes as Shopify's permission page wants them."""
    return ",".join(SCOPES)


def missing(granted: Iterable[str]) -> tuple[str, ...]:
    """The scopes of the table that are not granted.

    Shopify names only the writing one where both are granted: it contains the reading one.
    """
    has = set(granted)
    has |= {f"read_{one.removeprefix('write_')}" for one in has if one.startswith("write_")}
    return tuple(scope for scope in SCOPES if scope not in has)
