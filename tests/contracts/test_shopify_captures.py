"""Every answer that a real Shopify store was captured with is taken for what it is."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from typing import Any

from adapters.http import Http, Response
from adapters.platforms.shopify import api
from connector.errors import AskbackError
from connector.ports.platform import Access
from tests.contracts import shopify_captures as captures
from tests.contracts import shopify_material as material

pytestmark = material.needs_material

WITHOUT_ANSWERS = {"very-big-test-store.myshopify.com/2026-04/discounts/discount-scope-probe.json"}
"""The scopes of a capturing app, and no answer of a store."""

WITHOUT_CALLS = {
    "harry-test-heelo.myshopify.com/2026-04/apps/app-revoke-access-scopes-validation.json"
}
"""Its answers are read here; the index of calls leaves it out."""


class Retold(Http):
    """Five hundred answers without a wire between."""

    says: dict[str, Any]

    def request(self, *_: Any, **__: Any) -> Response:
        return Response(200, {}, json.dumps(self.says).encode())


def told(envelope: dict[str, Any], outcome: object) -> str:
    """The outcome's name, once it is certain that it is this envelope's."""
    if not envelope.get("errors"):
        assert outcome == json.loads(json.dumps(envelope["data"]), parse_float=Decimal)
        return "data"
    assert isinstance(outcome, AskbackError), envelope
    assert envelope["errors"][0]["message"][:40] in str(outcome)
    return type(outcome).__name__


def test_no_captured_answer_is_taken_for_another() -> None:
    found: Counter[str] = Counter()
    access = Access(base_url="", credentials={"access_token": "t"}, shop="a.example.com")
    http = Retold()
    for http.says in (one for held in captures.files().values() for one in each(held)):
        outcome: object
        try:
            outcome = api.call(http, "https://a.example.com", access, "{ shop { id } }", {})
        except AskbackError as problem:
            outcome = problem
        found[told(http.says, outcome)] += 1
    assert found == {"data": 505, "Permanent": 56, "Refused": 9, "Retryable": 2}


def each(held: Any) -> list[dict[str, Any]]:
    return list(captures.envelopes(held))


def test_every_file_of_captures_is_looked_at() -> None:
    silent = {name for name, held in captures.files().items() if not each(held)}
    assert silent == WITHOUT_ANSWERS
    indexed = {one["file"] for one in captures.index()}
    assert set(captures.files()) - indexed == WITHOUT_ANSWERS | WITHOUT_CALLS
