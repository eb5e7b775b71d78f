"""A store that does not answer is asked ever more rarely, and not by everybody at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from connector.errors import Retryable
from connector.writeback import rules
from connector.writeback.models import Kind


def test_waits_grow_up_to_some_hours() -> None:
    waits = [rules.next_try("note:1", tries) for tries in range(1, 60)]
    assert all(later > earlier for earlier, later in pairwise(waits[:8]))
    assert timedelta(minutes=1) <= waits[0] < timedelta(minutes=2)
    assert max(waits) <= rules.LONGEST_WAIT * 1.25


def test_a_store_that_says_when_is_not_asked_sooner_but_after_a_day() -> None:
    assert rules.next_try("note:1", 1, 900.0) >= timedelta(minutes=15)
    assert rules.next_try("note:1", 1, 80_000.0) <= timedelta(days=1)
    asked = Retryable("in the year 9999", after_seconds=2.5e11).after_seconds
    assert rules.next_try("note:1", 1, asked) == timedelta(days=1)


def test_a_hundred_writes_of_one_moment_do_not_come_back_at_one_moment() -> None:
    moments = {rules.next_try(f"note:{number}", 3) for number in range(100)}
    assert len(moments) > 90


def test_what_is_worth_less_with_time_is_a_kind_of_write_and_consent_never_is() -> None:
    for_ever = {"consent", "coupon_end", "coupon_use"}
    assert set(rules.WORTH_FOR) == {one.value for one in Kind} - for_ever
    now = datetime(2026, 11, 22, 9, tzinfo=UTC)
    assert rules.drop_at(Kind.CONSENT, now) is None
    assert rules.drop_at(Kind.CUSTOMER_NOTE, now) == now + timedelta(days=3)


def test_orders_of_the_holdout_and_without_a_message_are_not_told() -> None:
    assert rules.worth_telling("weak", "treated")
    assert not rules.worth_telling("strong", "holdout")
    assert not rules.worth_telling("none", "treated")
