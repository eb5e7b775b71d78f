"""A letter is in its reader's language, says only what is known, and nobody can write into it."""

from __future__ import annotations

import re
from datetime import date
from html.parser import HTMLParser

import pytest

from connector import texts
from connector.errors import Permanent, Unsupported
from connector.journeys.reasons import LABEL_KEYS, REASONS
from connector.messages import rendering
from connector.money import Money
from connector.ports.platform import CouponKind
from connector.records import LineItem

CART = "https://ask.example.com/c/ann?from=letter&step=1"
TOWEL = Money.of("1249", "ILS")
MUG = Money.of("79.90", "ILS")

MINIMAL: dict[str, object] = {
    "store_name": "Blue Mug Studio",
    "cart_url": CART,
    "preferences_url": "https://ask.example.com/u/ann",
    "reasons": [{"key": "price", "label": "Price", "url": "https://ask.example.com/q/ann"}],
    "remind_on": date(2026, 12, 10),
    "reason": "help",
    "app_url": "https://ask.example.com/app/orders-in-progress/7",
    "login_url": "https://ask.example.com/app/login/abc",
    "minutes": 15,
}


def full(locale: str = "en", **facts: object) -> dict[str, object]:
    """Everything that a letter can know."""
    return {
        **MINIMAL,
        "customer_name": {"he": "נועה כהן", "ar": "ليلى حداد"}.get(locale, "Ann Lee"),
        "postal_address": "12 Harbour Lane\nHaifa",
        "lines": (
            LineItem(
                title="Blue mug",
                variant_title="350 ml",
                quantity=2,
                unit_price=MUG,
                total=MUG * 2,
                image_url="https://store.example.com/mug.png",
            ),
            LineItem(title="מגבת פשתן", quantity=1, unit_price=TOWEL, total=TOWEL),
        ),
        "total": MUG * 2 + TOWEL,
        "reasons": [
            {
                "key": reason,
                "label": texts.text(LABEL_KEYS[reason], locale),
                "url": f"https://ask.example.com/q/ann?reason={reason}",
            }
            for reason in REASONS
        ],
        "advantages": ("Repairs for life",),
        "benefit": benefit(),
        "guide_url": "https://store.example.com/guide",
        "news_promised": True,
        "email": "ann@example.com",
        "phone": "+972 50 000 0000",
        "free_text": "The card form\nhung.",
        **facts,
    }


def benefit(**changes: object) -> dict[str, object]:
    return {
        "code": "ASK-7K2M-Q9",
        "kind": CouponKind.PERCENT,
        "percent": 10,
        "amount": None,
        "minimum": Money.of(200, "ILS"),
        "ends_on": date(2026, 12, 5),
        **changes,
    }


