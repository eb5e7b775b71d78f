"""When silence is taken for an abandoned checkout."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from connector.detection.rules import Silence, Watch, too_late, watch
from connector.records import Stage

LEFT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
CONNECTED = LEFT - timedelta(days=1)


def silence(**known: object) -> Silence:
    facts: dict[str, object] = {
        "silent_since": LEFT, "reachable": True, "completed": False, "deleted": False,
        "bought_since": False, "stage": Stage.CHOSE_PAYMENT,
    }  # fmt: skip
    return Silence(**{**facts, **known})  # type: ignore[arg-type] # facts of a test


def looked_at(one: Silence, *, minutes: int = 60, early: int = 0) -> Watch:
    return watch(one, silence_minutes=minutes, early_wait_hours=early, active_since=CONNECTED)


def test_an_open_checkout_is_looked_at_after_the_merchants_silence() -> None:
    assert looked_at(silence()) == Watch(LEFT + timedelta(hours=1))


@given(minutes=st.integers(-100, 2))
def test_nobody_in_the_middle_of_paying_is_taken_for_gone(minutes: int) -> None:
    assert looked_at(silence(), minutes=minutes) == Watch(LEFT + timedelta(minutes=2))


def test_early_leavers_may_be_let_alone_for_a_day() -> None:
    early = silence(stage=Stage.ENTERED_CONTACT)
    assert looked_at(early, early=24) == Watch(LEFT + timedelta(hours=24))
    assert looked_at(silence(), early=24) == Watch(LEFT + timedelta(hours=1))


def test_an_old_cart_is_never_written_about() -> None:
    old = silence(silent_since=CONNECTED - timedelta(seconds=1))
    assert looked_at(old) == Watch(None, "left before Askback was switched on")


def test_whoever_bought_is_left_alone() -> None:
    assert looked_at(silence(bought_since=True)) == Watch(None, "bought in the meantime")
    assert looked_at(silence(completed=True)) == Watch(None)


def test_a_cart_without_an_owner_is_counted_and_not_guessed() -> None:
    passed_over = looked_at(silence(reachable=False)).passed_over
    assert passed_over == "nobody to write to: no address, no telephone"


def test_after_an_outage_old_silences_are_let_go() -> None:
    assert not too_late(LEFT, LEFT + timedelta(hours=48), latest_hours=48)
    assert too_late(LEFT, LEFT + timedelta(hours=48, seconds=1), latest_hours=48)
