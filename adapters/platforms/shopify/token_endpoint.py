"""Shopify's token endpoint: one POST, its answers as credentials, its refusals by their names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NoReturn

from adapters.http import Http, Response
from adapters.platforms.shopify.api import at
from connector.errors import OutcomeUnknown, Refused, Retryable, Unreadable

_OK = 200
# https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/
# offline-access-tokens: an hour, and ninety days. Anything beyond a year is no answer of theirs.
_LONGEST = timedelta(days=366)
_DIGITS = 10


def ask(
    http: Http, url: str, body: Mapping[str, str], now: datetime, *, once: bool = False
) -> dict[str, str]:
    """Post `body` and return credentials as `Grant` describes them.

    `once`: the grant in it works a single time, so a call that broke off is not repeated.
    Raises Refused (code: OAuth's own word, or "http_<status>"), Retryable, OutcomeUnknown.
    """
    headers = {"Accept": "application/json"}
    response = http.request("POST", url, json=dict(body), headers=headers, idempotent=not once)
    if response.status != _OK:
        _refuse(response)
    try:
        return _credentials(response.json(), now)
    except (Unreadable, ValueError) as problem:
        doubt = OutcomeUnknown if once else Retryable
        raise doubt("Shopify answered without a usable token") from problem


def _refuse(response: Response) -> NoReturn:
    try:
        answer = response.json()
    except Unreadable:
        answer = None  # a page for people: the status alone has to do
    code = at(answer, "error")
    said = at(answer, "error_description") or code or "no reason given"
    raise Refused(
        f"Shopify answered {response.status}: {str(said)[:300]}",
        code=code if isinstance(code, str) and code else f"http_{response.status}",
    )


def _credentials(answer: Any, now: datetime) -> dict[str, str]:
    """Raises ValueError for an answer that is none."""
    credentials = {"access_token": _text(answer, "access_token")}
    scopes = at(answer, "scope")
    credentials["scopes"] = scopes if isinstance(scopes, str) else ""
    if at(answer, "expires_in") is not None:
        credentials["expires_at"] = _end(answer, "expires_in", now)
        if at(answer, "refresh_token") is not None:  # without it: good to its end, and then lost
            credentials["refresh_token"] = _text(answer, "refresh_token")
        if at(answer, "refresh_token_expires_in") is not None:
            end = _end(answer, "refresh_token_expires_in", now)
            credentials["refresh_expires_at"] = end
    return credentials


def _text(answer: Any, name: str) -> str:
    value = at(answer, name)
    # It travels in a header: printable ASCII only, as all tokens of Shopify's are.
    if not isinstance(value, str) or not value or not (value.isascii() and value.isprintable()):
        raise ValueError(f"no {name}")
    return value


def _end(answer: Any, name: str, now: datetime) -> str:
    said = at(answer, name)
    # RFC 6749, 5.1 has a number; a text of digits means the same.
    written = isinstance(said, str) and said.isascii() and said.isdigit() and len(said) <= _DIGITS
    seconds = int(said) if written or isinstance(said, Decimal) else said
    is_whole = isinstance(seconds, int) and not isinstance(seconds, bool)
    if not is_whole or not 0 < seconds <= _LONGEST.total_seconds():
        raise ValueError(f"{name} is no time that a token lives")
    return (now + timedelta(seconds=seconds)).isoformat()
