"""What a merchant does to connect a store by a click, on our pages and on her store's."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, urlsplit

import requests

from tests.merchant import Merchant

PATH = "/connect/woocommerce"


@dataclass(slots=True)
class Clicks:
    """One merchant's browser."""

    merchant: Merchant

    def asks_for(self, url: str) -> requests.Response:
        """She types an address and sees what stands there."""
        return self.merchant.opens(f"{PATH}?url={quote(url, safe='')}")

    def goes_to_her_store(self, url: str) -> requests.Response:
        """She types an address, presses the button, and is on the store's own page."""
        self.asks_for(url)
        found = re.search(r'name="url" value="([^"]+)"', self.merchant.page.text)
        return self.merchant.presses(PATH, {"url": html.unescape(found[1]) if found else ""})

    def approves(self) -> requests.Response:
        return self._follows("approve")

    def denies(self) -> requests.Response:
        return self._follows("deny")

    def link_to(self, what: str) -> str:
        """The store's own link on the page that she is on."""
        found = re.search(rf'href="([^"]+)" class="wc-auth-{what}"', self.merchant.page.text)
        assert found is not None, self.merchant.page.text
        return html.unescape(found[1])

    def nonce(self) -> str:
        """What the attempt is known by, read off the address that she is at."""
        return parse_qs(urlsplit(self.merchant.page.url).query)["user_id"][0]

    def reads(self) -> str:
        return self.merchant.reads()

    def reloads(self) -> requests.Response:
        return self._opens(self.merchant.page.url)

    def _follows(self, what: str) -> requests.Response:
        return self._opens(self.link_to(what))

    def _opens(self, url: str) -> requests.Response:
        self.merchant.page = self.merchant.browser.get(url, timeout=20)
        return self.merchant.page
