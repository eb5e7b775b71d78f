"""Who signed a delivery: one of the store's secrets, or nobody."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest

from adapters.signatures import verify_base64_hmac
from connector.errors import NotAuthentic

BODY = '{"name": "☕"}'.encode()


def signed(secret: str, body: bytes = BODY) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


@pytest.mark.parametrize("secret", ["new secret", "old secret"])
def test_both_secrets_count_while_they_are_rotated(secret: str) -> None:
    verify_base64_hmac(BODY, signed(secret), ["new secret", "old secret"])


@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        "☕",
        "not base64!",
        "YWJj",
        signed("a stranger's"),
        signed("ours")[:-4],
        signed("ours") + "\n",
        hmac.new(b"ours", BODY, hashlib.sha256).hexdigest(),
        signed("ours", BODY + b" "),
    ],
)
def test_whatever_a_stranger_sends_is_only_not_authentic(signature: str | None) -> None:
    with pytest.raises(NotAuthentic):
        verify_base64_hmac(BODY, signature, ["ours"])


def test_an_empty_secret_proves_nothing() -> None:
    with pytest.raises(NotAuthentic):
        verify_base64_hmac(BODY, signed(""), ["", "ours"])


def test_without_secrets_nobody_is_believed() -> None:
    with pytest.raises(NotAuthentic):
        verify_base64_hmac(BODY, signed("ours"), [])
