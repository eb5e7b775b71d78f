"""One-click keys: the page on which a merchant approves, and what the store posts after it.

https://woocommerce.com/document/woocommerce-rest-api/#authentication-endpoint (wc-auth/v1)
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from adapters import strict_json
from connector.errors import Unreadable
from connector.ports.keys import Approval, Grant

SCOPE = "read_write"
"""Coupons, order notes and webhooks are written; nothing of it works with less."""

_NONCE = re.compile(r"[A-Za-z0-9_-]{8,128}\Z")


class _Grant(Schema):
    """{key_id, user_id, consumer_key, consumer_secret, key_permissions}, as it was recorded."""

    class Meta:
        unknown = EXCLUDE

    key_id = fields.Integer(required=True, strict=True)
    user_id = fields.String(required=True, validate=validate.Regexp(_NONCE))
    consumer_key = fields.String(required=True, validate=validate.Regexp(r"ck_[0-9a-f]{40}\Z"))
    consumer_secret = fields.String(required=True, validate=validate.Regexp(r"cs_[0-9a-f]{40}\Z"))
    key_permissions = fields.String(required=True, validate=validate.Equal(SCOPE))


_GRANT = _Grant()


def approval_url(base_url: str, approval: Approval) -> str:
    """All five are required by the store, which shows `app_name` to who approves."""
    query = urlencode(
        {
            "app_name": approval.app_name,
            "scope": SCOPE,
            "user_id": approval.nonce,
            "return_url": approval.return_url,
            "callback_url": approval.callback_url,
        }
    )
    return f"{base_url}/wc-auth/v1/authorize?{query}"


def read(body: bytes) -> Grant:
    """The store's callback; it is unsigned and names no store. Raises Unreadable."""
    try:
        said: dict[str, Any] = _GRANT.load(strict_json.loads(body))
    except ValidationError as problem:  # the names of the fields only: never what stood there
        wrong = ", ".join(sorted(map(str, problem.messages_dict)))
        raise Unreadable(f"no keys of a WooCommerce store: {wrong}") from problem
    return Grant(
        nonce=said["user_id"],
        credentials={name: said[name] for name in ("consumer_key", "consumer_secret")},
    )
