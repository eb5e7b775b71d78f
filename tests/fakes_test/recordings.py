"""What real stores sent and answered, read where it lies beside the repository."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

_BESIDE = Path(__file__).resolve().parents[2].parent / "shared" / "contracts"
ROOT = Path(os.environ.get("ASKBACK_CONTRACTS") or _BESIDE)

needs_recordings = pytest.mark.skipif(
    not ROOT.is_dir(),
    reason=f"NOT HELD TO THE RECORDINGS: there are none in {ROOT} (see ASKBACK_CONTRACTS)",
)

Shape = set[tuple[str, str]]
"""Every (path, JSON type) of a payload; places in lists collapsed to []."""


def shape(value: Any, path: str = "") -> Shape:
    if isinstance(value, dict):
        inner = (shape(one, f"{path}.{name}") for name, one in value.items())
        return {(path, "object")}.union(*inner)
    if isinstance(value, list):
        return {(path, "array")}.union(*(shape(one, f"{path}[]") for one in value))
    return {(path, "null" if value is None else type(value).__name__)}


def beyond(value: Any, recorded: Shape) -> list[str]:
    """What a payload says that no recording says."""
    return sorted(f"{path}: {kind}" for path, kind in shape(value) - recorded)


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def woocommerce_deliveries() -> Iterator[tuple[dict[str, str], str]]:
    """Headers and body of every recorded webhook but the ping."""
    for path in sorted((ROOT / "woocommerce" / "webhooks").glob("[0-9]*.json")):
        request = read(path)["request"]
        headers = dict(request["headers"])
        if "X-WC-Webhook-Topic" in headers:
            yield headers, request["body"]


@cache
def woocommerce_resource(resource: str) -> frozenset[tuple[str, str]]:
    """The shape of all recorded deliveries about orders, products, customers or coupons."""
    shapes = (
        shape(json.loads(body))
        for headers, body in woocommerce_deliveries()
        if headers["X-WC-Webhook-Topic"].startswith(f"{resource}.")
    )
    return frozenset().union(*shapes)


@cache
def woocommerce_answer(resource: str, *names: str) -> frozenset[tuple[str, str]]:
    """The shape of recorded answers in api/<resource>.json, lists told as their entries."""
    known = read(ROOT / "woocommerce" / "api" / f"{resource}.json")
    said = [json.loads(known[name]["response"]["body"]) for name in names or known]
    entries = [one for body in said for one in (body if isinstance(body, list) else [body])]
    return frozenset().union(*map(shape, entries))


def woocommerce_pair(resource: str, name: str) -> dict[str, Any]:
    return read(ROOT / "woocommerce" / "api" / f"{resource}.json")[name]["response"]


_SHOPIFY = ROOT / "shopify" / "webhooks"


@cache
def shopify_resource(resource: str) -> frozenset[tuple[str, str]]:
    """The shape of Shopify's examples and real payloads of checkouts, orders, refunds …

    Parts that are written alike wherever they stand are pooled: addresses, the fulfilments and
    refunds inside an order. Alone, each topic has too few examples to show all their types.
    """
    own = _shopify_alone(resource)
    if resource == "orders":
        for part in ("fulfillments", "refunds"):
            own |= {(f".{part}[]{path}", kind) for path, kind in _shopify_alone(part)}
    addresses = _addresses()
    holders = {path for path, _ in own if path.endswith(_ADDRESS_ENDS)}
    return frozenset(own | {(h + path, kind) for h in holders for path, kind in addresses})


def _shopify_alone(resource: str) -> Shape:
    found: Shape = set()
    for path in _SHOPIFY.glob(f"*/examples/{resource}/*.json"):
        found |= shape(read(path).get("response"))
    for path in _SHOPIFY.glob(f"exemplars/*/{resource}/*.json"):
        found |= shape(read(path))
    return found


_ADDRESS_ENDS = ("_address", ".destination")


@cache
def _addresses() -> frozenset[tuple[str, str]]:
    found: Shape = set()
    for resource in ("checkouts", "orders", "fulfillments", "customers"):
        for path, kind in _shopify_alone(resource):
            for end in _ADDRESS_ENDS:
                holder, found_it, rest = path.partition(f"{end}.")
                if found_it and "origin" not in holder:
                    found.add((f".{rest}", kind))
    return frozenset(found)
