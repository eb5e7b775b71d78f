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


def test_choices_are_told_again_as_wordpress_keeps_them() -> None:
    """Its API tells them decoded (seen on 10.2.4): told so, it would keep a second, empty one."""
    rows = [
        {"key": "pa_צבע", "value": "כחול", "display_value": "כחול"},
        {"key": "הדפס", "value": "Q & A שלום", "display_value": "Q & A שלום"},
        {"key": "pa_size", "value": "extra-large", "display_value": "XL"},
        {"key": "pa_fabric", "value": "כ" * 30, "display_value": "כ"},
        {"key": "pa_novel", "value": "כ" * 99, "display_value": "כ"},
    ]
    assert choices.named({"variation_id": "40", "meta_data": rows}) == (
        ("pa_%d7%a6%d7%91%d7%a2", "%d7%9b%d7%97%d7%95%d7%9c"),
        ("%d7%94%d7%93%d7%a4%d7%a1", "Q & A שלום"),
        ("pa_size", "extra-large"),
        ("pa_fabric", "%d7%9b" * 30),
    )
    assert choices.named({"variation_id": "", "meta_data": rows}) == ()
