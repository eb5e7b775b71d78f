"""Who leaves a checkout in the demonstration, and what they answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from email.message import EmailMessage

import requests

from tests.demo.letterbox import plain
from tests.fakes import ARABIC_BOOK, HEBREW_MUG, MUG, SHIRT, Product, Variant


@dataclass(frozen=True, slots=True, kw_only=True)
class Shopper:
    """One shopper: what she leaves behind and why."""

    platform: str
    email: str
    name: str
    locale: str
    wishes: tuple[tuple[Product | Variant, int], ...]
    answer: str
    words: str = ""
    buys: bool = True

    @property
    def first_name(self) -> str:
        return self.name.partition(" ")[0]


SHOPPERS = (
    Shopper(
        platform="shopify",
        email="ann@example.com",
        name="Ann Ash",
        locale="en",
        wishes=((MUG, 2), (SHIRT["L"], 1)),
        answer="price",
    ),
    Shopper(
        platform="woocommerce",
        email="noa@example.com",
        name="נועה כהן",
        locale="he",
        wishes=((HEBREW_MUG, 2),),
        answer="price",
    ),
    Shopper(
        platform="shopify",
        email="omar@example.com",
        name="عمر حسن",
        locale="ar",
        wishes=((ARABIC_BOOK, 1),),
        answer="help",
        words="هل يصل الكتاب قبل يوم الخميس؟",
    ),
    Shopper(
        platform="shopify",
        email="vera@example.com",
        name="Вера Иванова",
        locale="ru",
        wishes=((SHIRT["M"], 1),),
        answer="not_now",
        buys=False,
    ),
)

REMINDER_DAY = date.today() + timedelta(days=10)  # noqa: DTZ011 # any day far enough ahead will do


class Browser:
    """A shopper's telephone."""

    def __init__(self, shopper: Shopper) -> None:
        self._shopper = shopper
        self._http = requests.Session()
        self._http.trust_env = False
        self._http.headers["User-Agent"] = "Mozilla/5.0 (a telephone)"
        self._http.headers["Accept"] = "text/html"
        self._http.headers["Accept-Language"] = shopper.locale

    def answers(self, mail: EmailMessage) -> str:
        """Follow the link of her reason, press the button; returns the page's heading."""
        link = _link(mail, "q", f"reason={self._shopper.answer}")
        self._http.get(link, timeout=10).raise_for_status()
        form = {
            "reason": self._shopper.answer,
            "text": self._shopper.words,
            "remind_on": REMINDER_DAY.isoformat(),
        }
        posted = self._http.post(link.partition("?")[0], data=form, timeout=10)
        posted.raise_for_status()
        heading = re.search(r"<h1>(.*?)</h1>", posted.text)
        return re.sub(r"<[^>]+>", "", heading[1]) if heading else ""

    def follows_cart_link(self, mail: EmailMessage) -> str:
        """Back to her cart in the store; returns the address she ends at."""
        landed = self._http.get(_link(mail, "c"), timeout=10)
        landed.raise_for_status()
        return landed.url

    def close(self) -> None:
        self._http.close()


def _link(mail: EmailMessage, path: str, holds: str = "") -> str:
    found = re.findall(rf"http://\S+/{path}/[\w-]+(?:\?[\w=&]+)?", plain(mail))
    return next(link for link in found if holds in link)
