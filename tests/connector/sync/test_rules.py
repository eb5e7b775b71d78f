"""From where the next look at a store goes on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from connector.sync import rules

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_what_changed_behind_our_back_while_we_read_is_asked_for_again() -> None:
    """A page read long ago may hold what changed since; the store's clock may differ from ours."""
    for clocks_apart in (timedelta(0), timedelta(hours=-3)):
        newest = NOON + clocks_apart
        since = rules.next_since(newest, NOON - timedelta(minutes=40), NOON)
        assert since is not None
        assert since < newest - timedelta(minutes=40)
    assert rules.next_since(None, NOON, NOON) is None
