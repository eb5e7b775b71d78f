"""Secrets sealed at rest, tokens for links, and names that nobody can guess."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from connector.errors import Permanent

_CODE_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
_TOKEN_BYTES = 32


def new_token() -> str:
    """256 random bits, fit for a URL; store only its `digest`."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def digest(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


class Vault:
    """Seals with the first key, opens with any: a key is rotated by putting a new one first."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._fernet = MultiFernet([Fernet(_derived(key, b"seal")) for key in keys])
        self._naming_keys = [_derived(key, b"name") for key in keys]

    def seal(self, text: str) -> bytes:
        return self._fernet.encrypt(text.encode())

    def unseal(self, sealed: bytes) -> str:
        """Raises Permanent when no key opens it (SECRET_KEY changed without SECRET_KEY_OLD)."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken as problem:
            raise Permanent(
                "a stored secret cannot be opened: SECRET_KEY was changed; put the former one "
                "into SECRET_KEY_OLD"
            ) from problem

    def reseal(self, sealed: bytes) -> bytes:
        """The same secret under the first key."""
        return self._fernet.rotate(sealed)

    def session_key(self) -> str:
        """The key that signs browser sessions."""
        return hmac.new(self._naming_keys[0], b"sessions", hashlib.sha256).hexdigest()

    def code(self, name: str, *, length: int = 8) -> str:
        """A short code that is always the same for `name` and cannot be guessed from it."""
        stream = hmac.new(self._naming_keys[-1], name.encode(), hashlib.sha512).digest()
        return "".join(_CODE_LETTERS[byte % len(_CODE_LETTERS)] for byte in stream[:length])


def share(name: str) -> int:
    """A stable number from 0 to 9999 for `name`, evenly spread."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") % 10_000


def _derived(key: str, purpose: bytes) -> bytes:
    return base64.urlsafe_b64encode(
        hmac.new(key.encode(), b"askback:" + purpose, hashlib.sha256).digest()
    )
