"""What templates can say: sentences, money, days, and other people's words, safely.

Pages and letters share it. A template finds its language in the variable `locale`, a merchant's
own wording in `overrides` (text key -> wording). In HTML every fact is escaped and set into
<bdi>; in plain text it is set between Unicode isolates where its direction may differ.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_percent
from jinja2 import Environment, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from connector import texts
from connector.errors import Permanent
from connector.money import Money

_LINE_BREAK = Markup("<br />")
_WEB = ("https://", "http://")


def furnish(environment: Environment) -> None:
    """Teach an environment our words; a Flask app's `jinja_env` as well as the letters'."""
    environment.globals.update(t=_t, tn=_tn)
    environment.filters.update(
        money=_money,
        day=_day,
        percent=_percent,
        apart=_apart,
        quoted=_quoted,
        own_lines=_own_lines,
        web_address=web_address,
    )
    environment.finalize = _finalize


def web_address(address: str) -> str:
    """An address that is safe in a link. Raises Permanent for any other scheme."""
    if not address.lower().startswith(_WEB):
        raise Permanent("a link must begin with https:// or http://")
    return texts.clean(address).replace("\n", "")


@pass_context
def _t(context: Context, key: str, /, **facts: object) -> str:
    """The sentence `key`, or the merchant's wording of it."""
    locale = _locale(context)
    overrides: Mapping[str, str] = context.get("overrides") or {}
    wording = texts.clean(overrides.get(key, "")).strip() or texts.sentence(key, locale)
    # A merchant may name the store and the customer in any sentence.
    known = {name: context.get(name) or "" for name in ("store_name", "customer_name")} | facts
    if missing := texts.fields(wording) - known.keys():
        raise Permanent(f"the wording of {key!r} mentions unknown facts: {sorted(missing)}")
    spoken = {name: _spoken(fact, locale) for name, fact in known.items()}
    if context.eval_ctx.autoescape:
        return _in_html(wording, spoken)
    apart = {name: _in_text(fact, locale) for name, fact in spoken.items()}
    return Markup(texts.fill(wording, apart))  # noqa: S704 # plain text: nothing is escaped, and as Markup it passes finalize unchanged


@pass_context
def _tn(context: Context, key: str, count: int, /, **facts: object) -> str:
    """The sentence `key` in the form that `count` asks for."""
    locale = _locale(context)
    return _t(context, texts.plural_key(key, count, locale), count=count, **facts)


@pass_context
def _money(context: Context, amount: Money) -> str:
    return amount.spoken(_locale(context))


@pass_context
def _day(context: Context, day: date) -> str:
    return _spoken(day, _locale(context))


@pass_context
def _percent(context: Context, percent: int) -> str:
    locale = _locale(context)
    return format_percent(Decimal(percent) / 100, locale=locale)


@pass_context
def _apart(context: Context, words: object) -> Markup:
    """Somebody's words or figures in plain text, apart from the direction around them."""
    locale = _locale(context)
    return Markup(_in_text(_spoken(words, locale), locale))  # noqa: S704 # plain text, see _t


def _quoted(words: str) -> str:
    """Somebody's own words in plain text, marked as a mail program marks a quotation."""
    return "\n".join(f"> {line}" for line in texts.clean(words).strip().split("\n"))


def _own_lines(words: str) -> str:
    """Somebody's own words in HTML, each of their lines on its own."""
    return _LINE_BREAK.join(texts.clean(words).strip().split("\n"))


def _locale(context: Context) -> str:
    return texts.best_locale(str(context.get("locale") or ""))


def _spoken(fact: object, locale: str) -> str:
    """A fact as a reader of `locale` expects it; days are written in the locale's own order."""
    if isinstance(fact, Money):
        return fact.spoken(locale)
    if isinstance(fact, date):
        return format_date(fact, texts.sentence("format.date", locale), locale=locale)
    return texts.clean(str(fact)).replace("\n", " ")


def _in_html(wording: str, facts: Mapping[str, str]) -> Markup:
    isolated = {name: f"<bdi>{escape(fact)}</bdi>" for name, fact in facts.items()}
    lines = texts.fill(str(escape(wording)), isolated).split("\n")
    return _LINE_BREAK.join(Markup(line) for line in lines)  # noqa: S704 # escaped just above


def _in_text(fact: str, locale: str) -> str:
    """Isolate a fact that may run against its sentence; spare readers of others the marks."""
    if texts.direction(locale) == "rtl":
        return texts.isolated(fact)
    runs_left = any(unicodedata.bidirectional(letter) in {"R", "AL"} for letter in fact)
    return texts.isolated(fact) if runs_left else fact


def _finalize(value: object) -> object:
    """Clean whatever a template prints; an absent fact prints nothing."""
    if value is None:
        return ""
    if isinstance(value, str) and not isinstance(value, Markup):
        return texts.clean(value)
    return value
