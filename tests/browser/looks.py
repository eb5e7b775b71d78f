"""How a page looks to people: on a phone and on a desk, by day and by night."""

from __future__ import annotations

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

WIDTHS = (390, 1280)
SCHEMES = ("light", "dark")
CHECK = "options => axe.run(document, options).then(told => told.violations.map(v => v.id))"
# Colours glide from one scheme to the other; what is half-way has no contrast of its own.
SETTLED = "document.getAnimations().forEach(gliding => gliding.finish())"
OPTIONS = {"resultTypes": ["violations"], "preload": False}


def faults(page: Page) -> list[str]:
    """What axe has against the open page in each of the four looks, and what overflows."""
    page.evaluate(AXE_SCRIPT)
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"{width}: wider than the screen")
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            page.evaluate(SETTLED)
            found += [f"{width} {scheme}: {fault}" for fault in page.evaluate(CHECK, OPTIONS)]
    return found
