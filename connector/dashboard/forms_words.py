"""The merchant's own words in the settings form, language by language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connector import texts
from connector.journeys.reasons import LABEL_KEYS
from connector.stores.policy import Policy

OPENING = "ask_why.opening"
LONGEST_OPENING = 600
LONGEST_LABEL = 120
MOST_ADVANTAGES = 6
LONGEST_ADVANTAGE = 150
NAMES = ("store_name", "customer_name")
"""What every letter knows and a wording may therefore mention."""

SPOKEN_NAMES = " ".join(f"{{{name}}}" for name in NAMES)
WORDINGS = (OPENING, *LABEL_KEYS.values())


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with a field: a key of the texts and its facts."""

    key: str
    facts: Mapping[str, object] = field(default_factory=dict)


def blank(stored: Policy) -> dict[str, str]:
    """Field → her words, "" for ours: wording.he.reasons.price; advantages.he, one a line."""
    typed: dict[str, str] = {}
    for locale in texts.LOCALES:
        own = stored.wording.get(locale, {})
        typed |= {f"wording.{locale}.{key}": own.get(key, "") for key in WORDINGS}
        typed[f"advantages.{locale}"] = "\n".join(stored.advantages.get(locale, ()))
    return typed


def plain(typed: Mapping[str, Any], stored: Policy) -> dict[str, Any]:
    """As a policy is stored; wordings that this form does not show stay as they are."""
    wording = {}
    for locale in texts.LOCALES:
        own = dict(stored.wording.get(locale, {}))
        for key in WORDINGS:
            own[key] = texts.clean(typed[f"wording.{locale}.{key}"])
        if kept := {key: words for key, words in own.items() if words}:
            wording[locale] = kept
    advantages = {
        locale: lines
        for locale in texts.LOCALES
        if (lines := _lines(typed[f"advantages.{locale}"]))
    }
    return {"wording": wording, "advantages": advantages}


def mistakes(typed: Mapping[str, Any]) -> dict[str, Mistake]:
    """Braces that no letter could fill, and words that no letter has room for."""
    found = {}
    for locale in texts.LOCALES:
        opening = typed[f"wording.{locale}.{OPENING}"]
        unknown = texts.fields(opening) - set(NAMES)
        if unknown or len(opening) > LONGEST_OPENING:
            facts = {"names": SPOKEN_NAMES, "longest": LONGEST_OPENING}
            found[f"wording.{locale}.{OPENING}"] = Mistake("app.set.wording_error", facts)
        for key in LABEL_KEYS.values():
            label = typed[f"wording.{locale}.{key}"]
            if len(label) > LONGEST_LABEL or {"{", "}", "\n"} & set(label):
                facts = {"longest": LONGEST_LABEL}
                found[f"wording.{locale}.{key}"] = Mistake("app.set.label_error", facts)
        lines = _lines(typed[f"advantages.{locale}"])
        if len(lines) > MOST_ADVANTAGES or any(len(one) > LONGEST_ADVANTAGE for one in lines):
            facts = {"most": MOST_ADVANTAGES, "longest": LONGEST_ADVANTAGE}
            found[f"advantages.{locale}"] = Mistake("app.set.advantages_error", facts)
    return found


def _lines(typed: str) -> list[str]:
    return [line.strip() for line in texts.clean(typed).split("\n") if line.strip()]
