"""A letter reads as written on a phone, also where webmail has put it into a page of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page

from connector import texts
from connector.journeys.reasons import LABEL_KEYS, REASONS
from connector.messages import rendering
from connector.money import Money
from connector.records import LineItem

pytestmark = pytest.mark.browser

PRICE = Money.of("1249", "ILS")
# What is foreign to the sentence may go its own way, and says so.
ASTRAY = """way => [...document.querySelectorAll('#letter *')].filter(element =>
    getComputedStyle(element).direction !== way && !element.closest('bdi, [dir=auto]')
    && element.offsetParent
    && [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim())
).map(element => element.textContent)"""


def facts(locale: str) -> dict[str, object]:
    return {
        "store_name": "Blue Mug Studio",
        "customer_name": "Ann Lee",
        "cart_url": "https://ask.example.com/c/ann",
        "preferences_url": "https://ask.example.com/u/ann",
        "postal_address": "12 Harbour Lane, Haifa",
        "lines": (
            LineItem(
                title="Linen tea towel, set of three, hand-woven in the Galilee",
                variant_title="Ocean blue / 45 x 70",
                quantity=3,
                unit_price=PRICE,
                total=PRICE * 3,
            ),
        ),
        "total": PRICE * 3,
        "reasons": [
            {"label": texts.text(LABEL_KEYS[reason], locale), "url": "https://ask.example.com/q/a"}
            for reason in REASONS
        ],
        "benefit": {
            "code": "ASK-7K2M-Q9",
            "kind": "fixed",
            "amount": PRICE,
            "minimum": PRICE * 3,
            "ends_on": date(2026, 12, 5),
        },
        "remind_on": date(2026, 12, 10),
        "reason": "help",
        "email": "a.rather.long.address.of.somebody@mail.department.example.com",
        "phone": "+972 50 000 0000",
        "free_text": "The card form hung.",
        "app_url": "https://ask.example.com/app/orders-in-progress/7",
        "login_url": "https://ask.example.com/app/login/abc",
        "minutes": 15,
    }


@pytest.mark.parametrize("locale", texts.LOCALES)
def test_every_letter_fits_a_small_phone(locale: str, open_page: Callable[..., Page]) -> None:
    page = open_page("about:blank", width=320)
    widths = {}
    for template in rendering.TEMPLATES:
        page.set_content(rendering.render(template, locale, facts(locale)).html)
        widths[template] = page.evaluate("document.documentElement.scrollWidth")
    assert {template: width for template, width in widths.items() if width > 320} == {}


@pytest.mark.parametrize("locale", ["he", "ar", "en"])
def test_every_letter_keeps_its_direction_inside_a_page_of_the_other_one(
    locale: str, open_page: Callable[..., Page]
) -> None:
    page = open_page("about:blank")
    way = texts.direction(locale)
    other = "ltr" if way == "rtl" else "rtl"
    for template in rendering.TEMPLATES:
        html = rendering.render(template, locale, facts(locale)).html
        inner = html.partition('role="article"')[2].partition(">")[2].partition("</body>")[0]
        assert inner
        page.set_content(f'<div dir="{other}" id="letter">{inner}</div>')
        assert page.evaluate(ASTRAY, way) == [], template
