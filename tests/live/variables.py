"""Which store the live tests speak to: the one place where its variables are read."""

from __future__ import annotations

import os
from collections.abc import Mapping
from types import MappingProxyType
from typing import NoReturn

import pytest

from connector.ports.access import Access

WOOCOMMERCE = ("WOO_URL", "WOO_KEY", "WOO_SECRET")
SHOPIFY = ("SHOPIFY_SHOP", "SHOPIFY_TOKEN")


def woocommerce(environ: Mapping[str, str] = os.environ) -> Access:
    """The WooCommerce store of WOO_URL, WOO_KEY and WOO_SECRET; without them: skipped, aloud."""
    _need(environ, WOOCOMMERCE)
    keys = {"consumer_key": environ["WOO_KEY"], "consumer_secret": environ["WOO_SECRET"]}
    return Access(base_url=environ["WOO_URL"].rstrip("/"), credentials=keys)


def shopify(environ: Mapping[str, str] = os.environ) -> Access:
    """The Shopify store of SHOPIFY_SHOP and SHOPIFY_TOKEN; without them: skipped, aloud."""
    _need(environ, SHOPIFY)
    shop = environ["SHOPIFY_SHOP"]
    credentials = {"access_token": environ["SHOPIFY_TOKEN"]}
    return Access(base_url=f"https://{shop}", credentials=credentials, shop=shop)


def admin_origin(environ: Mapping[str, str] = os.environ) -> str:
    """Where its Admin API answers: SHOPIFY_ADMIN_ORIGIN, which only a stand-in needs."""
    return environ.get("SHOPIFY_ADMIN_ORIGIN") or "https://{shop}"


def allow_private(environ: Mapping[str, str] = os.environ) -> bool:
    """ALLOW_PRIVATE_ADDRESSES=1, as for Askback itself: for a store in a laboratory."""
    return environ.get("ALLOW_PRIVATE_ADDRESSES") == "1"


STORES = MappingProxyType({WOOCOMMERCE: woocommerce, SHOPIFY: shopify})
"""Variables → how a store is reached by them."""


def _need(environ: Mapping[str, str], names: tuple[str, ...]) -> None:
    missing = [name for name in names if not environ.get(name)]
    if missing:
        _skip(f"LOUDLY SKIPPED: no real store to speak to, set {', '.join(missing)} (README.md)")


def _skip(reason: str) -> NoReturn:
    pytest.skip(reason, allow_module_level=True)
