"""What a line's meta tells of a choice, and how much of it is read."""

from __future__ import annotations

from adapters.platforms.woocommerce import choices


def test_plugins_may_write_novels_into_a_line_and_the_choice_is_still_read() -> None:
    novel = {"key": "engraving", "value": "x" * 101, "display_value": "x"}
    colour = {"key": "pa_colour", "value": "dark-blue", "display_value": "Dark blue"}
    line = {"variation_id": "40", "meta_data": [novel, colour, *[colour] * 50]}
    told = choices.of(line)
    assert {(one.key, one.value) for one in told} == {("pa_colour", "dark-blue")}
    assert len(told) < 20
