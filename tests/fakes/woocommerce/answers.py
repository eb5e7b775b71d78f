"""How WooCommerce answers: JSON, errors, pages of a list, trimmed fields."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from werkzeug.wrappers import Request, Response

_PER_PAGE_MAX = 100
_OUT_OF_BOUNDS = "per_page must be between 1 (inclusive) and 100 (inclusive)"


class Refusal(Exception):
    """An error answer: status, code, message, and what else stands in `data`."""

    def __init__(self, status: int, code: str, message: str, **data: Any) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"code": code, "message": message, "data": {"status": status, **data}}


def invalid(name: str, code: str, message: str) -> Refusal:
    """The 400 of a parameter that WordPress's own validation refused."""
    detail = {name: {"code": code, "message": message, "data": None}}
    said = f"Invalid parameter(s): {name}"
    return Refusal(400, "rest_invalid_param", said, params={name: message}, details=detail)


def answer(
    base_url: str, body: Any, status: int = 200, *, headers: Mapping[str, str] | None = None
) -> Response:
    said = {"Link": f'<{base_url}/wp-json/>; rel="https://api.w.org/"', **(headers or {})}
    text = json.dumps(body, separators=(",", ":")).replace("/", "\\/")
    return Response(text, status, said, content_type="application/json; charset=UTF-8")


def page(request: Request, base_url: str, found: Sequence[Any]) -> Response:
    """One page of a list, with the totals in headers; past the end they are 0."""
    per_page = _number(request, "per_page", 10)
    if not 1 <= per_page <= _PER_PAGE_MAX:
        raise invalid("per_page", "rest_out_of_bounds", _OUT_OF_BOUNDS)
    number = max(_number(request, "page", 1), 1)
    # `offset` is stronger than `page` (WP_Query: "offset overrides/ignores paged").
    start = max(_number(request, "offset", (number - 1) * per_page), 0)
    shown = list(found[start : start + per_page])
    total, pages = (len(found), -(-len(found) // per_page)) if shown else (0, 0)
    headers = {"X-WP-Total": str(total), "X-WP-TotalPages": str(pages)}
    if number < pages:
        query = urlencode({**request.args.to_dict(), "page": number + 1})
        headers["Link"] = f'<{request.base_url}?{query}>; rel="next"'
    return answer(base_url, [trimmed(request, one) for one in shown], headers=headers)


def _number(request: Request, name: str, default: int) -> int:
    text = request.args.get(name, str(default))
    if not text.lstrip("-").isdigit():
        raise invalid(name, "rest_invalid_type", f"{name} is not of type integer.")
    return int(text)


def trimmed(request: Request, payload: dict[str, Any]) -> dict[str, Any]:
    """Only `_fields`, which may reach into objects ("billing.email"); links go with the rest."""
    wanted = request.args.get("_fields", "")
    if not wanted:
        return payload
    said: dict[str, Any] = {}
    for path in wanted.split(","):
        name, _, inner = path.strip().partition(".")
        if name not in payload:
            continue
        if inner and isinstance(payload[name], dict):
            said.setdefault(name, {})[inner] = payload[name].get(inner)
        else:
            said[name] = payload[name]
    return said
