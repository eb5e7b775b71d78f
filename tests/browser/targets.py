"""Whether a thumb can hit what a page offers."""

from __future__ import annotations

from playwright.sync_api import Page

_LOWER_THAN = """([which, height]) => [...document.querySelectorAll(which)]
    .filter(one => one.checkVisibility() && !["radio", "checkbox", "hidden"].includes(one.type))
    .filter(one => one.getBoundingClientRect().height < height)
    .map(one => one.outerHTML)"""


def too_small(page: Page, which: str, height: int) -> list[str]:
    """The visible elements of this selector that are lower than `height` CSS pixels."""
    found: list[str] = page.evaluate(_LOWER_THAN, [which, height])
    return found
