"""The way back to a cart, always on the store's own host."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from connector.ports.platform import CheckoutFacts


def url(base_url: str, checkout: CheckoutFacts, coupon_code: str) -> str:
    """The recovery link with the coupon, if it is on the store's host; else a cart permalink.

    A recovery link may lie on another host (a custom domain, a checkout host of Shopify):
    nothing here can tell such a host from a stranger's, and a permalink on the store's
    myshopify address fills the same cart. Permalinks:
    https://shopify.dev/docs/apps/build/checkout/create-cart-permalinks
    """
    return _recovery(base_url, checkout.recovery_url, coupon_code) or _permalink(
        base_url, checkout, coupon_code
    )


def _recovery(base_url: str, recovery_url: str, coupon_code: str) -> str:
    try:
        home, there = urlsplit(base_url), urlsplit(recovery_url)
    except ValueError:
        return ""
    if (there.scheme, there.netloc.lower()) != (home.scheme, home.netloc.lower()):
        return ""
    if not coupon_code:
        return there.geturl()
    kept = [part for part in there.query.split("&") if part and not part.startswith("discount=")]
    query = "&".join([*kept, f"discount={quote(coupon_code, safe='')}"])
    return there._replace(query=query).geturl()


def _permalink(base_url: str, checkout: CheckoutFacts, coupon_code: str) -> str:
    wanted: dict[str, int] = {}
    for line in checkout.lines:
        variant = line.variant_external_id
        if variant.isascii() and variant.isdigit() and line.quantity > 0:
            wanted[variant] = wanted.get(variant, 0) + line.quantity
    items = ",".join(f"{variant}:{quantity}" for variant, quantity in wanted.items())
    path = f"/cart/{items}" if items else "/cart"
    return base_url + path + (f"?discount={quote(coupon_code, safe='')}" if coupon_code else "")
