"""Why a store was not connected: one name each, its status, its page."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from connector import texts
from connector.connecting.actions_shopify import SIGN_IN, TAKEN
from connector.errors import AskbackError, NotAuthentic, Refused, Retryable

STATUSES = {
    "off": HTTPStatus.NOT_FOUND,
    "no_shop": HTTPStatus.UNPROCESSABLE_ENTITY,
    "sign_in": HTTPStatus.FORBIDDEN,
    "denied": HTTPStatus.FORBIDDEN,
    "forged": HTTPStatus.UNAUTHORIZED,
    "stale": HTTPStatus.FORBIDDEN,
    "other_shop": HTTPStatus.FORBIDDEN,
    "used": HTTPStatus.CONFLICT,
    "refused": HTTPStatus.UNPROCESSABLE_ENTITY,
    "down": HTTPStatus.SERVICE_UNAVAILABLE,
    "taken": HTTPStatus.CONFLICT,
}
"""Failure → HTTP status; the texts are `connect_shopify.<failure>`."""

_BY_CODE = {
    SIGN_IN: "sign_in",
    TAKEN: "taken",
    # What the token endpoint says of a code or session token that does not count (any more):
    "invalid_request": "used",
    "invalid_grant": "used",
    "invalid_subject_token": "used",
    "http_400": "used",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """`name` is a key of STATUSES; `said` are the platform's own words, where they help."""

    name: str
    shop: str = ""
    said: str = ""

    @property
    def status(self) -> int:
        return STATUSES[self.name]


def failure(problem: AskbackError, shop: str = "") -> Failure:
    """What a failed connection is called."""
    if isinstance(problem, NotAuthentic):
        return Failure(name="forged", shop=shop)
    if isinstance(problem, Retryable):
        return Failure(name="down", shop=shop)
    name = _BY_CODE.get(problem.code) if isinstance(problem, Refused) else None
    return Failure(
        name=name or "refused", shop=shop, said="" if name else texts.clean(str(problem))[:300]
    )
