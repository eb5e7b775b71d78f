"""Where a shopper finds her cart again, on the store's own host."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from connector.ports.platform import CheckoutFacts

_RESTORE = "askback_cart="
"""In the links of the companion, always last (plugin/PROTOCOL.md)."""


def cart_url(base_url: str, checkout: CheckoutFacts, *, coupon_code: str = "") -> str:
    """The pay link of her own draft; with a coupon, or without a draft, a link that fills a cart.

    The companion's link takes a coupon along, and knows variations by all that was chosen.
    A pay link takes none. The checkout link works on the block and the classic checkout,
    replaces the cart, and skips with a notice what cannot be bought any more
    (https://woocommerce.com/document/checkout-links/). Its slash before the "?" is needed.
    """
    if not coupon_code and _on_host_of(base_url, checkout.recovery_url):
        return checkout.recovery_url
    code = quote(coupon_code, safe="")
    if is_companions(checkout.recovery_url) and _on_host_of(base_url, checkout.recovery_url):
        return f"{checkout.recovery_url}&askback_coupon={code}"
    products = _products(checkout)
    if not products:
        return base_url
    coupon = f"&coupon={code}" if coupon_code else ""
    return f"{base_url}/checkout-link/?products={products}{coupon}"


def is_companions(url: str) -> bool:
    """Such a link bears the cart in itself: no draft that is cleaned up, no order, ends it."""
    return _RESTORE in url


def _products(checkout: CheckoutFacts) -> str:
    """ "14:2,40:1": a variation is named by its own number, never by its product's."""
    pieces: dict[str, int] = {}
    for line in checkout.lines:
        number = line.variant_external_id or line.product_external_id
        if number.isascii() and number.isdigit() and line.quantity > 0:
            pieces[number] = pieces.get(number, 0) + line.quantity
    return ",".join(f"{number}:{quantity}" for number, quantity in pieces.items())


def _on_host_of(base_url: str, url: str) -> bool:
    """Does the link lead to the store itself, by the same scheme, host and port?"""
    try:
        store, link = urlsplit(base_url), urlsplit(url)
        same = (store.scheme, store.hostname, store.port) == (link.scheme, link.hostname, link.port)
    except ValueError:
        return False
    plain = link.username is None and "\\" not in url and url.isprintable()
    return bool(link.hostname) and same and plain