class Reader(HTMLParser):
    """Sees what a mail program sees: the tags, the links, the words outside of tags."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if not self.tags or self.tags[-1][0] != "style":
            self.words += data

    @property
    def links(self) -> list[str | None]:
        return [attributes.get("href") for tag, attributes in self.tags if tag == "a"]


@pytest.mark.parametrize("facts", [MINIMAL, None], ids=["minimal", "full"])
@pytest.mark.parametrize("locale", texts.LOCALES)
@pytest.mark.parametrize("template", rendering.TEMPLATES)
def test_every_letter_is_whole_in_every_language(
    template: str, locale: str, facts: dict[str, object] | None
) -> None:
    letter = rendering.render(template, locale, full(locale) if facts is None else facts)
    seen = Reader(letter.html)
    for part in (letter.subject, seen.words, letter.text):
        assert part.strip()
        assert not re.search(r"[{}]|None|Undefined|Markup|&lt;|<bdi", part)
    ways = {attributes.get("dir") for tag, attributes in seen.tags if tag == "div"}
    # A quotation alone goes by its own first letter.
    assert ways - {None, "auto"} == {texts.direction(locale)}
    assert "\n" not in letter.subject


@pytest.mark.parametrize("locale", ["he", "ar"])
@pytest.mark.parametrize("template", rendering.TEMPLATES)
def test_a_letter_keeps_its_direction_where_webmail_drops_the_body(
    template: str, locale: str
) -> None:
    inner = rendering.render(template, locale, full(locale)).html.split("<body", 1)[1]
    assert f'<div dir="rtl" lang="{locale}" style="direction:rtl;text-align:right;">' in inner
    assert "direction:ltr" not in inner


def test_the_question_comes_without_benefit_and_one_link_per_reason() -> None:
    letter = rendering.render("ask_why", "en", full())
    assert letter.subject == "One small question from Blue Mug Studio"
    assert Reader(letter.html).links == [
        *(f"https://ask.example.com/q/ann?reason={reason}" for reason in REASONS),
        CART,
        "https://ask.example.com/u/ann",
    ]
    assert "ASK-7K2M-Q9" not in letter.html + letter.text
    assert "%" not in Reader(letter.html).words


@pytest.mark.parametrize("template", rendering.TEMPLATES)
def test_only_the_answer_to_the_price_carries_a_benefit(template: str) -> None:
    letter = rendering.render(template, "he", full("he"))
    carries = template == "answer_price"
    assert ("ASK-7K2M-Q9" in letter.html, "ASK-7K2M-Q9" in letter.text) == (carries, carries)


def test_the_advantages_come_before_the_benefit() -> None:
    letter = rendering.render("answer_price", "en", full())
    for said in (letter.text, Reader(letter.html).words):
        places = [said.index(words) for words in ("cheaper", "Repairs", "good taste", "ASK-")]
        assert places == sorted(places)


def test_without_a_benefit_the_price_answer_promises_none() -> None:
    letter = rendering.render("answer_price", "en", full(benefit=None, advantages=()))
    assert "benefit" not in letter.text
    assert "- You decide when. We won't press you." in letter.text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "10% off your order"),
        (
            {"kind": "fixed", "percent": 0, "amount": Money.of("25", "ILS")},
            "₪25.00 off your order",
        ),
        ({"kind": "free_shipping", "percent": 0}, "Free shipping on your order"),
    ],
)
def test_each_kind_of_benefit_is_named(changes: dict[str, object], said: str) -> None:
    letter = rendering.render("answer_price", "en", full(benefit=benefit(**changes)))
    assert f"\n{said}\nYour personal code:\nASK-7K2M-Q9\nFor an order of ₪200.00 or more.\n" in (
        letter.text
    )
    assert said in Reader(letter.html).words


def test_a_code_for_the_left_products_alone_says_so() -> None:
    letter = rendering.render("answer_price", "en", full(benefit=benefit(cart_only=True)))
    assert "\nASK-7K2M-Q9\nFor the products that you had chosen.\nFor an order of" in letter.text
    assert "For the products that you had chosen." in Reader(letter.html).words


def test_money_and_days_are_written_as_their_reader_writes_them() -> None:
    said = {
        locale: rendering.render("answer_not_now", locale, full(locale)).text
        for locale in texts.LOCALES
    }
    assert "Total: ₪1,408.80" in said["en"]
    assert "Итого: 1\xa0408,80\xa0₪" in said["ru"]
    assert "Мы напишем вам 10 декабря 2026." in said["ru"]
    assert "נכתוב לך ב־\u206810 בדצמבר 2026\u2069." in said["he"]
    assert "سنكتب إليك في \u206810 ديسمبر 2026\u2069." in said["ar"]


def test_two_mugs_cost_the_price_of_two() -> None:
    text = rendering.render("reminder", "en", full()).text
    assert "- Blue mug (350 ml), Quantity: 2, ₪159.80\n" in text


def test_a_long_cart_is_shown_in_part_and_counted_in_full() -> None:
    lines = [
        LineItem(title=f"Mug {number}", quantity=1, unit_price=MUG, total=MUG)
        for number in range(1, 301)
    ]
    letter = rendering.render("reminder", "ru", full("ru", lines=lines))
    assert "Mug 6" in letter.text
    assert "Mug 7" not in letter.html + letter.text
    assert "и ещё 294 товара" in letter.text


def test_foreign_words_keep_their_own_direction_in_plain_text() -> None:
    hebrew = rendering.render("ask_why", "he", full("he")).text
    assert "- \u2068Blue mug\u2069 (\u2068350 ml\u2069), כמות: \u20682\u2069, \u2068" in hebrew
    english = rendering.render("ask_why", "en", full(customer_name="נועה")).text
    assert english.startswith("Hello \u2068נועה\u2069,\n")
    assert english.count("\u2068") == 2  # her name and the linen towel's


def test_what_is_copied_or_tapped_stands_alone_and_bare_in_plain_text() -> None:
    answer = rendering.render("answer_price", "he", full("he")).text.splitlines()
    alert = rendering.render("merchant_alert", "he", full("he")).text.splitlines()
    assert {"ASK-7K2M-Q9", CART, "https://ask.example.com/u/ann"} <= set(answer)
    assert {"ann@example.com", "+972 50 000 0000"} <= set(alert)


def test_codes_and_addresses_run_from_left_to_right_in_every_html() -> None:
    html = rendering.render("answer_price", "ar", full("ar")).html
    assert re.search(r'<bdi dir="ltr"[^>]*>ASK-7K2M-Q9</bdi>', html)
    html = rendering.render("merchant_alert", "he", full("he")).html
    assert re.search(r'<bdi dir="ltr"[^>]*>ann@example.com</bdi>', html)


NASTY = "<script>alert('x')</script>\"&amp; {total} {{ 7 * 7 }} ]]> <!-- \x00\ud83d\u202e"


@pytest.mark.parametrize("template", rendering.TEMPLATES)
def test_nothing_from_outside_becomes_markup(template: str) -> None:
    line = LineItem(
        title=NASTY, variant_title=NASTY, quantity=1, unit_price=MUG, total=MUG, image_url=CART
    )
    names = ("store_name", "customer_name", "postal_address", "email", "phone", "free_text")
    facts = full(lines=(line,), advantages=(NASTY,), **dict.fromkeys(names, NASTY))
    usual = Reader(rendering.render(template, "en", full(lines=(line,))).html)
    letter = rendering.render(template, "en", facts)
    seen = Reader(letter.html)
    drop = {"br"}  # a quotation breaks its lines
    assert [tag for tag, _ in seen.tags if tag not in drop] == [
        tag for tag, _ in usual.tags if tag not in drop
    ]
    assert "<script>alert('x')</script>\"&amp; {total} {{ 7 * 7 }} ]]> <!-- " in seen.words
    assert not re.search("[\x00\ud83d\u202e]", letter.html + letter.text + letter.subject)


def test_a_subject_is_one_line_whatever_a_name_holds() -> None:
    facts = full(customer_name="Ann\r\nBcc: all@example.com\u2028Lee")
    subject = rendering.render("merchant_alert", "en", facts).subject
    assert subject == "Ann Bcc: all@example.com Lee answered: I need help, or something didn't work"


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "//evil.example"])
def test_a_link_that_is_no_web_address_is_refused(address: str) -> None:
    with pytest.raises(Permanent, match="a link must begin with https"):
        rendering.render("ask_why", "en", full(cart_url=address))


def test_the_merchants_own_wording_is_plain_text() -> None:
    letter = rendering.render(
        "ask_why",
        "en",
        full(),
        overrides={
            "ask_why.subject": "{customer_name}, a word from\n{store_name}",
            "ask_why.opening": "Was it <b>us</b>?\nTell us.",
            "ask_why.question": "  ",
        },
    )
    assert letter.subject == "Ann Lee, a word from Blue Mug Studio"
    assert "Was it &lt;b&gt;us&lt;/b&gt;?<br />Tell us." in letter.html
    assert "Was it <b>us</b>?\nTell us.\n" in letter.text
    assert "What actually stopped you from completing the purchase?" in letter.text


def test_a_wording_that_asks_for_what_nobody_knows_is_refused() -> None:
    with pytest.raises(
        Permanent, match=r"'ask_why.opening' mentions unknown facts: \['shoe_size'\]"
    ):
        rendering.render("ask_why", "en", full(), overrides={"ask_why.opening": "{shoe_size}"})


def test_a_letter_without_what_it_needs_is_not_written() -> None:
    facts = {"store_name": "Blue Mug Studio", "cart_url": CART}
    with pytest.raises(Permanent, match=r"'ask_why' cannot be .* \['preferences_url', 'reasons'\]"):
        rendering.render("ask_why", "en", facts)
    with pytest.raises(Unsupported, match="no template 'ask_how'; there are: answer_help"):
        rendering.render("ask_how", "en", facts)


def test_letters_load_nothing_but_the_stores_own_pictures() -> None:
    for template in rendering.TEMPLATES:
        seen = Reader(rendering.render(template, "he", full("he")).html)
        loaded = {
            address
            for tag, attributes in seen.tags
            for address in (
                attributes.get("src"),
                attributes.get("href") if tag == "link" else None,
            )
            if address
        }
        assert loaded <= {"https://store.example.com/mug.png"}
        assert all(attributes["alt"] for tag, attributes in seen.tags if tag == "img")


def test_which_letters_need_consent_is_written_down() -> None:
    free = {name for name, template in rendering.TEMPLATES.items() if not template.marketing}
    assert free == {"answer_help", "answer_unclear", "merchant_alert", "login"}
