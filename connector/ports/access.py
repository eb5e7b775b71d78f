"""How a store's API is reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How to reach one store's API. `base_url` is the store's address without a slash at the end.

    `credentials`: Shopify {"access_token"}, and for one that expires what `Grant` tells of;
    WooCommerce {"consumer_key", "consumer_secret"}.
    """

    base_url: str
    credentials: Mapping[str, str] = field(repr=False)
    shop: str = ""
