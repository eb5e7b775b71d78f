"""How a page looks to people: on a phone and on a desk, by day and by night."""

from __future__ import annotations

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

PHONE, DESK = 390, 1280
LOOKS = {
    "en": ((PHONE, "light"), (DESK, "dark")),
    "he": ((PHONE, "dark"), (DESK, "light")),
    "ar": ((PHONE, "light"), (DESK, "dark")),
}
"""Every language on a phone and on a desk, by day and by night; all four together in two of them:
a look at the colours of one page costs half a second."""
CHECK = "options => axe.run(document, options).then(told => told.violations.map(v => v.id))"
# Colours glide from one scheme to the other; what is half-way has no contrast of its own.
SETTLED = "document.getAnimations().forEach(gliding => gliding.finish())"
OPTIONS = {"resultTypes": ["violations"], "preload": False}


def faults(page: Page, locale: str) -> list[str]:
    """What axe has against the open page in the looks of its language, and what overflows."""
    page.evaluate(AXE_SCRIPT)
    found = []
    for width, scheme in LOOKS[locale]:
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme=scheme)
        page.evaluate(SETTLED)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"{width}: wider than the screen")
        found += [f"{width} {scheme}: {fault}" for fault in page.evaluate(CHECK, OPTIONS)]
    return found
