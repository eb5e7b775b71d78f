"""A loopback store that gives recorded answers, and the shapes of call that the real one took."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from adapters.http import Http
from adapters.platforms.woocommerce import WooCommerce
from connector.ports.platform import Access
from tests.adapters.loopback import Answer, Asked, Loopback, serving
from tests.adapters.platforms.woocommerce import recordings

_API = "/wp-json/wc/v3/"


@dataclass
class PracticeStore:
    """`says` is a list of answers for each "METHOD path", given in turn, the last for ever."""

    loopback: Loopback
    says: dict[str, list[Answer]] = field(default_factory=dict)

    @property
    def access(self) -> Access:
        keys = {"consumer_key": "ck_test", "consumer_secret": "cs_test"}
        return Access(base_url=self.loopback.origin, credentials=keys)

    def platform(self, **limits: Any) -> WooCommerce:
        http = Http(allow_private=True, sleep=lambda _: None, jitter=lambda: 0.0, **limits)
        return WooCommerce(http)

    def answers(self, call: str, *answers: Answer) -> None:
        method, _, path = call.partition(" ")
        self.says[f"{method} {path if path.startswith('/') else _API + path}"] = list(answers)

    def reply(self, asked: Asked) -> Answer:
        waiting = self.says.get(f"{asked.method} {urlsplit(asked.path).path}")
        if not waiting:
            return Answer.of(recordings.pair("err-404-route").json, status=404)
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    @property
    def calls(self) -> list[str]:
        """What was asked, without the signature's parameters: "GET orders/2377"."""
        return [
            f"{asked.method} {urlsplit(asked.path).path.removeprefix(_API)}"
            for asked in self.loopback.asked
        ]

    def query(self, number: int) -> dict[str, str]:
        pairs = parse_qsl(urlsplit(self.loopback.asked[number].path).query)
        return {name: value for name, value in pairs if not name.startswith("oauth_")}


def recorded(name: str, **changes: Any) -> Answer:
    """A recorded answer, as it was or with some of its fields changed."""
    found = recordings.pair(name)
    body = json.dumps({**found.json, **changes}) if changes else found.answer
    return Answer(found.status, body.encode(), {"Content-Type": "application/json; charset=UTF-8"})


@contextmanager
def practising() -> Iterator[PracticeStore]:
    """A store; when the block ends, every call made has to be one that the real store took."""
    with serving() as loopback:
        store = PracticeStore(loopback)
        loopback.reply = store.reply
        yield store
    strange = [complaint for asked in loopback.asked for complaint in _strange(asked)]
    assert strange == []


def _strange(asked: Asked) -> list[str]:
    """What of this call no recorded, accepted call of that method and path has."""
    parts = urlsplit(asked.path)
    alike = [
        found
        for found in recordings.pairs()
        if found.method == asked.method
        and _shape(found.path) == _shape(parts.path)
        and found.status < 400
    ]
    if not alike:
        return [f"{asked.method} {parts.path} was never recorded"]
    names = set().union(*(found.query_names for found in alike))
    sent = {name for name, _ in parse_qsl(parts.query)}
    known = set().union(*(_fields(found) for found in alike))
    given = set(asked.json) if asked.body else set()
    return [
        f"{asked.method} {parts.path}: {name} was never recorded"
        for name in (sent - names - _signing()) | (given - known)
    ]


def _shape(path: str) -> str:
    return re.sub(r"\d+", "N", path)


def _fields(found: recordings.Pair) -> set[str]:
    """The fields that were sent, and those of the thing answered: what can be written, is said."""
    sent = set(found.sent) if isinstance(found.sent, dict) else set()
    said = found.json
    return sent | (set(said) if isinstance(said, dict) and found.sent else set())


def _signing() -> set[str]:
    signed = recordings.pair("oauth1-over-http-pypi-woocommerce-3.0.0")
    return {name for name in signed.query_names if name.startswith("oauth_")}
