"""The settings form as a browser would send it back."""

from __future__ import annotations

import html
import re
from typing import Any

from tests.merchant import Merchant

PATH = "/app/settings"

_INPUT = re.compile(r"<(?:input|textarea)[^>]*? name=\"([^\"]+)\"[^>]*>([^<]*)")


def as_shown(merchant: Merchant) -> dict[str, Any]:
    """Every field, as it stands in the page; what nobody chose of a list is empty."""
    page = merchant.opens(PATH).text.partition('class="settings"')[2]
    fields: dict[str, Any] = {"default_locale": "", **_chosen(page)}
    for found in re.finditer(_INPUT, page):
        tag, name = found[0], found[1]
        if name == "csrf_token":
            continue
        if 'type="checkbox"' in tag or 'type="radio"' in tag:
            if " checked" not in tag:
                continue
            value = re.findall(r'value="([^"]*)"', tag)[0]
            fields[name] = [*fields.get(name, []), value] if 'type="checkbox"' in tag else value
        else:
            typed = (
                found[2] if tag.startswith("<textarea") else re.findall(r'value="([^"]*)"', tag)[0]
            )
            fields[name] = html.unescape(typed)
    return fields


def _chosen(page: str) -> dict[str, str]:
    """Of every list the option that stands chosen."""
    lists = re.findall(r'<select[^>]*? name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL)
    picked = {name: re.findall(r'value="([^"]*)" selected', options) for name, options in lists}
    return {name: one[0] for name, one in picked.items() if one}
