"""How a merchant lets us into her Shopify store: permission page, tokens, their renewal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode

from adapters.http import Http
from adapters.platforms.shopify import scopes, session_tokens, token_endpoint
from adapters.platforms.shopify.install import strict_domain
from adapters.signatures import verify_hex_hmac
from connector.errors import AccessLost, NotAuthentic, Refused, Retryable
from connector.ports.authorization import Authorization, Callback, Grant, Query
from connector.ports.platform import Access

OLDEST = timedelta(hours=24)
"""As ShopifyAPI has it. A replay is stopped by the state, which works once and for minutes."""
AHEAD = timedelta(hours=1)
"""So far may Shopify's clock be before ours."""

UNWELL_SECONDS = 900.0
"""Until a renewal is tried again that failed for a reason which a human has to mend."""

_LOST = frozenset({"invalid_grant", "invalid_request", "invalid_token"})
"""OAuth's own words (RFC 6749, 5.2; `invalid_request` is what Shopify says of a refresh token that
is not active) end a permission. A bare 400, 401 or 403 does not: a firewall's page looks the same.
"""
_SECONDS_DIGITS = 12
_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
_ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"  # noqa: S105 # the name of a kind of token
_OFFLINE = "urn:shopify:params:oauth:token-type:offline-access-token"


class OAuth(Authorization):
    """One app's conversation with Shopify; `secrets`: the present one, then the one before."""

    def __init__(
        self, http: Http, *, client_id: str, secrets: Sequence[str], admin_origin: str
    ) -> None:
        self.http = http
        self.client_id = client_id
        self.secrets = tuple(secrets)
        self.admin_origin = admin_origin

    def authorization_url(self, shop: str, *, state: str, redirect_uri: str) -> str:
        """https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/authorization-code-grant"""
        query = {
            "client_id": self.client_id,
            "scope": scopes.asked(),
            "redirect_uri": redirect_uri,
            "state": state,
            "grant_options[]": "",  # not per user: a token that works while nobody is there
        }
        return f"{self._admin(shop)}/oauth/authorize?{urlencode(query)}"

    def authenticate(self, query: Query, now: datetime) -> Callback:
        said = dict(query)
        if len(said) != len(query):
            raise NotAuthentic("a value is there twice, and one of them was not signed")
        signature = said.pop("hmac", None)
        verify_hex_hmac(_signed_forms(said), signature, self.secrets)
        _check_age(said.get("timestamp", ""), now)
        shop, state, code = (said.get(name, "") for name in ("shop", "state", "code"))
        if not code or not state:
            raise NotAuthentic("the code or the state is missing")
        return Callback(shop=strict_domain(shop), state=state, code=code)

    def redeem(self, query: Query, now: datetime) -> Grant:
        callback = self.authenticate(query, now)
        return self._granted(
            callback.shop, {"code": callback.code, "expiring": "1"}, now, once=True
        )

    def refresh(self, access: Access, now: datetime) -> Access:
        """Shopify takes the former refresh token again until the new one is used:
        https://shopify.dev/changelog/more-resilient-refreshes-for-expiring-offline-access-tokens
        """
        token = access.credentials.get("refresh_token", "")
        if not token:
            raise AccessLost("the access has expired, and there is no token to renew it by")
        try:
            grant = self._granted(
                access.shop, {"refresh_token": token, "grant_type": "refresh_token"}, now
            )
        except Refused as problem:
            if problem.code in _LOST:
                raise AccessLost(str(problem)) from problem
            # An app secret that is wrong here (`invalid_client`: every store's at once), a frozen
            # store, a page for people: mended without a new permission.
            raise Retryable(str(problem), after_seconds=UNWELL_SECONDS) from problem
        # RFC 6749, 6: where no new refresh token comes, the old one goes on.
        kept = {"refresh_token": token, **grant.access.credentials}
        return replace(grant.access, credentials=kept)

    def exchange(self, session_token: str, now: datetime) -> Grant:
        """https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/token-exchange"""
        shop = session_tokens.shop_of(
            session_token, now, client_id=self.client_id, secrets=self.secrets
        )
        body = {
            "grant_type": _EXCHANGE,
            "subject_token": session_token,
            "subject_token_type": _ID_TOKEN,
            "requested_token_type": _OFFLINE,
            "expiring": "1",
        }
        return self._granted(shop, body, now)

    def _granted(
        self, shop: str, body: Mapping[str, str], now: datetime, *, once: bool = False
    ) -> Grant:
        ours = {"client_id": self.client_id, "client_secret": self.secrets[0]}
        url = f"{self._admin(shop)}/oauth/access_token"
        credentials = token_endpoint.ask(self.http, url, {**ours, **body}, now, once=once)
        access = Access(base_url=f"https://{shop}", credentials=credentials, shop=shop)
        return Grant(shop=shop, access=access)

    def _admin(self, shop: str) -> str:
        return f"{self.admin_origin.format(shop=shop)}/admin"


def _signed_forms(said: Mapping[str, str]) -> tuple[bytes, bytes]:
    """What may have been signed: Shopify's own libraries do not agree where values hold `=` & co.

    First ShopifyAPI's form (only the delimiters escaped), then the Node and Ruby libraries'
    (as a form is encoded). Each names one set of values only, so neither can stand for another
    one's but where a plus sign and a space are exchanged; of no value that we use.
    """
    pairs = sorted(said.items())
    escaped = "&".join(f"{_key(name)}={_value(value)}" for name, value in pairs)
    encoded = "&".join(f"{_form(name)}={_form(value)}" for name, value in pairs)
    return escaped.encode("utf-8", "surrogatepass"), encoded.encode()


def _key(name: str) -> str:
    return _value(name).replace("=", "%3D")


def _value(value: str) -> str:
    return value.replace("%", "%25").replace("&", "%26")


def _form(text: str) -> str:
    """As URLSearchParams writes it: `*` stays, `~` does not, a space becomes a plus sign."""
    quoted = quote(text, safe="* ", errors="surrogatepass")
    return quoted.replace(" ", "+").replace("~", "%7E")


def _check_age(timestamp: str, now: datetime) -> None:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= _SECONDS_DIGITS):
        raise NotAuthentic("the time of the redirect is no time")
    seconds = now.astimezone(UTC).timestamp() - int(timestamp)
    if not -AHEAD.total_seconds() <= seconds <= OLDEST.total_seconds():
        raise NotAuthentic("the redirect is too old, or of a time to come")
