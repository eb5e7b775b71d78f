"""The recorded traffic of a real store, read where it lies beside the repository."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from connector.ports.platform import Envelope

_BESIDE = Path(__file__).resolve().parents[4].parent / "shared" / "contracts"
ROOT = Path(os.environ.get("ASKBACK_CONTRACTS") or _BESIDE) / "woocommerce"


@dataclass(frozen=True)
class Recorded:
    """One delivery as the store sent it."""

    name: str
    secret: str
    envelope: Envelope

    @property
    def topic(self) -> str:
        return self.envelope.headers.get("x-wc-webhook-topic", "")


@dataclass(frozen=True)
class Pair:
    """One request that the store was asked, and what it answered."""

    name: str
    method: str
    url: str
    sent: Any
    status: int
    answer: str

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def query_names(self) -> set[str]:
        return set(parse_qs(urlsplit(self.url).query, keep_blank_values=True))

    @property
    def json(self) -> Any:
        return json.loads(self.answer)


def needed() -> None:
    """Skip the module, aloud, on a machine without the recordings."""
    if not ROOT.is_dir():
        pytest.skip(f"no recordings in {ROOT}: set ASKBACK_CONTRACTS", allow_module_level=True)


def delivery(number: int) -> Recorded:
    (path,) = (ROOT / "webhooks").glob(f"{number:03d}-*.json")
    said = json.loads(path.read_text())
    headers = {name.lower(): value for name, value in said["request"]["headers"]}
    envelope = Envelope(headers=headers, body=said["request"]["body"].encode())
    return Recorded(path.stem, said.get("secret", ""), envelope)


def deliveries() -> list[Recorded]:
    """All of them but the ping (000), in the order received."""
    names = sorted(path.name for path in (ROOT / "webhooks").glob("[0-9]*.json"))
    return [delivery(int(name[:3])) for name in names[1:]]


def pairs(*files: str) -> Iterator[Pair]:
    for path in sorted((ROOT / "api").glob("*.json")):
        if files and path.stem not in files:
            continue
        for name, said in json.loads(path.read_text()).items():
            request, response = said["request"], said["response"]
            yield Pair(
                name,
                request["method"],
                request["url"],
                _parsed(request.get("body")),
                response["status"],
                response["body"],
            )


def pair(name: str) -> Pair:
    return next(found for found in pairs() if found.name == name)


def _parsed(body: str | None) -> Any:
    try:
        return json.loads(body) if body else None
    except ValueError:
        return None  # err-400-invalid-json asks on purpose with what is no JSON
