"""Shopify's permission page and token endpoint, for one app that the merchant may let in."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from urllib.parse import urlencode

from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

APP_KEY = "practice-app-key"
APP_SECRET = "practice-app-secret"
ACCESS_LIVES = timedelta(hours=1)
REFRESH_LIVES = timedelta(days=90)
_SCOPES = (
    "read_orders,read_customers,read_products,read_fulfillments,read_discounts,write_discounts,"
    "write_customers,write_orders,read_draft_orders,write_draft_orders"
)
_TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"


@dataclass(frozen=True, slots=True)
class Pair:
    """An access token and the refresh token that came with it, and when each dies."""

    access: str
    refresh: str
    access_ends: datetime
    refresh_ends: datetime


class App:
    """What Shopify knows of the app in this store. A test sets what the merchant decides."""

    def __init__(self, now: Callable[[], datetime], shop: str) -> None:
        self.now, self.shop = now, shop
        self.key, self.secret = APP_KEY, APP_SECRET
        self.approves = True
        self.protected_data = True
        self.ignored_filters: set[str] = set()
        self.scopes: tuple[str, ...] = tuple(_SCOPES.split(","))
        self.pair: Pair | None = None
        # Takes part once more until the newer pair is used: an answer may have been lost.
        self.previous: Pair | None = None
        self._codes: set[str] = set()
        self._numbers = count(1)

    def lets_in(self, token: str) -> bool:
        """Is this the access token of the present pair, and alive?"""
        pair = self.pair
        if pair is None or token != pair.access or self.now() >= pair.access_ends:
            return False
        self.previous = None
        return True

    def expires_tokens(self) -> None:
        """The merchant takes the permission back."""
        self.pair = self.previous = None

    def ends_the_access_token(self) -> None:
        """Before its time; the refresh token stays what it was."""
        assert self.pair is not None
        self.pair, self.previous = replace(self.pair, access="ended"), None

    # GET /admin/oauth/authorize

    def authorize(self, request: Request) -> Response:
        asked = request.args
        if asked.get("client_id") != self.key or not asked.get("redirect_uri"):
            return Response("Oauth error application_cannot_be_found", 400)
        said = {"shop": self.shop, "state": asked.get("state", "")}
        if self.approves:
            self.scopes = tuple(asked["scope"].split(","))
            code = hashlib.sha256(f"code {next(self._numbers)}".encode()).hexdigest()[:32]
            self._codes.add(code)
            said |= {"code": code}
        else:
            said |= {"error": "access_denied", "error_description": "The merchant said no."}
        return redirect(f"{asked['redirect_uri']}?{urlencode(self.signed(said))}")

    def signed(self, said: Mapping[str, str], secret: str = "") -> dict[str, str]:
        """The query of a redirect, with Shopify's time and signature."""
        host = base64.b64encode(f"{self.shop}/admin".encode()).decode().rstrip("=")
        query = {"timestamp": f"{self.now().timestamp():.0f}", "host": host, **said}
        text = urlencode(sorted(query.items())).encode()
        return {
            **query,
            "hmac": hmac.new((secret or self.secret).encode(), text, "sha256").hexdigest(),
        }

    def session_token(self, **other: Any) -> str:
        """What App Bridge gives to the page embedded in this shop's admin."""
        seconds = int(self.now().timestamp())
        claims = {
            "iss": f"https://{self.shop}/admin", "dest": f"https://{self.shop}",
            "aud": self.key, "sub": "42", "exp": seconds + 60, "nbf": seconds, "iat": seconds,
            "jti": f"jti-{next(self._numbers)}", "sid": "a-session",
        }  # fmt: skip
        parts = ({"alg": "HS256", "typ": "JWT"}, claims | other)
        text = b".".join(_unpadded(json.dumps(part).encode()) for part in parts)
        signature = hmac.new(self.secret.encode(), text, "sha256").digest()
        return b".".join((text, _unpadded(signature))).decode()

    # POST /admin/oauth/access_token

    def token(self, request: Request, *, installed: bool) -> Response:
        asked = json.loads(request.get_data() or b"{}")
        if (asked.get("client_id"), asked.get("client_secret")) != (self.key, self.secret):
            return _refused("invalid_client", "Client authentication failed")
        grant = asked.get("grant_type", "authorization_code")
        if grant == "authorization_code":
            if asked.get("code") not in self._codes:
                return _refused("invalid_request", "The code was not found or was already used")
            self._codes.remove(asked["code"])
        elif grant == "refresh_token":
            if not installed or not self._may_refresh(asked.get("refresh_token")):
                return _refused("invalid_request", "This request requires an active refresh_token")
        elif grant != _TOKEN_EXCHANGE or asked.get("subject_token", "").count(".") != 2:
            return _refused("invalid_subject_token", "The token is not valid")
        return self._granted(expiring=asked.get("expiring") == "1" or grant == "refresh_token")

    def _may_refresh(self, token: str | None) -> bool:
        known = [pair for pair in (self.pair, self.previous) if pair and pair.refresh == token]
        return bool(known) and self.now() < known[0].refresh_ends

    def _granted(self, *, expiring: bool) -> Response:
        if not expiring:
            said = "Non-expiring access tokens are no longer accepted for the Admin API."
            return _refused("invalid_request", said)
        number = next(self._numbers)
        name = hashlib.sha256(f"{self.shop} {number}".encode()).hexdigest()
        pair = Pair(
            f"shpat_{name[:32]}", f"shprt_{name[32:]}",
            self.now() + ACCESS_LIVES, self.now() + REFRESH_LIVES,
        )  # fmt: skip
        # Refreshed with the previous one once more: the pair that nobody used is forgotten.
        self.previous, self.pair = self.previous or self.pair, pair
        body = {
            "access_token": pair.access,
            "scope": ",".join(self.scopes),
            "expires_in": int(ACCESS_LIVES.total_seconds()),
            "refresh_token": pair.refresh,
            "refresh_token_expires_in": int(REFRESH_LIVES.total_seconds()),
        }
        return Response(json.dumps(body), 200, content_type="application/json; charset=utf-8")


def _refused(error: str, description: str) -> Response:
    body = {"error": error, "error_description": description}
    return Response(json.dumps(body), 400, content_type="application/json; charset=utf-8")


def _unpadded(part: bytes) -> bytes:
    return base64.urlsafe_b64encode(part).rstrip(b"=")
