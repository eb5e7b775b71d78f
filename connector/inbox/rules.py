"""Whom a raw body speaks of."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from connector.commerce import forgetting

PEOPLE_KEYS = ("customer", "customer_id", "user_id")
_ORDER_KEYS = ("order", "order_id")
_ADDRESS = re.compile(r"[^\s\"'<>()\[\],;:\\]+@[^\s\"'<>()\[\],;:\\]+")


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


def spoken_of(body: bytes, topic: str) -> set[str]:
    """The names (as forgetting knows them) of all whom this body may mean: addresses, telephone
    numbers as they are written, accounts, orders. What is no JSON is searched as text."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return set(_ADDRESS.findall(body.decode("utf-8", "replace").lower()))
    names: set[str] = set()
    for key, value in walk(told, topic):
        if value is None or isinstance(value, bool):
            continue
        text = str(value).strip().lower()
        names.update(_ADDRESS.findall(text))
        if key in PEOPLE_KEYS:
            names.add(forgetting.account(text.rpartition("/")[2]))
        elif key in _ORDER_KEYS:
            names.add(forgetting.order(text.rpartition("/")[2]))
        elif "phone" in key:
            names.add(text)
    return names
