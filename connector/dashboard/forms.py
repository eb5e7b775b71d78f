"""The settings form: a policy as it is typed, and what was typed as a policy or its mistakes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict

from connector import texts
from connector.dashboard import forms_statuses, forms_words
from connector.dashboard.forms_words import Mistake
from connector.journeys.reasons import REASONS
from connector.stores import policy
from connector.stores.policy import Policy

WHOLE_NUMBERS = {
    "silence_minutes": (policy.SHORTEST_SILENCE_MINUTES, 7 * 24 * 60),
    "early_wait_hours": (0, 72),
    "latest_hours": (1, 24 * 14),
    "case_cooldown_days": (0, 365),
    "cap_per_day": (0, 100),
    "cap_per_week": (0, 100),
    "holdout_percent": (0, 50),
    "benefit.percent": (1, 100),
    "benefit.valid_days": (1, 365),
    "benefit.cooldown_days": (0, 3650),
}
"""What the policy accepts, told beforehand in the error; a test holds the two together."""

LINES = {"sender_name": 100, "reply_to": 320, "alert_email": 320, "postal_address": 300}
SWITCHES = ("write_notes", "write_tags", "customer_notes", "benefit.cart_only")
"""On or off: a ticked box, of which a browser sends nothing when it is not ticked."""

BENEFITS = ("none", "percent", "fixed", "free_shipping")

_NEEDED_BY = {"percent": "percent", "amount": "fixed"}
"""A benefit's field → the kind that it belongs to; for another kind the stored one stays."""

_OTHER_MISTAKES = {
    "silence_minutes": Mistake("app.set.silence_error"),
    "early_wait_hours": Mistake("app.set.early_wait_error"),
    "reply_to": Mistake("app.set.mail_error"),
    "alert_email": Mistake("app.set.mail_error"),
    "quiet_from": Mistake("app.set.time_error"),
    "quiet_until": Mistake("app.set.time_error"),
    "benefit.amount": Mistake("app.set.amount_error"),
    "benefit.minimum": Mistake("app.set.amount_error"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What stands in the fields, by their names, and what is wrong with it."""

    typed: Mapping[str, Any]
    mistakes: Mapping[str, Mistake] = field(default_factory=dict)
    policy: Policy | None = None
    """What was typed, when nothing is wrong with it."""


def blank(stored: Policy, statuses: Mapping[str, str]) -> Form:
    """The form as it is opened; `statuses` are the store's own, by their word, and their names."""
    plain = policy.dump(stored)
    typed: dict[str, Any] = {name: str(plain[name]) for name in WHOLE_NUMBERS if name in plain}
    typed |= {name: plain[name] for name in (*LINES, "default_locale", "basis")}
    typed |= {name: plain[name] or "" for name in ("quiet_from", "quiet_until")}
    typed |= {f"benefit.{name}": str(value) for name, value in plain["benefit"].items()}
    typed |= {name: ["on"] if _stored(plain, name) else [] for name in SWITCHES}
    typed["locales"] = list(stored.locales)
    typed["reasons_on"] = [one for one in REASONS if one not in stored.reasons_off]
    typed |= forms_statuses.blank(stored, statuses)
    return Form(typed=typed | forms_words.blank(stored))


def filled(posted: MultiDict[str, str], stored: Policy, statuses: Mapping[str, str]) -> Form:
    """The form as it was sent: `policy` is set when it holds, `mistakes` when it does not."""
    names = blank(stored, statuses).typed
    typed: dict[str, Any] = {name: posted.get(name, "").strip() for name in names}
    typed |= {name: ["on"] if name in posted else [] for name in SWITCHES}
    typed["locales"] = [one for one in texts.LOCALES if one in posted.getlist("locales")]
    typed["reasons_on"] = [one for one in REASONS if one in posted.getlist("reasons_on")]
    mistakes = forms_words.mistakes(typed) | forms_statuses.mistakes(typed) | _together(typed)
    try:
        read = policy.load(_plain(typed, stored))
    except ValidationError as problem:
        mistakes = {name: _mistake(name) for name in _names(problem.messages_dict)} | mistakes
        return Form(typed=typed, mistakes=mistakes)
    mistakes |= _afterwards(typed, read)
    return Form(typed=typed, mistakes=mistakes, policy=None if mistakes else read)


def _plain(typed: Mapping[str, Any], stored: Policy) -> dict[str, Any]:
    """What was typed in the shape in which a policy is stored."""
    plain = policy.dump(stored)
    benefit = plain["benefit"]
    kind = typed["benefit.kind"]
    for name in benefit:
        if _NEEDED_BY.get(name, kind) == kind:
            benefit[name] = typed[f"benefit.{name}"]
    benefit["cart_only"] = bool(typed["benefit.cart_only"])
    plain |= {name: bool(typed[name]) for name in SWITCHES if name in plain}
    plain |= {
        name: typed[name]
        for name in (*WHOLE_NUMBERS, *LINES, "default_locale", "basis", "locales")
        if name in plain
    }
    plain |= {name: typed[name] or None for name in ("quiet_from", "quiet_until")}
    plain["reasons_off"] = [one for one in REASONS if one not in typed["reasons_on"]]
    plain |= forms_statuses.plain(typed, stored)
    return plain | forms_words.plain(typed, stored)


def _stored(plain: Mapping[str, Any], name: str) -> Any:
    outer, _, inner = name.partition(".")
    return plain[outer][inner] if inner else plain[outer]


def _together(typed: Mapping[str, Any]) -> dict[str, Mistake]:
    """What no field can know alone."""
    found = {}
    if not typed["locales"]:
        found["locales"] = Mistake("app.set.locales_error")
    if typed["default_locale"] and typed["default_locale"] not in typed["locales"]:
        found["default_locale"] = Mistake("app.set.default_error")
    if not typed["reasons_on"]:
        found["reasons_on"] = Mistake("app.set.reasons_error")
    if bool(typed["quiet_from"]) != bool(typed["quiet_until"]):
        empty = "quiet_until" if typed["quiet_from"] else "quiet_from"
        found[empty] = Mistake("app.set.quiet_error")
    return found


def _afterwards(typed: Mapping[str, Any], read: Policy) -> dict[str, Mistake]:
    """What contradicts itself although each field holds."""
    found = {}
    if read.latest_hours * 60 <= read.silence_minutes:
        found["latest_hours"] = Mistake("app.set.latest_shorter")
    if typed["benefit.kind"] == "fixed" and not read.benefit.amount.strip("0."):
        found["benefit.amount"] = Mistake("app.set.amount_missing")
    return found


def _names(messages: Mapping[Any, Any], prefix: str = "") -> list[str]:
    """The fields that marshmallow complains of: "silence_minutes", "benefit.percent"."""
    names = []
    for name, problem in messages.items():
        if prefix == "" and name == "benefit" and isinstance(problem, Mapping):
            names.extend(_names(problem, "benefit."))
        else:
            names.append(f"{prefix}{name}")
    return names


def _mistake(name: str) -> Mistake:
    if name in _OTHER_MISTAKES:
        return _OTHER_MISTAKES[name]
    if name in WHOLE_NUMBERS:
        lowest, highest = WHOLE_NUMBERS[name]
        return Mistake("app.set.whole_error", {"lowest": lowest, "highest": highest})
    if name in LINES:
        return Mistake("app.set.line_error", {"longest": LINES[name]})
    return Mistake("app.set.choice_error")
