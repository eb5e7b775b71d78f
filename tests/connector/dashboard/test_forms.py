"""What the form says of a setting's limits is what the policy holds it to."""

from __future__ import annotations

from typing import Any

import pytest
from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict

from connector.dashboard import forms
from connector.stores import policy


def with_number(name: str, number: int) -> dict[str, Any]:
    outer, _, inner = name.partition(".")
    long_worth = {} if name == "latest_hours" else {"latest_hours": 24 * 14}
    return long_worth | ({outer: {inner: number}} if inner else {outer: number})


@pytest.mark.parametrize("name", forms.WHOLE_NUMBERS)
def test_the_told_limits_of_a_number_are_the_policys_own(name: str) -> None:
    lowest, highest = forms.WHOLE_NUMBERS[name]
    for number in (lowest, highest):
        policy.load(with_number(name, number))
    for number in (lowest - 1, highest + 1):
        with pytest.raises(ValidationError):
            policy.load(with_number(name, number))


@pytest.mark.parametrize("name", forms.LINES)
def test_the_told_length_of_a_line_is_the_policys_own(name: str) -> None:
    longest = forms.LINES[name]
    with pytest.raises(ValidationError):
        policy.load({name: "x" * (longest + 1)})


@pytest.mark.parametrize("kind", forms.BENEFITS)
def test_every_benefit_of_the_form_is_one_of_the_policy(kind: str) -> None:
    assert policy.load({"benefit": {"kind": kind}}).benefit.kind == kind


def test_a_policy_opened_in_the_form_and_sent_back_is_the_same() -> None:
    stored = policy.load({"quiet_from": "22:00", "quiet_until": "07:00", "reasons_off": ["other"]})
    sent = MultiDict(
        [
            (name, one)
            for name, typed in forms.blank(stored, {}).typed.items()
            for one in (typed if isinstance(typed, list) else [typed])
        ]
    )
    form = forms.filled(sent, stored, {})
    assert form.mistakes == {}
    assert form.policy == stored


def test_every_setting_of_the_policy_stands_in_the_form() -> None:
    plain = policy.dump(policy.Policy())
    settings = {name for name in plain if name != "benefit"}
    settings |= {f"benefit.{name}" for name in plain["benefit"]}
    shown = set(forms.blank(policy.Policy(), {"packed": "Packed"}).typed)
    told_otherwise = {"reasons_off": "reasons_on", "wording": "wording.en.reasons.price"}
    told_otherwise |= {"advantages": "advantages.en", "statuses": "statuses.packed"}
    assert {told_otherwise.get(name, name) for name in settings} <= shown
