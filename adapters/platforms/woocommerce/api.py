"""Calls to a store's REST API: the woocommerce library's words through our one HTTP client."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from marshmallow import Schema, ValidationError

# The library has no type hints (https://pypi.org/project/woocommerce/ 3.0.0).
from woocommerce import API  # type: ignore[import-untyped] # ships no types

from adapters.http import Http, Response
from adapters.platforms.woocommerce import records
from connector.errors import (
    AccessLost,
    OutcomeUnknown,
    Pointless,
    Refused,
    Retryable,
    Unreadable,
)
from connector.ports.platform import Access

_DENIED = frozenset({401, 403})
_NOT_FOUND = 404
_BAD_REQUEST = 400
_UNKNOWN = frozenset(
    {
        "woocommerce_rest_invalid_id",
        "woocommerce_rest_order_invalid_id",
        "woocommerce_rest_shop_coupon_invalid_id",
        "woocommerce_rest_shop_order_invalid_id",
        "wc_user_invalid_id",
    }
)
"""The store knows nothing by this id (recorded; the first two from WooCommerce's source:
https://github.com/woocommerce/woocommerce/tree/trunk/plugins/woocommerce/includes/rest-api). A
404 of another code is said by a store whose WooCommerce is switched off at this moment."""

_HEADERS = {"Accept": "application/json"}
_LONGEST_REASON = 300


class Store(API):  # type: ignore[misc]  # the untyped library's class is Any to mypy
    """One store's /wc/v3, with the library's get, post, put and delete answering JSON.

    The library opens a connection per call, waits 5 s, retries nothing and judges nothing;
    its one request method is replaced, its addresses and signatures are kept. Over plain
    http it signs by OAuth 1.0a, whose list parameters the store rejects: give texts only.

    Raises AccessLost (key unknown, revoked or too weak), Pointless (no such order, coupon,
    customer), Refused (any other no, with the store's code), Retryable and OutcomeUnknown (as
    Http; also for an answer that is no JSON).
    """

    def __init__(self, http: Http, access: Access, *, tries: int = 3) -> None:
        keys = access.credentials
        if not keys.get("consumer_key") or not keys.get("consumer_secret"):
            raise AccessLost("no API keys are stored for this store")
        super().__init__(access.base_url, keys["consumer_key"], keys["consumer_secret"])
        self.http = http
        self.tries = tries
        self.total: int | None = None
        """How many the list asked for last has in all, where the store says so."""

    def _API__request(  # noqa: N802  # the library's private name, replaced on purpose
        self,
        method: str,
        endpoint: str,
        data: Mapping[str, Any] | None,
        params: Mapping[str, str] | None = None,
    ) -> Any:
        url = self._API__get_url(endpoint)
        if self.is_ssl:
            auth = (self.consumer_key, self.consumer_secret)
            response = self.http.request(
                method,
                url,
                headers=_HEADERS,
                params=params,
                json=data,
                auth=auth,
                tries=self.tries,
            )
        else:
            query = f"?{urlencode(params)}" if params else ""
            signed = self._API__get_oauth_url(f"{url}{query}", method)
            # A signature carries a nonce that the store takes once: no second try with it.
            response = self.http.request(method, signed, headers=_HEADERS, json=data, tries=1)
        said = response.headers.get("X-WP-Total", "")
        self.total = int(said) if said.isascii() and said.isdigit() else None
        return judged(response, repeatable=method == "GET")


def judged(response: Response, *, repeatable: bool) -> Any:
    """The answer's JSON, or the error that says what to do about it."""
    try:
        data = response.json()
    except Unreadable as problem:
        raise _no_json(response, repeatable=repeatable) from problem
    if response.status < _BAD_REQUEST:
        return data
    code = records.error_code(data)
    reason = f"{_reason(data)} ({response.status} {code or 'without a code'})"
    if response.status in _DENIED:
        raise AccessLost(f"the store does not accept our key: {reason}")
    draft = _draft(data)
    if draft:
        raise HalfMade(f"the store refused: {reason}", code=code, draft=draft)
    kind = Pointless if code in _UNKNOWN else Refused
    raise kind(f"the store refused: {reason}", code=code)


class HalfMade(Refused):
    """An order that was refused midway; `draft` is the id of what is left of it in the store."""

    def __init__(self, message: str, *, code: str, draft: int) -> None:
        super().__init__(message, code=code)
        self.draft = draft


def load(schema: Schema, data: Any) -> Any:
    """Read an answer by its schema. Raises Unreadable."""
    try:
        return schema.load(data)
    except ValidationError as problem:
        fields = ", ".join(map(str, problem.messages_dict))
        raise Unreadable(f"the store's answer lacks what it should say: {fields}") from problem


def _no_json(response: Response, *, repeatable: bool) -> Exception:
    """A page where JSON belongs: a plugin, a firewall or PHP itself talks in between."""
    start = response.content.lstrip()[:1]
    if response.status == _NOT_FOUND:
        return Refused(
            "the store's REST API is not found under /wp-json/: in WordPress, set Settings > "
            "Permalinks to anything but Plain, and check that the address is the store's own",
            code="no_rest_api",
        )
    why = (
        "a page instead of JSON: a maintenance, caching or security plugin answers in the store's "
        "place, or PHP prints its notices (switch off WP_DEBUG_DISPLAY)"
        if start == b"<"
        else "no JSON"
    )
    text = f"the store answered {response.status} with {why}"
    # Behind an unreadable "done" to a POST the work may have been done; a firewall's no is a no.
    done = response.status < _BAD_REQUEST
    return OutcomeUnknown(text) if done and not repeatable else Retryable(text)


def _draft(data: Any) -> int:
    """Recorded with a coupon that an order may not have; `data` may be a mere number."""
    more = data.get("data") if isinstance(data, dict) else None
    left = more.get("new_draft_order_id") if isinstance(more, dict) else None
    return left if isinstance(left, int) else 0


def _reason(data: Any) -> str:
    message = data.get("message") if isinstance(data, dict) else None
    return html.unescape(message)[:_LONGEST_REASON] if isinstance(message, str) else "no reason"
