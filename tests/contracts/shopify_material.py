"""Shopify's recorded material, read where it lies; tests that need it skip loudly without it."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLSchema, build_client_schema, execute_sync, parse, validate

BESIDE = Path(__file__).parents[2].parent / "shared" / "contracts"
FOLDER = Path(os.environ.get("ASKBACK_CONTRACTS", BESIDE)) / "shopify"
VERSION = "2026-07"
STORE = "harry-test-heelo.myshopify.com"

needs_material = pytest.mark.skipif(
    not FOLDER.is_dir(),
    reason=f"Shopify's recordings are not at {FOLDER}: set ASKBACK_CONTRACTS",
)


def load(path: str) -> Any:
    return json.loads((FOLDER / path).read_text("utf-8"))


def example(topic: str, version: str = VERSION) -> Any:
    """Shopify's documented payload of a topic."""
    return load(f"webhooks/{version}/examples/{topic}.json")["response"]


def examples() -> dict[str, tuple[str, bytes]]:
    """Every documented payload: name -> (topic, body)."""
    return {
        f"{version}/{topic}": (topic, json.dumps(example(topic, version)).encode())
        for version in ("2026-01", VERSION)
        for topic in _topics(FOLDER / "webhooks" / version / "examples")
    }


def exemplars() -> dict[str, tuple[str, bytes]]:
    """Every real payload with its values blanked: name -> (family of topics, body)."""
    folder = FOLDER / "webhooks" / "exemplars"
    return {
        str(path.relative_to(folder)): (path.parent.name, path.read_bytes())
        for path in sorted(folder.rglob("*.json"))
    }


def capture(path: str) -> Any:
    """A recorded interaction with a real store."""
    return load(f"captures/{STORE}/{path}")


def found(value: Any, key: str) -> Iterator[dict[str, Any]]:
    """Every object inside a recording that has this key."""
    if isinstance(value, dict):
        if key in value:
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from found(part, key)


@cache
def schema() -> GraphQLSchema:
    """The Admin API of the pinned version, as Shopify publishes it."""
    return build_client_schema(_published()["data"], assume_valid=True)


@cache
def scopes_needed() -> dict[str, set[str]]:
    """Type or Type.field → the scopes of which one is needed; what needs none is left out."""
    return {
        ".".join(filter(None, (one["typeName"], one.get("fieldName")))): set(one["offlineScopes"])
        for one in _published()["offline_scopes"]["items"]
        if one["offlineScopes"]
    }


@cache
def _published() -> Any:
    with gzip.open(FOLDER / "schema" / f"admin_{VERSION}.json.gz") as file:
        return json.load(file)


def problems(query: str, data: Any, variables: dict[str, Any]) -> list[str]:
    """What the official schema has against a document, its variables, then against the answer."""
    document = parse(query)
    found = [problem.message for problem in validate(schema(), document)]
    if found:
        return found
    outcome = execute_sync(
        schema(),
        document,
        data,
        variable_values=variables,
        field_resolver=lambda source, info, **_: source[info.path.key],
        type_resolver=_kind,
    )
    return [problem.message for problem in outcome.errors or []]


def _kind(value: Any, *_: object) -> str:
    """A document need not ask for __typename: ids tell the kind, and media are images here."""
    gid = str(value.get("id", "gid://shopify/MediaImage/1"))
    return str(value.get("__typename") or gid.split("/")[3])


def _topics(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder).with_suffix("")) for path in folder.rglob("*.json"))
