"""What shoppers see works for everybody: on a phone, from right to left, without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from connector import texts
from connector.journeys.reasons import LABEL_KEYS, REASONS
from connector.money import Money
from connector.records import LineItem
from tests.browser.looks import faults
from tests.browser.targets import too_small

if TYPE_CHECKING:
    from tests.browser.conftest import Pages

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]

PRICE = Money.of("79.90", "ILS")
MUGS = LineItem(
    title="Blue mug",
    variant_title="350 ml / גלזורה",
    quantity=2,
    unit_price=PRICE,
    total=PRICE * 2,
)


def in_locale(locale: str) -> dict[str, object]:
    return {
        "locale": locale,
        "direction": texts.direction(locale),
        "store_name": "Blue Mug Studio",
    }


def question(locale: str, **facts: object) -> dict[str, object]:
    return {
        **in_locale(locale),
        "reasons": [
            {"key": reason, "label": texts.text(LABEL_KEYS[reason], locale)} for reason in REASONS
        ],
        "chosen": "",
        "lines": (MUGS,),
        "total": PRICE * 2,
        "action": "/q/ann",
        "min_date": date(2026, 12, 2),
        "max_date": date(2027, 5, 30),
        "default_date": date(2026, 12, 10),
        "error": "",
        **facts,
    }


def every_page(locale: str) -> dict[str, tuple[str, dict[str, object]]]:
    """Each page with the facts that make it show the most."""
    known = in_locale(locale)
    error = texts.text("question.error_reason", locale)
    thanks = {"reason": "not_now", "remind_on": date(2026, 12, 10), "help_promised": True}
    letters = {"masked_address": "a••@example.com", "action": "/u/ann"}
    return {
        "question": ("journeys/question.html", question(locale)),
        "question-later": ("journeys/question.html", question(locale, chosen="not_now")),
        "question-help": ("journeys/question.html", question(locale, chosen="help", error=error)),
        "thanks": ("journeys/thanks.html", {**known, **thanks, "cart_url": "https://s.example/c"}),
        "closed": ("journeys/closed.html", {"locale": locale, "direction": known["direction"]}),
        "subscribed": (
            "consent/preferences.html",
            {**known, **letters, "subscribed": True, "saved": False},
        ),
        "unsubscribed": (
            "consent/preferences.html",
            {**known, **letters, "subscribed": False, "saved": True},
        ),
        "error": (
            "error.html",
            {
                **known,
                "status": 404,
                "title": texts.text("error.not_found.title", locale),
                "message": texts.text("error.not_found.message", locale),
                "request_id": "7f3a",
            },
        ),
    }


@pytest.mark.parametrize("locale", ["en", "he"])
def test_every_page_is_open_to_everybody(locale: str, *, pages: Pages, open_page: OpenPage) -> None:
    page = open_page("about:blank")
    found = {}
    for name, (template, facts) in every_page(locale).items():
        page.goto(pages.show(f"/{name}", template, facts))
        found[name] = faults(page, locale)
    assert {name: against for name, against in found.items() if against} == {}


@pytest.mark.parametrize("locale", ["ar", "ru"])
def test_longer_languages_fit_the_smallest_phone(
    locale: str, *, pages: Pages, open_page: OpenPage
) -> None:
    page = open_page("about:blank", width=320)
    for name, (template, facts) in every_page(locale).items():
        page.goto(pages.show(f"/{name}", template, facts))
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, name


def test_an_answer_travels_without_any_javascript(pages: Pages, open_page: OpenPage) -> None:
    address = pages.show("/q/ann", "journeys/question.html", question("en"))
    page = open_page(address, java_script_enabled=False)
    page.get_by_label("It doesn't suit me to buy right now").check()
    page.get_by_label("Remind me on").fill("2026-12-24")
    page.get_by_role("button", name="Send my answer").click()
    assert pages.posted == [
        {"path": "q/ann", "reason": "not_now", "remind_on": "2026-12-24", "text": ""}
    ]


def test_only_what_the_chosen_answer_needs_is_asked(pages: Pages, open_page: OpenPage) -> None:
    page = open_page(pages.show("/q/ann", "journeys/question.html", question("en")))
    day, words = page.get_by_label("Remind me on"), page.get_by_label("Tell us a little more")
    shown = {}
    for reason in REASONS:
        page.locator(f"input[value={reason}]").check()
        shown[reason] = (day.is_visible(), words.is_visible())
    assert shown == {
        "price": (False, False),
        "not_now": (True, False),
        "no_fit": (False, False),
        "unclear": (False, True),
        "help": (False, True),
        "other": (False, True),
    }


def test_the_answer_tapped_in_the_letter_is_chosen_and_not_yet_given(
    pages: Pages, open_page: OpenPage
) -> None:
    page = open_page(
        pages.show("/q/ann", "journeys/question.html", question("he", chosen="unclear"))
    )
    expect(page.locator("input[value=unclear]")).to_be_checked()
    assert pages.posted == []


def test_no_answer_is_sent_before_one_is_chosen(pages: Pages, open_page: OpenPage) -> None:
    page = open_page(pages.show("/q/ann", "journeys/question.html", question("en")))
    page.get_by_role("button", name="Send my answer").click()
    assert pages.posted == []


def test_whatever_is_tapped_is_large_enough_for_a_thumb(pages: Pages, open_page: OpenPage) -> None:
    page = open_page("about:blank")
    for name, (template, facts) in every_page("en").items():
        page.goto(pages.show(f"/{name}", template, facts))
        assert too_small(page, "button, .button, .answering, textarea, input[type=date]", 44) == []


def test_in_hebrew_the_answers_begin_at_the_right(pages: Pages, open_page: OpenPage) -> None:
    page = open_page(pages.show("/q/ann", "journeys/question.html", question("he")))
    first = page.locator(".answering").first
    box, mark = first.bounding_box(), first.locator("input").bounding_box()
    assert box is not None
    assert mark is not None
    assert mark["x"] > box["x"] + box["width"] / 2


def test_unsubscribing_takes_one_button(pages: Pages, open_page: OpenPage) -> None:
    template, facts = every_page("en")["subscribed"]
    page = open_page(pages.show("/u/ann", template, facts))
    assert pages.posted == []
    page.get_by_role("button").click()
    assert pages.posted == [{"path": "u/ann", "subscribed": "no"}]


def test_a_closed_link_says_nothing_about_anybody(pages: Pages, open_page: OpenPage) -> None:
    template, facts = every_page("en")["closed"]
    page = open_page(pages.show("/q/gone", template, facts))
    assert "Blue Mug Studio" not in page.content()
    assert page.locator("form").count() == 0


def test_a_product_name_is_text_and_never_markup(pages: Pages, open_page: OpenPage) -> None:
    line = LineItem(title="<b>&\"'</b>", quantity=1, unit_price=PRICE, total=PRICE)
    page = open_page(
        pages.show("/q/ann", "journeys/question.html", question("en", lines=(line,), total=PRICE))
    )
    assert page.locator(".what bdi").first.text_content() == "<b>&\"'</b>"
