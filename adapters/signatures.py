"""The one place where a body's bytes meet the signature that came with them."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence

from connector.errors import NotAuthentic


def verify_base64_hmac(body: bytes, signature: str | None, secrets: Sequence[str]) -> None:
    """Raise NotAuthentic unless one of `secrets` made this base64 HMAC-SHA256 of `body`.

    Every secret is tried, so that a rotation may overlap. An empty secret never matches:
    its signatures can be made by anyone. Whatever a stranger sends as a signature ends in
    NotAuthentic and in nothing else.
    """
    given = _decoded(signature)
    matches = False
    for secret in secrets:
        expected = hmac.new(secret.encode(), body, hashlib.sha256).digest()
        # No early exit: the time taken does not tell which secret it was.
        matches |= bool(secret) & hmac.compare_digest(expected, given)
    if not matches:
        raise NotAuthentic("the signature belongs to none of this store's secrets")


def _decoded(signature: str | None) -> bytes:
    if not signature:
        raise NotAuthentic("the delivery is not signed")
    try:
        given = base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError) as problem:
        raise NotAuthentic("the signature is not base64") from problem
    if len(given) != hashlib.sha256().digest_size:
        raise NotAuthentic("the signature has the wrong length")
    return given
