"""People are spoken to in their own language, and every language says the same."""

from __future__ import annotations

import pytest
from babel import Locale

from connector import texts
from connector.journeys import reasons


def stem_of(key: str, locale: str) -> str:
    """The meaning that a key belongs to: all forms of a plural are one meaning."""
    stem, _, _ = key.rpartition(".")
    return stem if f"{stem}.one" in texts.catalog(locale) else key


def meanings(locale: str) -> dict[str, frozenset[str]]:
    """Each meaning with the facts that it may mention."""
    found: dict[str, frozenset[str]] = {}
    for key, sentence in texts.catalog(locale).items():
        meaning = stem_of(key, locale)
        found[meaning] = found.get(meaning, frozenset()) | texts.fields(sentence)
    return found


@pytest.mark.parametrize("locale", texts.LOCALES)
def test_every_language_says_everything_with_the_same_facts(locale: str) -> None:
    assert meanings(locale) == meanings("en")


@pytest.mark.parametrize("locale", texts.LOCALES)
def test_every_plural_has_exactly_the_forms_of_its_language(locale: str) -> None:
    wanted = set(Locale.parse(locale).plural_form.tags) | {"other"}
    forms: dict[str, set[str]] = {}
    for key in texts.catalog(locale):
        if (stem := stem_of(key, locale)) != key:
            forms.setdefault(stem, set()).add(key.removeprefix(f"{stem}."))
    assert forms == {"letter.more_lines": wanted, "login.valid": wanted}


@pytest.mark.parametrize("locale", texts.LOCALES)
def test_no_sentence_is_empty_or_has_a_loose_brace(locale: str) -> None:
    for key, sentence in texts.catalog(locale).items():
        bare = texts.fill(sentence, dict.fromkeys(texts.fields(sentence), ""))
        assert sentence == sentence.strip() != "", key
        assert "{" not in bare, key
        assert "}" not in bare, key


@pytest.mark.parametrize(
    ("key", "original"),
    [
        (
            "ask_why.opening",
            "שמנו לב שלא השלמת את הרכישה – וזה בסדר גמור – אבל נשמח לדעת מדוע החלטת שלא להמשיך"
            " ברכישה כדי שנוכל להמשיך ולהשתפר",
        ),
        ("answer_price.question", "האם מצאת מוצר זול יותר במקום אחר?"),
        ("answer_price.benefit", "אבל כדי להשאיר לך טעם טוב – נשמח לתת לך הטבה קטנה מאיתנו"),
        ("question.remind_on", "לשמור לך על המוצר ולהזכיר במועד מאוחר יותר?"),
        ("question.unclear", "האם השימוש במוצר/מהות השירות ברורה? נשמח לשלוח לך מדריך מפורט"),
    ],
)
def test_the_original_hebrew_words_ship_as_they_were_written(key: str, original: str) -> None:
    assert texts.text(key, "he").removesuffix(".") == original


@pytest.mark.parametrize(
    ("wishes", "spoken"),
    [
        (("he-IL",), "he"),
        (("iw",), "he"),
        (("iw_IL", "en"), "he"),
        (("pt-BR", "ru-RU"), "ru"),
        (("", "AR-eg"), "ar"),
        (("de", "fr"), "en"),
        ((), "en"),
    ],
)
def test_the_first_language_we_speak_answers(wishes: tuple[str, ...], spoken: str) -> None:
    assert texts.best_locale(*wishes) == spoken


def test_hebrew_and_arabic_run_from_right_to_left() -> None:
    assert [texts.direction(locale) for locale in ("en", "he-IL", "ar", "ru")] == [
        "ltr",
        "rtl",
        "rtl",
        "ltr",
    ]


def test_russian_counts_things_in_its_own_three_ways() -> None:
    said = [texts.plural("letter.more_lines", count, "ru") for count in (1, 3, 5, 21)]
    assert said == ["и ещё 1 товар", "и ещё 3 товара", "и ещё 5 товаров", "и ещё 21 товар"]


def test_a_fact_in_braces_is_not_read_as_another_fact() -> None:
    said = texts.text("letter.greeting", "en", customer_name="{store_name} {0.__class__}")
    assert said == "Hello {store_name} {0.__class__},"


def test_a_missing_sentence_and_a_missing_fact_are_named() -> None:
    with pytest.raises(KeyError, match=r"no text 'ask_why.nothing' in 'he'"):
        texts.text("ask_why.nothing", "he")
    with pytest.raises(KeyError, match="customer_name"):
        texts.text("letter.greeting", "en")


def test_a_name_cannot_turn_the_sentence_around() -> None:
    assert texts.clean("An\u202en\u2066 \x07Lee\ud83d\r\n\u200f") == "Ann Lee\n\u200f"


@pytest.mark.parametrize("locale", texts.LOCALES)
def test_every_reason_has_a_label_and_a_thank_you_of_its_own(locale: str) -> None:
    labels = {texts.text(key, locale) for key in reasons.LABEL_KEYS.values()}
    thanks = {
        texts.text(f"thanks.{reason}", locale, store_name="S", remind_on="D")
        for reason in reasons.REASONS
    }
    assert len(labels) == len(thanks) == len(reasons.REASONS)
