"""Shopify's numbers: large, one range per kind of thing, and global ids made of them."""

from __future__ import annotations

# Real ids need more than 32 bits and fewer than 53; a fake with small ones hides overflows.
_RANGES = {
    "Checkout": 38_000_000_000_000,
    "Customer": 8_100_000_000_000,
    "DiscountCodeNode": 1_640_000_000_000,
    "DiscountRedeemCode": 22_270_000_000_000,
    "DraftOrder": 1_180_000_000_000,
    "Fulfillment": 5_300_000_000_000,
    "InventoryItem": 50_500_000_000_000,
    "LineItem": 16_700_000_000_000,
    "Order": 6_400_000_000_000,
    "OrderTransaction": 7_700_000_000_000,
    "Product": 9_800_000_000_000,
    "ProductVariant": 49_200_000_000_000,
    "Refund": 980_000_000_000,
    "ShippingLine": 5_200_000_000_000,
    "WebhookSubscription": 1_929_000_000_000,
}
SHOP_ID = 63755419881


def number(kind: str, own: int) -> int:
    return _RANGES[kind] + own


def gid(kind: str, own: int) -> str:
    return f"gid://shopify/{kind}/{number(kind, own)}"


def own_number(text: str) -> int | None:
    """The memory's number behind a global id or a plain one; None for what is neither."""
    kind, _, digits = str(text).removeprefix("gid://shopify/").rpartition("/")
    if not digits.isdigit():
        return None
    if kind in _RANGES:
        return int(digits) - _RANGES[kind]
    within = [start for start in _RANGES.values() if 0 <= int(digits) - start < 10**9]
    return int(digits) - within[0] if within else None
