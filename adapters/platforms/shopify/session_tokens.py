"""Session tokens: how a page embedded in Shopify's admin says who opened it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from adapters import strict_json
from adapters.platforms.shopify.install import strict_domain
from adapters.signatures import verify_hs256
from connector.errors import NotAuthentic, Unreadable

LEEWAY = timedelta(seconds=10)
"""App Bridge's clock runs a little before ours now and then (seen in ShopifyAPI's own code)."""

_SHOP_ADDRESS = re.compile(r"https://([^/:@?#\\]+)", re.ASCII)
_TEXTS = ("iss", "dest", "aud", "sub", "jti", "sid")


def shop_of(token: str, now: datetime, *, client_id: str, secrets: Sequence[str]) -> str:
    """The shop whose admin this token comes from. Raises NotAuthentic, and nothing else.

    https://shopify.dev/docs/apps/build/authentication-authorization/session-tokens: HS256 with
    the app's secret, `aud` the app's key, `iss` and `dest` the same shop, a minute of life.
    """
    claims = _claims(verify_hs256(token, secrets))
    if claims["aud"] != client_id:
        raise NotAuthentic("the token was made for another app")
    if _moment(claims, "exp") <= (now - LEEWAY).timestamp():
        raise NotAuthentic("the token has expired")
    if _moment(claims, "nbf") > (now + LEEWAY).timestamp():
        raise NotAuthentic("the token is not valid yet")
    dest = _SHOP_ADDRESS.fullmatch(claims["dest"])
    if not dest or claims["iss"] != f"{claims['dest']}/admin":
        raise NotAuthentic("the token's issuer and destination differ")
    return strict_domain(dest[1])


def _claims(payload: bytes) -> Mapping[str, Any]:
    try:
        claims = strict_json.loads(payload)
    except Unreadable as problem:
        raise NotAuthentic("the token's payload is no JSON") from problem
    if not isinstance(claims, dict) or not all(
        isinstance(claims.get(name), str) and claims[name] for name in _TEXTS
    ):
        raise NotAuthentic("the token lacks a claim")
    return claims


def _moment(claims: Mapping[str, Any], name: str) -> int:
    """Seconds since 1970; a token without its end would be good for ever."""
    value = claims.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise NotAuthentic(f"the token does not say its {name}")
    return value
