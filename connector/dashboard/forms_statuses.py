"""What the store's own order statuses mean, in the settings form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connector.dashboard.forms_words import Mistake
from connector.records import OrderState
from connector.stores.policy import MEANINGS, Policy

WORDS = tuple(one.value for one in MEANINGS)

_BOUGHT = OrderState.PLACED.value
"""What is taken for granted, and therefore not kept."""


def field_of(status: str) -> str:
    return f"statuses.{status}"


def blank(stored: Policy, own: Mapping[str, str]) -> dict[str, str]:
    """Field → its word: of every status that the store has, and that she has decided on."""
    known = [*own, *(one for one in stored.statuses if one not in own)]
    return {field_of(one): stored.statuses.get(one, OrderState.PLACED).value for one in known}


def plain(typed: Mapping[str, Any], stored: Policy) -> dict[str, Any]:
    """As a policy is stored; a status that the page did not know yet stays as it was."""
    said = {one: word.value for one, word in stored.statuses.items()}
    for name, word in typed.items():
        if name.startswith(field_of("")) and word:
            said[name.removeprefix(field_of(""))] = word
    return {"statuses": {one: word for one, word in said.items() if word != _BOUGHT}}


def mistakes(typed: Mapping[str, Any]) -> dict[str, Mistake]:
    return {
        name: Mistake("app.set.choice_error")
        for name, word in typed.items()
        if name.startswith(field_of("")) and word not in ("", *WORDS)
    }
