"""What was stored as a reason is told in the merchant's language."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from connector import texts
from connector.dashboard import speech
from connector.detection import rules as detection
from connector.journeys.library import JOURNEYS
from connector.journeys.steps import Stop
from connector.messages import rendering
from connector.messages import rules as messages
from connector.messages.models import MessageState
from connector.records import Stage
from connector.timeline.events import SIGNALS, Name

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)

ALL_AT_ONCE = messages.Situation(
    now=NOON,
    worthless_after=NOON - timedelta(hours=1),
    store_connected=False,
    bought=False,
    case_open=False,
    moved_on=True,
    sent_last_day=9,
    sent_last_week=9,
)


def stored_reasons() -> list[str]:
    """Reasons as the rules of the earlier stages really say them."""
    found = [
        *messages.still_wanted(ALL_AT_ONCE).objections,
        *messages.within_caps(ALL_AT_ONCE, per_day=1, per_week=3).objections,
    ]
    for field in ("bought_since", "reachable", "silent_since"):
        silence = detection.Silence(
            silent_since=NOON - timedelta(days=9 if field == "silent_since" else 0),
            reachable=field != "reachable",
            completed=False,
            deleted=False,
            bought_since=field == "bought_since",
            stage=Stage.CHOSE_PAYMENT,
        )
        watch = detection.watch(
            silence,
            silence_minutes=60,
            early_wait_hours=0,
            active_since=NOON - timedelta(days=1),
        )
        found.append(watch.passed_over)
    for journey in JOURNEYS.values():
        steps = [*journey.steps, *(one for track in journey.answers.values() for one in track)]
        found.extend(step.because for step in steps if isinstance(step, Stop))
    return found


@pytest.mark.parametrize("locale", ["he", "ar", "ru"])
def test_what_the_rules_say_is_translated(locale: str) -> None:
    for reason in stored_reasons():
        said = speech.because(locale, reason)
        assert said not in (reason, ""), reason


def test_facts_in_a_reason_are_kept() -> None:
    stored = ["frequency cap: 3 a week", "without a benefit: the store refused it (no rights)"]
    assert speech.because("en", stored) == (
        "had enough messages already: at most 3 a week; "
        "without a benefit: the store refused it (no rights)"
    )


def test_a_reason_that_is_new_here_is_shown_as_it_is_and_once() -> None:
    assert speech.because("he", ["the moon is full", "the moon is full"]) == "the moon is full"


@pytest.mark.parametrize("locale", texts.LOCALES)
def test_every_name_that_is_stored_has_a_word(locale: str) -> None:
    tables = {
        "app.event": [one.replace(".", "_") for one in set(Name) - SIGNALS],
        "app.letter": list(rendering.TEMPLATES),
        "app.message_state": list(MessageState),
        "app.stage": [stage.name.lower() for stage in Stage],
    }
    for table, names in tables.items():
        for name in names:
            assert f"{table}.{name}" in texts.catalog(locale)


def test_moments_are_told_by_the_stores_clock() -> None:
    assert speech.at("he", NOON, "Asia/Jerusalem") == "22 בנוב׳, 14:00"
    said = speech.when("en", NOON, "UTC", since=NOON + timedelta(hours=2))
    assert "<small>2 hours ago</small>" in said
    assert 'datetime="2026-11-22T12:00:00+00:00"' in said
