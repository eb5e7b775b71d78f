"""Whom a raw body speaks of."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

from connector.commerce import forgetting

READABLE = timedelta(days=30)
"""So long a parked delivery that may name somebody erased waits for a reader who understands it.
A month is what the law gives for an answer (GDPR, art. 12.3), and enough for a new version."""

PEOPLE_KEYS = ("customer", "customer_id", "user_id")
_ORDER_KEYS = ("order", "order_id")
_CHECKOUT_KEYS = ("checkout", "checkout_id", "checkout_token", "cart", "cart_token", "token")
_ADDRESS = re.compile(r"[^\s\"'<>()\[\],;:\\]+@[^\s\"'<>()\[\],;:\\]+")
_PLAIN_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_NUMBER = re.compile(r"\+?\d[\d ()./-]*\d|\d")
_TOKEN = re.compile(r"\b[0-9a-f]{32}\b")
_MOST = 2000
"""Numbers that are looked at in a body that is no JSON."""


def walk(told: Any, topic: str) -> Iterator[tuple[str, Any]]:
    """Every value with its key; an id stands under the name of the thing that bears it."""
    waiting = [(topic.partition("/")[0].partition(".")[0].removesuffix("s"), told)]
    while waiting:
        key, value = waiting.pop()
        if isinstance(value, dict):
            for name, inner in value.items():
                waiting.append((key if name == "id" else name, inner))
        elif isinstance(value, list):
            waiting.extend((key, inner) for inner in value)
        else:
            yield key, value


def is_readable(body: bytes) -> bool:
    """Can a program say where in it a name stands?"""
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True


def spoken_of(body: bytes, topic: str) -> set[str]:
    """The names (as forgetting knows them) of all whom this body may mean: addresses, telephone
    numbers, accounts, orders, checkouts. In what is no JSON any number may be any of them."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return _spoken_of_in_text(body.decode("utf-8", "replace").lower())
    return {name for key, value in walk(told, topic) for name in named_by(key, value)}


def named_by(key: str, value: Any) -> Iterator[str]:
    """Whom one value may mean. A draft of WooCommerce's is an order by its topic, and with us a
    checkout; its number is the same."""
    if value is None or isinstance(value, bool):
        return
    text = str(value).strip().lower()
    yield from _addresses(text)
    end = text.rpartition("/")[2]
    if key in PEOPLE_KEYS:
        yield forgetting.account(end)
    elif key in _ORDER_KEYS:
        yield forgetting.order(end)
        yield forgetting.checkout(end)
    elif key in _CHECKOUT_KEYS:
        yield forgetting.checkout(end)
    elif "phone" in key:
        yield text
        yield f"+{_digits(text)}"


def _addresses(text: str) -> Iterator[str]:
    if "@" in text or "%40" in text:
        spelled = text.replace("%40", "@")
        yield from _ADDRESS.findall(text)
        yield from _PLAIN_ADDRESS.findall(spelled)


def _spoken_of_in_text(text: str) -> set[str]:
    names = set(_addresses(text))
    for found in islice(_NUMBER.finditer(text), _MOST):
        digits = _digits(found[0])
        names.update((found[0], f"+{digits}"))
        names.update(kind(digits) for kind in _KINDS)
    names.update(forgetting.checkout(one) for one in _TOKEN.findall(text))
    return names


_KINDS = (forgetting.account, forgetting.order, forgetting.checkout)


def _digits(text: str) -> str:
    return "".join(one for one in text if one.isdigit())
