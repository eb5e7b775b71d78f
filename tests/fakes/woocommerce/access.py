"""Who may speak to a WooCommerce store: Basic auth over https, OAuth 1.0a over http."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import quote

from werkzeug.wrappers import Request

_DIGESTS = {"HMAC-SHA256": hashlib.sha256, "HMAC-SHA1": hashlib.sha1}
_NOBODY = ("woocommerce_rest_cannot_view", "Sorry, you cannot list resources.")
_WRONG = "woocommerce_rest_authentication_error"


def refusal(
    request: Request, *, keys: Mapping[str, str], behind_tls: bool
) -> tuple[str, str] | None:
    """Code and message of the 401, or None for who holds a key. An unknown key is nobody."""
    if "oauth_consumer_key" in request.args:
        return _refuse_oauth(request, keys=keys)
    given = request.authorization
    # Over plain http WooCommerce does not even look at a Basic header.
    if not behind_tls or given is None or given.username not in keys:
        return _NOBODY
    if not hmac.compare_digest(given.password or "", keys[given.username]):
        return _WRONG, "Consumer secret is invalid."
    return None


def _refuse_oauth(request: Request, *, keys: Mapping[str, str]) -> tuple[str, str] | None:
    # PHP keeps the last of several equal names; with the first kept, list parameters would pass
    # which a real store refuses.
    said = {name: values[-1] for name, values in request.args.lists()}
    secret = keys.get(said["oauth_consumer_key"])
    if secret is None:
        return _WRONG, "Consumer key is invalid."
    method = said.get("oauth_signature_method", "")
    if method not in _DIGESTS:
        return _WRONG, "Invalid signature - signature method is invalid."
    given = said.pop("oauth_signature", "")
    wanted = signature(request.method, request.base_url, said, secret=secret, method=method)
    if not hmac.compare_digest(given, wanted):
        return _WRONG, "Invalid signature - provided signature does not match."
    return None


def signature(verb: str, url: str, said: dict[str, str], *, secret: str, method: str) -> str:
    """RFC 5849, section 3.4, without a token: the key is the secret and an ampersand."""

    def encode(text: str) -> str:
        return quote(text, safe="~")

    pairs = sorted((encode(name), encode(value)) for name, value in said.items())
    joined = "&".join(f"{name}={value}" for name, value in pairs)
    base = "&".join((verb.upper(), encode(url), encode(joined)))
    digest = hmac.new(f"{secret}&".encode(), base.encode(), _DIGESTS[method]).digest()
    return base64.b64encode(digest).decode()
