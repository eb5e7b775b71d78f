"""What each platform wants to know before a store of it can be connected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from connector.ports.platform import Access
from connector.registry import Registry

LONGEST = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """The fields of one platform's form besides `address`; their hints are keys of the texts."""

    credentials: Mapping[str, str]
    """Field, named as the platform's API names it → its hint."""
    address_is_shop: bool = False
    asks_former: bool = False
    """May it be a store that was connected at another address? Asked where it cannot be proven."""
    asks_webhook_secret: bool = False

    @property
    def optional(self) -> tuple[str, ...]:
        """Askback makes the webhooks, and chooses what signs them."""
        return ("webhook_secret",) if self.asks_webhook_secret else ()

    @property
    def fields(self) -> tuple[str, ...]:
        return ("address", *self.credentials, *self.optional)

    def access(self, address: str, typed: Mapping[str, str]) -> Access:
        """How to reach the store, from what was typed."""
        return Access(
            base_url=f"https://{address}" if self.address_is_shop else address,
            credentials={name: typed[name] for name in self.credentials},
            shop=address if self.address_is_shop else "",
        )


QUESTIONS = Registry(
    "platform to connect by hand",
    {
        "woocommerce": Questions(
            credentials={"consumer_key": "app.shop.keys_hint", "consumer_secret": ""},
            asks_webhook_secret=True,
            asks_former=True,
        ),
        "shopify": Questions(
            credentials={"access_token": "app.shop.access_token_hint"},
            address_is_shop=True,
        ),
    },
)
