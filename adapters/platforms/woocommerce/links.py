"""Where a shopper finds her cart again, on the store's own host."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from adapters.platforms.woocommerce import choices, records_meta
from connector.ports.platform import CheckoutFacts
from connector.records import LineItem

_FILLS = "add-to-cart"
_PAY = "/order-pay/"
_PAYS = "pay_for_order="
_RESTORE = "askback_cart="
"""In the links of the companion, always last (plugin/PROTOCOL.md)."""


def way_back(order: Mapping[str, Any], *, draft: bool) -> str:
    """The order's own link; of a draft, the page of its checkout, which fills no cart by itself.

    An order is paid under its pay link. A draft could be too, but ten minutes after its making
    that page wants a guest to prove her address and a customer to sign in, and it takes money
    for a draft without a name or an address to send to (seen on 10.2.4,
    WC_Shortcode_Checkout::guest_should_verify_email).
    A checkout link, on the other hand, cannot say which colour was chosen of a variation for any
    colour ("Missing variation data"). Where the companion is installed, the draft bears its link;
    elsewhere a cart of one such line is filled by WordPress's older link.
    """
    if not draft:
        return str(order["payment_url"])
    own = records_meta.way_back(order["meta_data"])
    if own:
        return own
    checkout, named, _ = order["payment_url"].partition(_PAY)
    lines = order["line_items"]
    if not named or len(lines) != 1 or not choices.untold(lines[0]):
        return str(checkout.partition("?")[0])
    query = {_FILLS: lines[0]["variation_id"], "quantity": lines[0]["quantity"]}
    chosen = {f"attribute_{one.key}": one.value for one in choices.of(lines[0])}
    return f"{checkout}/?{urlencode({**query, **chosen})}"


def cart_url(base_url: str, checkout: CheckoutFacts, *, coupon_code: str = "") -> str:
    """The order's or the companion's own way back; else, or with a coupon, one that fills a cart.

    The companion's link takes a coupon along, and knows variations by all that was chosen.
    A pay link takes none, and nor does a link that adds to the cart, but the letter tells
    her the code. The checkout link works on the block and the classic checkout,
    replaces the cart, and skips with a notice what cannot be bought any more
    (https://woocommerce.com/document/checkout-links/). Its slash before the "?" is needed.
    """
    own = checkout.recovery_url if _on_host_of(base_url, checkout.recovery_url) else ""
    code = quote(coupon_code, safe="")
    if is_companions(own):
        return f"{own}&askback_coupon={code}" if code else own
    if f"?{_FILLS}=" in own or (_PAYS in own and not code):
        return own
    products = _products(checkout.lines)
    if not products:
        return base_url
    coupon = f"&coupon={code}" if coupon_code else ""
    return f"{base_url}/checkout-link/?products={products}{coupon}"


def is_companions(url: str) -> bool:
    """Such a link bears the cart in itself: no draft that is cleaned up, no order, ends it."""
    return _RESTORE in url


def holds(base_url: str, checkout: CheckoutFacts) -> bool:
    """Does `cart_url` lead to all that she left, and to no other amount of it?"""
    if is_companions(checkout.recovery_url) and _on_host_of(base_url, checkout.recovery_url):
        return True
    return bool(checkout.lines) and all(_products([line]) for line in checkout.lines)


def _products(lines: Iterable[LineItem]) -> str:
    """ "14:2,40:1": a variation is named by its own number, never by its product's.

    A line that names no variant is of half a kilogram, which such a link cannot say.
    """
    pieces: dict[str, int] = {}
    for line in lines:
        number = line.variant_external_id
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
