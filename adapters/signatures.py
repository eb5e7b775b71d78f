"""The one place where a body's bytes meet the signature that came with them."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence

from adapters import strict_json
from connector.errors import NotAuthentic, Unreadable


def verify_base64_hmac(body: bytes, signature: str | None, secrets: Sequence[str]) -> None:
    """Raise NotAuthentic unless one of `secrets` made this base64 HMAC-SHA256 of `body`.

    Every secret is tried, so that a rotation may overlap. An empty secret never matches:
    its signatures can be made by anyone. Whatever a stranger sends as a signature ends in
    NotAuthentic and in nothing else.
    """
    given = _decoded(signature)
    if not _signed(body, given, secrets):
        raise NotAuthentic("the signature belongs to none of this store's secrets")


def verify_hex_hmac(forms: Sequence[bytes], signature: str | None, secrets: Sequence[str]) -> None:
    """Raise NotAuthentic unless a secret made this hexadecimal HMAC-SHA256 of one of `forms`.

    `forms` are the ways in which the sender may have written down the same thing to sign it.
    """
    try:
        given = bytes.fromhex(signature or "")
    except ValueError as problem:
        raise NotAuthentic("the signature is not hexadecimal") from problem
    matches = False
    for form in forms:
        matches |= _signed(form, given, secrets)
    if not matches:
        raise NotAuthentic("the signature belongs to none of the app's secrets")


def verify_hs256(token: str, secrets: Sequence[str]) -> bytes:
    """The payload of a JSON Web Token (RFC 7515, compact) that one of `secrets` signed by HS256.

    The signature is looked at before anything is parsed. Raises NotAuthentic, and nothing else.
    """
    try:
        header, payload, signature = token.encode("ascii").split(b".")
        given, algorithm, said = (_unpadded(part) for part in (signature, header, payload))
    except ValueError as problem:
        raise NotAuthentic("this is no signed token") from problem
    if not _signed(header + b"." + payload, given, secrets):
        raise NotAuthentic("the token was signed by nobody we know")
    try:
        named = strict_json.loads(algorithm)
    except Unreadable as problem:
        raise NotAuthentic("the token's header is no JSON") from problem
    # "none" and public-key algorithms never get here with a right HMAC; another HMAC might.
    if not isinstance(named, dict) or named.get("alg") != "HS256":
        raise NotAuthentic("the token names another algorithm")
    return said


def _signed(body: bytes, given: bytes, secrets: Sequence[str]) -> bool:
    matches = False
    for secret in secrets:
        expected = hmac.new(secret.encode(), body, hashlib.sha256).digest()
        # No early exit: the time taken does not tell which secret it was.
        matches |= bool(secret) & hmac.compare_digest(expected, given)
    return matches


def _unpadded(part: bytes) -> bytes:
    """base64url without padding (RFC 7515, 2). Raises ValueError (binascii.Error is one)."""
    if set(part) & set(b"+/="):
        raise ValueError("the letters are not base64url's")
    padded = part + b"=" * (-len(part) % 4)
    return base64.b64decode(padded, altchars=b"-_", validate=True)


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
