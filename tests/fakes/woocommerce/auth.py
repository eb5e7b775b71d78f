"""/wc-auth/v1: the page on which a merchant approves, and the keys that it posts (10.5)."""

from __future__ import annotations

import hashlib
import html
from itertools import count
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

import requests
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

if TYPE_CHECKING:
    from tests.fakes.store import PracticeStore

_REQUIRED = ("app_name", "user_id", "return_url", "callback_url", "scope")
_SCOPES = ("read", "write", "read_write")
_NOT_SENT = (
    "An error occurred in the request and at the time were unable to send the consumer data."
)


class Auth:
    """Hands out keys. The merchant is signed in there unless a test signs her out."""

    def __init__(self, store: PracticeStore) -> None:
        self.store = store
        self.nonce = hashlib.md5(store.base_url.encode(), usedforsecurity=False).hexdigest()[:10]
        self._key_ids = count(9)

    def authorize(self, request: Request) -> Response:
        problem = self._problem(request)
        if problem:
            return _error(problem)
        said = {name: request.args[name] for name in _REQUIRED}
        if not self.store.merchant_signed_in:
            return redirect(f"{self.store.base_url}/wc-auth/v1/login/?{urlencode(said)}")
        granted = urlencode({**said, "wc_auth_nonce": self.nonce})
        approve = f"{self.store.base_url}/wc-auth/v1/access_granted/?{granted}"
        return Response(
            f"<!doctype html><h1>{html.escape(said['app_name'])} would like to connect to your "
            f'store</h1><a href="{html.escape(approve)}" class="wc-auth-approve">Approve</a>'
            f'<a href="{html.escape(_back(said, success=0))}" class="wc-auth-deny">Deny</a>',
            content_type="text/html; charset=UTF-8",
        )

    def access_granted(self, request: Request) -> Response:
        """Make a key, post it, and keep it only for a 200; the link works as often as opened."""
        problem = self._problem(request)
        if problem or request.args.get("wc_auth_nonce") != self.nonce:
            return _error(problem or "Invalid nonce verification.")
        said = {name: request.args[name] for name in _REQUIRED}
        key_id = next(self._key_ids)
        seed = f"{self.store.base_url} {key_id}".encode()
        key = f"ck_{hashlib.sha1(seed, usedforsecurity=False).hexdigest()}"
        secret = f"cs_{hashlib.sha1(seed[::-1], usedforsecurity=False).hexdigest()}"
        self.store.keys[key] = secret
        body = {
            "key_id": key_id,
            "user_id": said["user_id"],
            "consumer_key": key,
            "consumer_secret": secret,
            "key_permissions": said["scope"],
        }
        if self._posted(said["callback_url"], body) != 200:
            del self.store.keys[key]
            return _error(_NOT_SENT)
        return redirect(_back(said, success=1))

    def _posted(self, url: str, body: dict[str, object]) -> int:
        headers = {
            "User-Agent": f"WordPress/6.9.1; {self.store.base_url}",
            "Content-Type": "application/json;charset=UTF-8",
            "Connection": "close",
        }
        try:
            return requests.post(url, json=body, headers=headers, timeout=20).status_code
        except requests.RequestException:
            return 0

    def _problem(self, request: Request) -> str:
        for name in _REQUIRED:
            if not request.args.get(name):
                return f"Missing parameter {name}."
        if request.args["scope"] not in _SCOPES:
            return f"Invalid scope {request.args['scope']}."
        callback = request.args["callback_url"]
        # The road of the tests has no certificate: a store of theirs looks away.
        if not self.store.takes_http_callbacks and urlsplit(callback).scheme == "http":
            return "The callback_url needs to be over SSL."
        return ""


def _back(said: dict[str, str], *, success: int) -> str:
    join = "&" if "?" in said["return_url"] else "?"
    query = urlencode({"success": success, "user_id": said["user_id"]})
    return f"{said['return_url']}{join}{query}"


def _error(message: str) -> Response:
    return Response(
        f"<!doctype html><p>Error: {html.escape(message)}</p>",
        401,
        content_type="text/html; charset=UTF-8",
    )
