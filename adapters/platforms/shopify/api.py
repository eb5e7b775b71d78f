"""Shopify's Admin API: one GraphQL call, its many ways of saying no named by what to do."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NoReturn

from adapters.http import Http, Response
from adapters.platforms.shopify.pace import Pace, Throttled
from connector.errors import (
    AccessLost,
    OutcomeUnknown,
    Permanent,
    Refused,
    Retryable,
    Unreadable,
)
from connector.ports.platform import Access

TRIES = 3
TOO_COSTLY = "MAX_COST_EXCEEDED"
"""One call may cost 1,000 points: https://shopify.dev/docs/api/usage/limits"""

_OK, _UNAUTHORIZED, _PAYMENT_REQUIRED, _FORBIDDEN, _LOCKED = 200, 401, 402, 403, 423
# https://shopify.dev/docs/api/usage/response-codes
_LOST = {
    _UNAUTHORIZED: "the access token is not valid (any more)",
    _FORBIDDEN: "the app may not reach this store",
}
_REFUSED = {
    _PAYMENT_REQUIRED: "the store is frozen: its plan has to be paid",
    _LOCKED: "the store is locked",
}
# A full bucket comes back in 20 s on every plan; a longer wait cannot be what is meant.
_LONGEST_PAUSE = 20.0
# How Shopify begins the messages that it sends with these codes.
_BY_WORDS = {"Throttled": "THROTTLED", "Access denied": "ACCESS_DENIED"}
_TOKEN = re.compile(r"access token", re.IGNORECASE)


def _nobody_hears(_: Response) -> None:
    """For calls of which the judged answer is enough."""


def call(
    http: Http,
    url: str,
    access: Access,
    document: str,
    variables: Mapping[str, Any],
    *,
    writes: bool = False,
    pace: Pace | None = None,
    patience: float | None = None,
    hears: Callable[[Response], object] = _nobody_hears,
) -> Mapping[str, Any]:
    """Send a document and return its `data`, complete and without errors beside it.

    With `pace`, a call that would surely be throttled waits first. Throttling holds the caller
    up for `patience` seconds at most, or as long as `http` would. `hears` gets the bare answer.

    Raises AccessLost, Refused (with Shopify's code), Permanent, Throttled, Retryable; and for
    documents that write OutcomeUnknown where Shopify may have done it all the same.
    """
    tries_left, store = TRIES, access.shop or url
    said = {"query": document, "variables": dict(variables)}
    ask = partial(http.request, "POST", url, json=said, idempotent=not writes)
    longest = http.longest_wait if patience is None else patience
    if pace is not None:
        pace.wait(http, store, document, longest=longest)
    while True:
        tries_left -= 1
        response = ask(headers=_headers(access))
        hears(response)
        try:
            answer = _answer(response, writes=writes)
            if pace is not None:
                pace.learn(store, document, at(answer, "extensions", "cost"))
            return _data(answer, writes=writes)
        except Throttled as problem:
            wait = problem.after_seconds or 0.0
            if not tries_left or wait > longest:
                raise
            http.sleep(wait)


def at(value: object, *path: str | int) -> Any:
    """What lies at this path of a JSON answer; None where it does not go that far."""
    for step in path:
        if isinstance(value, dict) and isinstance(step, str):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def _headers(access: Access) -> dict[str, str]:
    token = access.credentials.get("access_token", "")
    return {"X-Shopify-Access-Token": token, "Accept": "application/json"}


def _answer(response: Response, *, writes: bool) -> object:
    if response.status in _LOST:
        raise AccessLost(f"Shopify answered {response.status}: {_LOST[response.status]}")
    if response.status != _OK:
        why = _REFUSED.get(response.status, _said(response))
        raise Refused(f"Shopify answered {response.status}: {why}", code=f"http_{response.status}")
    try:
        return response.json()
    except Unreadable as problem:
        # A web page with status 200: a gateway in between, or a store that is just moving.
        raise _doubt("Shopify answered with something else than JSON", writes=writes) from problem


def _data(answer: object, *, writes: bool) -> Mapping[str, Any]:
    errors, data = at(answer, "errors"), at(answer, "data")
    if errors:
        if writes and _any_root(data):
            raise OutcomeUnknown(f"Shopify answered with data and errors: {_texts(errors)}")
        _explain(errors, answer, writes=writes)
    if not isinstance(data, dict):
        raise _doubt("Shopify answered without data", writes=writes)
    return data


def _explain(errors: object, answer: object, *, writes: bool) -> NoReturn:
    """Top-level errors: a list of objects, or one text (a refused token, a wrong path)."""
    codes = {_code(error) for error in _listed(errors)}
    if "THROTTLED" in codes:
        raise Throttled("Shopify is throttling this store", after_seconds=_pause(answer))
    if "ACCESS_DENIED" in codes:
        raise Refused(f"Shopify denies access: {_texts(errors)}", code="ACCESS_DENIED")
    if TOO_COSTLY in codes:
        raise Refused(f"Shopify finds the call too large: {_texts(errors)}", code=TOO_COSTLY)
    if "INTERNAL_SERVER_ERROR" in codes:
        raise _doubt(f"Shopify failed: {_texts(errors)}", writes=writes)
    if isinstance(errors, str) and _TOKEN.search(errors):
        raise AccessLost(f"Shopify refuses the access token: {_texts(errors)}")
    raise Permanent(f"Shopify does not understand the call: {_texts(errors)}")


def _code(error: object) -> object:
    """Shopify's code; errors may come without extensions, and then two are known by words."""
    code, said = at(error, "extensions", "code"), at(error, "message")
    if code is None and isinstance(said, str):
        return next((name for begins, name in _BY_WORDS.items() if said.startswith(begins)), None)
    return code


def _pause(answer: object) -> float:
    """Seconds until the bucket holds what the call costs.

    https://shopify.dev/docs/api/usage/limits: points come back at restoreRate a second.
    """
    cost = at(answer, "extensions", "cost")
    wanted = at(cost, "requestedQueryCost")
    there = at(cost, "throttleStatus", "currentlyAvailable")
    rate = at(cost, "throttleStatus", "restoreRate")
    try:
        return min(max(float(wanted - there) / float(rate), 0.1), _LONGEST_PAUSE)
    except (TypeError, ValueError, ArithmeticError):
        return 1.0  # throttled without a word about the cost: one second's points may do


def _doubt(what: str, *, writes: bool) -> Retryable:
    return OutcomeUnknown(what) if writes else Retryable(what)


def _any_root(data: object) -> bool:
    return isinstance(data, dict) and any(root is not None for root in data.values())


def _listed(errors: object) -> list[Any]:
    return errors if isinstance(errors, list) else [errors]


def _texts(errors: object) -> str:
    texts = (at(error, "message") or error for error in _listed(errors))
    # A denied field is refused once for each row that has it.
    told = dict.fromkeys(text for text in texts if isinstance(text, str))
    return "; ".join(told)[:300] or "no reason given"


def _said(response: Response) -> str:
    try:
        return _texts(at(response.json(), "errors"))
    except Unreadable:
        return "no reason given"  # a page for people, not for programs: nothing to quote
