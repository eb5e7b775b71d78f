"""What a WooCommerce store says of itself: index, settings, currency, system status."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.fakes.woocommerce.dialect import WooCommerce

_NAMES = {"ILS": "Israeli new shekel", "JPY": "Japanese yen", "EUR": "Euro", "USD": "US dollar"}
_SYMBOLS = {"ILS": "&#8362;", "JPY": "&yen;", "EUR": "&euro;", "USD": "&#36;"}
# The store's own name for itself stays while its address may change.
STORE_ID = "6f1f2d5e-3c55-4a0b-9d0c-0d5b0f6d9a11"


class Site:
    """The answers about the store itself."""

    def __init__(self, dialect: WooCommerce) -> None:
        self.dialect, self.base_url = dialect, dialect.base_url
        self.store_id = STORE_ID

    def index(self) -> dict[str, Any]:
        offset = self.dialect.memory.now().astimezone(self.dialect.zone).utcoffset()
        return {
            "name": self.dialect.memory.title,
            "description": "A shop to practise in",
            "url": self.base_url,
            "home": self.base_url,
            "gmt_offset": (offset or timedelta(0)) // timedelta(hours=1),
            "timezone_string": str(self.dialect.zone),
            "page_for_posts": 0,
            "page_on_front": 0,
            "show_on_front": "posts",
            "namespaces": ["wc/v3", "wc/store/v1", "wp/v2"],
            "site_logo": 0,
            "site_icon": 0,
            "site_icon_url": "",
            "_links": {"help": [{"href": "https://developer.wordpress.org/rest-api/"}]},
        }

    def currency(self) -> dict[str, Any]:
        code = self.dialect.memory.till.currency
        root = f"{self.base_url}/wp-json/wc/v3/data/currencies"
        return {
            "code": code,
            "name": _NAMES.get(code, code),
            "symbol": _SYMBOLS.get(code, code),
            "_links": {
                "self": [{"href": f"{root}/{code}", "targetHints": {"allow": ["GET"]}}],
                "collection": [{"href": root}],
            },
        }

    def setting(self) -> dict[str, Any]:
        code = self.dialect.memory.till.currency
        root = f"{self.base_url}/wp-json/wc/v3/settings/general"
        return {
            "id": "woocommerce_currency",
            "label": "Currency",
            "description": "This controls what currency prices are listed at.",
            "type": "select",
            "default": "USD",
            "options": {code: f"{_NAMES.get(code, code)} ({_SYMBOLS.get(code, code)})"},
            "tip": "This controls what currency prices are listed at.",
            "value": code,
            "group_id": "general",
            "_links": {
                "self": [{"href": f"{root}/woocommerce_currency"}],
                "collection": [{"href": root}],
            },
        }

    def system_status(self) -> dict[str, Any]:
        till = self.dialect.memory.till
        return {
            "environment": {
                "home_url": self.base_url,
                "site_url": self.base_url,
                "store_id": self.store_id,
                "version": "10.5.0",
                "wp_version": "6.9.1",
                "wp_multisite": False,
                "wp_cron": True,
                "language": "en_US",
                "php_version": "8.2.36",
                "default_timezone": "UTC",
            },
            "settings": {
                "api_enabled": False,
                "force_ssl": False,
                "currency": till.currency,
                "currency_symbol": _SYMBOLS.get(till.currency, till.currency),
                "currency_position": "left",
                "thousand_separator": ",",
                "decimal_separator": ".",
                "number_of_decimals": till.places,
                "HPOS_enabled": True,
            },
        }
