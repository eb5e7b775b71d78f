"""Whom a request means, and which bytes name her."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from urllib.parse import unquote

from connector.commerce.forgetting import account
from connector.inbox.rules import PEOPLE_KEYS, named_by, spoken_of, walk

ERASE_STORE_AFTER = timedelta(days=30)
"""From uninstalling to erasing: a merchant who comes back within it finds everything.
Shopify's own shop/redact, 48 hours after uninstalling, is carried out at once."""

ASKED_AGAIN, ASKED_FOR = timedelta(hours=1), timedelta(days=1)
"""How often, and how long, a store is asked that is to be forgotten and never said good-bye."""

_SHORTEST_PHONE = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody as her store names her; `external_ids` are those of her accounts there, `bought`
    the names (as forgetting knows them) of her orders and checkouts."""

    emails: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    external_ids: frozenset[str] = frozenset()
    bought: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.emails or self.phones or self.external_ids)


class Connected(Protocol):
    """As far as a store's row says it."""

    @property
    def connected_at(self) -> datetime | None: ...


class Asked(Protocol):
    """As far as a request's row says it."""

    @property
    def asked_at(self) -> datetime: ...


def is_back(store: Connected, request: Asked) -> bool:
    """Has its merchant let us in since she, or Shopify for her, wished us to forget the store?

    Whatever became of it afterwards: a second removal is a second wish, with a time of its own.
    """
    return store.connected_at is not None and store.connected_at > request.asked_at


def names(body: bytes, topic: str, person: Person) -> bool:
    """Does this raw webhook name the person, or something that she bought? What is no JSON is
    searched as text, in which any number may be hers."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return _in_text(body, topic, person)
    return any(_means(key, value, person) for key, value in walk(told, topic))


def _in_text(body: bytes, topic: str, person: Person) -> bool:
    text = _spelled(body.decode("utf-8", "replace"))
    if any(_written(one, text) for one in person.emails):
        return True
    spoken = spoken_of(body, topic)
    accounts = {account(one) for one in person.external_ids}
    ends = tuple(map(_national, person.phones))
    return not spoken.isdisjoint(person.bought | accounts) or any(
        len(one) > _SHORTEST_PHONE and one.endswith(ends) for one in spoken if one[0] == "+"
    )


def _means(key: str, value: Any, person: Person) -> bool:
    if value is None or isinstance(value, bool):
        return False
    text = _spelled(str(value).strip())
    if key in PEOPLE_KEYS and text.rpartition("/")[2] in person.external_ids:
        return True
    if any(_written(one, text) for one in person.emails):
        return True
    if person.bought and not person.bought.isdisjoint(named_by(key, value)):
        return True
    digits = "".join(one for one in text if one.isdigit())
    return len(digits) >= _SHORTEST_PHONE and any(
        digits.endswith(_national(phone)) for phone in person.phones
    )


def _spelled(text: str) -> str:
    """Addresses stand in links, too."""
    return unquote(text.lower()) if "%" in text else text.lower()


def _written(email: str, text: str) -> bool:
    """Does it stand there, and not as the end of a longer one ("joann@example.com")?"""
    whole = rf"(?<![\w.+-]){re.escape(email)}(?![\w-]|\.\w)"
    return email in text and re.search(whole, text) is not None


def _national(phone: str) -> str:
    """The last nine digits: stores write one number with and without its country."""
    return "".join(one for one in phone if one.isdigit())[-9:] or "-"
