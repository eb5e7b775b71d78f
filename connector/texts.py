"""Every sentence that people read, by its meaning and their language.

The sentences lie in `texts/<locale>.toml`. `{words in braces}` are facts; nothing else in a
sentence is special, so that a merchant's own wording cannot reach into the program.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale

LOCALES = ("en", "he", "ar", "ru")

_FOLDER = Path(__file__).parent / "texts"
_RTL = frozenset({"he", "ar"})
# Java and old Android still say "iw" for Hebrew: ISO 639 renamed it in 1989.
_RENAMED = {"iw": "he"}
_FIELD = re.compile(r"\{([a-z_]+)\}")
# Controls, halves of surrogate pairs and characters that XML forbids; and the marks that
# would let a name turn the direction of the sentence around it. RLM and LRM only help.
_HARMFUL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_ISOLATE, _END_OF_ISOLATE = "\u2068", "\u2069"


def best_locale(*wishes: str) -> str:
    """The first wish that we speak ("he-IL", "iw", "pt_BR"), else English."""
    for wish in wishes:
        language = re.split("[-_]", wish.strip().lower(), maxsplit=1)[0]
        language = _RENAMED.get(language, language)
        if language in LOCALES:
            return language
    return LOCALES[0]


def direction(locale: str) -> str:
    """Which way `locale` is written: "rtl" or "ltr"."""
    return "rtl" if best_locale(locale) in _RTL else "ltr"


def text(key: str, locale: str, **facts: object) -> str:
    """The sentence `key` in the nearest language we speak, its facts filled in.

    Raises KeyError for an unknown key and for a fact that the sentence needs and did not get.
    """
    return fill(sentence(key, locale), {name: str(fact) for name, fact in facts.items()})


def plural(key: str, count: int, locale: str, **facts: object) -> str:
    """Like `text`, in the form that `count` asks for in that language."""
    return text(plural_key(key, count, locale), locale, count=count, **facts)


def plural_key(key: str, count: int, locale: str) -> str:
    """The key of the form that `count` asks for: "letter.more_lines.few"."""
    return f"{key}.{Locale.parse(best_locale(locale)).plural_form(count)}"


def sentence(key: str, locale: str) -> str:
    """The sentence as it is written in the catalog, its facts still in braces."""
    try:
        return catalog(best_locale(locale))[key]
    except KeyError:
        raise KeyError(f"no text {key!r} in {best_locale(locale)!r}") from None


def fields(wording: str) -> frozenset[str]:
    """The names of the facts that a wording mentions."""
    return frozenset(_FIELD.findall(wording))


def fill(wording: str, facts: Mapping[str, str]) -> str:
    """Put the facts in their places. Raises KeyError naming the fact that is missing."""
    return _FIELD.sub(lambda field: facts[field[1]], wording)


def clean(words: str) -> str:
    """Somebody else's words without control and direction characters; line ends stay."""
    return _HARMFUL.sub("", words.replace("\r\n", "\n").replace("\r", "\n"))


def isolated(words: str) -> str:
    """Words that keep their own direction inside a plain-text sentence (Unicode UAX #9)."""
    return f"{_ISOLATE}{words}{_END_OF_ISOLATE}"


@cache
def catalog(locale: str) -> Mapping[str, str]:
    """All sentences of one of LOCALES by their dotted keys."""
    with (_FOLDER / f"{locale}.toml").open("rb") as file:
        return dict(_flat(tomllib.load(file)))


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, entry in table.items():
        if isinstance(entry, str):
            yield prefix + name, entry
        else:
            yield from _flat(entry, f"{prefix}{name}.")
