"""The seams are tables: who listens, who keeps, what the journeys may say."""

from __future__ import annotations

import typing
from collections.abc import Iterator

import pytest

from connector import bootstrap, records, settings, texts
from connector.commerce.actions import KEEPERS
from connector.journeys import steps
from connector.journeys.library import JOURNEYS
from connector.journeys.reasons import REASONS
from connector.machine import Machine
from connector.messages.models import Kind
from connector.timeline.actions import LISTENERS
from connector.timeline.events import Name
from tests.fakes import PLATFORMS
from tests.road import environment

# Told for the customer's story alone; nobody has to act on them.
FOR_THE_STORY = {
    Name.ORDER_CANCELLED, Name.ORDER_REFUNDED, Name.ORDER_FULFILLED, Name.QUESTION_ANSWERED,
    Name.JOURNEY_STARTED, Name.JOURNEY_ENDED, Name.MESSAGE_SENT, Name.MESSAGE_NOT_SENT,
    Name.COUPON_MADE, Name.CUSTOMER_CHANGED,
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def introduced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """Bootstrap has brought everybody together."""
    home = tmp_path_factory.mktemp("home")
    machine = bootstrap.build(settings.read(environment(home, f"sqlite:///{home}/a.db")))
    yield machine
    machine.database.close()


def all_steps() -> Iterator[tuple[str, steps.Step]]:
    for journey in JOURNEYS.values():
        for track in (journey.steps, *journey.answers.values()):
            for step in track:
                yield journey.name, step


def test_every_event_has_a_listener_or_is_told_for_the_story_alone() -> None:
    heard = {name for name, listeners in LISTENERS.items() if listeners}
    assert set(Name) - heard - FOR_THE_STORY == set()


def test_every_record_has_its_keeper() -> None:
    told = set(typing.get_args(records.Record)) - {records.SetAside}
    assert set(KEEPERS) == told


def test_every_journey_answers_every_reason_and_starts_on_an_event_that_exists() -> None:
    for journey in JOURNEYS.values():
        assert set(journey.answers) == set(REASONS)
        assert journey.starts_on in set(Name)
        assert set(journey.ends_on) <= {name.value for name in Name}


def test_no_unanswered_step_offers_anything() -> None:
    for journey in JOURNEYS.values():
        assert [one for one in journey.steps if getattr(one, "offer", False)] == []


def test_only_what_was_asked_for_may_hold_a_benefit() -> None:
    offering = [one for _, one in all_steps() if isinstance(one, steps.Send) and one.offer]
    assert offering != []
    assert {Kind(one.kind) for one in offering} == {Kind.REQUESTED}


@pytest.mark.parametrize("locale", ["en", "he", "ar", "ru"])
def test_every_step_has_its_letter_in_every_language(locale: str) -> None:
    for _, step in all_steps():
        if isinstance(step, steps.Ask | steps.Send | steps.TellMerchant):
            assert texts.sentence(f"{step.template}.subject", locale)


def test_every_platform_of_the_product_has_its_practice_store(introduced: Machine) -> None:
    assert set(introduced.platforms) == set(PLATFORMS)
