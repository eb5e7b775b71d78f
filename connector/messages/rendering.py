"""How a letter gets its words: subject, HTML and plain text in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

import mrml
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from connector import templating, texts
from connector.errors import Permanent
from connector.registry import Registry

LINES_SHOWN = 6
"""Of a longer cart the letter shows these and says how many more there are."""

_FOLDER = Path(__file__).parent / "templates"
_NO_OVERRIDES: Mapping[str, str] = MappingProxyType({})
_TOO_MANY_BLANKS = re.compile(r"\n[ \t]*\n\s*\n")
_INVISIBLE = re.compile("[\u2066-\u2069\u200e\u200f]")


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter ready to be handed to a channel; `subject` is a single line."""

    subject: str
    html: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A letter we can write, and the facts that it cannot do without.

    `marketing` letters need consent, count into the caps and offer to unsubscribe; the others
    answer a request of the reader's own.
    """

    name: str
    marketing: bool
    needs: tuple[str, ...]

    @property
    def required(self) -> tuple[str, ...]:
        return ("store_name", *(("preferences_url",) if self.marketing else ()), *self.needs)


_ALL = (
    Template(name="ask_why", marketing=True, needs=("cart_url", "reasons")),
    Template(name="answer_price", marketing=True, needs=("cart_url",)),
    Template(name="answer_not_now", marketing=True, needs=("remind_on",)),
    Template(name="reminder", marketing=True, needs=("cart_url",)),
    Template(name="answer_help", marketing=False, needs=()),
    Template(name="answer_unclear", marketing=False, needs=()),
    Template(name="answer_no_fit", marketing=True, needs=()),
    Template(name="answer_other", marketing=True, needs=()),
    Template(name="merchant_alert", marketing=False, needs=("reason", "app_url")),
    Template(name="login", marketing=False, needs=("login_url", "minutes")),
)

TEMPLATES: Registry[Template] = Registry("template", {entry.name: entry for entry in _ALL})

# What a letter says nothing about when the caller knows nothing of it.
_OPTIONAL: Mapping[str, object] = MappingProxyType(
    {
        "customer_name": "",
        "cart_url": "",
        "preferences_url": "",
        "postal_address": "",
        "lines": (),
        "total": None,
        "advantages": (),
        "benefit": None,
        "guide_url": "",
        "news_promised": False,
        "email": "",
        "phone": "",
        "free_text": "",
    }
)


def render(
    template: str,
    locale: str,
    facts: Mapping[str, object],
    *,
    overrides: Mapping[str, str] = _NO_OVERRIDES,
) -> Letter:
    """Write the letter `template` in the nearest language we speak.

    `facts` carry Money and dates as they are; days are the reader's own (the caller knows her
    zone). `overrides` are the merchant's own wordings by text key: plain text, never markup.
    Raises Unsupported for an unknown template, Permanent for a missing fact, a link that is
    no web address, or a wording that mentions a fact that there is not.
    """
    needed = TEMPLATES[template]
    if missing := [name for name in needed.required if not facts.get(name)]:
        raise Permanent(f"the letter {template!r} cannot be written without {missing}")
    spoken = texts.best_locale(locale)
    context = {**_OPTIONAL, **facts, "locale": spoken, "overrides": overrides}
    context |= {
        "template": template,
        "direction": texts.direction(spoken),
        "lines_shown": LINES_SHOWN,
    }
    subject = _subject(template, context)
    source = _environment().get_template(f"{template}.mjml").render(context, subject=subject)
    plain = _environment().get_template(f"{template}.txt").render(context, subject=subject)
    return Letter(subject, _to_html(source), _TOO_MANY_BLANKS.sub("\n\n", plain).strip() + "\n")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=select_autoescape(enabled_extensions=("mjml",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templating.furnish(environment)
    return environment


def _subject(template: str, context: Mapping[str, object]) -> str:
    page = _environment().get_template(f"{template}.txt")
    said = "".join(page.blocks["subject"](page.new_context(dict(context))))
    # Spam filters take invisible characters in a subject for disguise, so it carries none.
    return " ".join(_INVISIBLE.sub("", said).split())


def _to_html(source: str) -> str:
    # Without `fonts={}` the library would link to a font host for names it knows.
    options = mrml.RenderOptions(disable_comments=True, fonts={})
    return str(mrml.to_html(source, render_options=options).content)
