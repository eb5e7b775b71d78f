"""The merchant's way to WooCommerce's own approval page and back, and the door for the keys."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import urlsplit

from flask import Blueprint, Response, g, jsonify, request, url_for
from sqlalchemy.exc import SQLAlchemyError

from connector import log, pages
from connector.connecting import woocommerce
from connector.connecting.models import AttemptState, ConnectAttempt
from connector.errors import Unreadable
from connector.machine import Machine
from connector.ports.keys import Unfit
from connector.stores import moving
from connector.stores.models import Store, User

LARGEST_GRANT = 4096
"""The recorded one has 200 bytes."""

REFRESH_SECONDS = 3

PATH = "/connect/woocommerce"

_log = log.logger("connect")


class Desk(Protocol):
    """What these pages borrow from the dashboard, which stands further down the road."""

    def signed_in(self) -> User | None: ...

    def page(self, template: str, *, status: int = 200, **facts: Any) -> Response: ...

    def see(self, address: str) -> Response: ...


def merchant_pages(desk: Desk) -> Blueprint:
    """The pages of a signed-in merchant."""
    routes = Blueprint("connect_woocommerce", __name__, template_folder="templates")
    counter = _Counter(desk)
    routes.before_request(counter.know_the_user)
    routes.add_url_rule(PATH, "ask", counter.ask)
    routes.add_url_rule(PATH, "begin", counter.begin, methods=["POST"])
    routes.add_url_rule(f"{PATH}/return", "returned", counter.returned)
    return routes


keys_door = Blueprint("connect_woocommerce_keys", __name__)
"""Needs no session: the nonce in the body is what lets in."""


@keys_door.post(f"{PATH}/keys")
def take_keys() -> tuple[Response, int]:
    """The store's callback. Anything but 200 makes the store delete the key that it has made."""
    body = request.stream.read(LARGEST_GRANT + 1)
    if len(body) > LARGEST_GRANT:
        return _told(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "larger than any keys")
    try:
        taken = _taken(pages.machine(), body)
    except Unreadable as problem:
        return _told(HTTPStatus.BAD_REQUEST, str(problem)[:300])
    except SQLAlchemyError as problem:
        _log.error("keys not written", problem=type(problem).__name__)
        return _told(HTTPStatus.SERVICE_UNAVAILABLE, "cannot write now, approve again")
    if not taken:
        return _told(HTTPStatus.NOT_FOUND, "no attempt waits for these keys")
    return jsonify(status="written"), HTTPStatus.OK


def _taken(machine: Machine, body: bytes) -> bool:
    grant, now = woocommerce.read_grant(machine, body), machine.now()
    with machine.database.reading() as session:
        if not woocommerce.awaits(session, grant, now):
            return False
    with machine.database.transaction() as session:
        return woocommerce.take(session, machine, now, grant=grant)


def _told(status: HTTPStatus, error: str) -> tuple[Response, int]:
    return jsonify(error=error), status


class _Counter:
    """The three pages, with the desk that they stand at."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def know_the_user(self) -> Response | None:
        known = self._desk.signed_in()
        if known is None:
            return self._desk.see(url_for("login.ask"))
        g.user = known
        return None

    def ask(self) -> Response:
        """Look at the address and say what stands there: a store and a button, or what to do."""
        typed = request.args.get("url", "").strip()
        if not typed:
            return self._desk.see(url_for("stores.connecting_page", platform="woocommerce"))
        machine = pages.machine()
        if not woocommerce.can_be_called_back(machine):
            return self._unfit("our_http", typed)
        try:
            found = woocommerce.find(machine, typed)
        except Unfit as problem:
            return self._unfit(problem.code, typed, problem.suggestion)
        page = self._desk.page(
            "connecting/woo_approve.html",
            section="stores",
            found=found,
            former=self._former(found.base_url),
            # Only a practice store hands keys to http: a real one ends on a page of its own.
            refused_by_real_ones=not machine.settings.public_url.startswith("https://"),
        )
        page.headers["Content-Security-Policy"] = _policy(found.base_url)
        return page

    def begin(self) -> Response:
        """One nonce, one redirect to the store's own page."""
        typed, machine = request.form.get("url", "").strip(), pages.machine()
        if not woocommerce.can_be_called_back(machine):
            return self._unfit("our_http", typed)
        try:
            # Looked at again: between page and button anything may have been put into the form.
            found = woocommerce.find(machine, typed)
            before = _one_of(self._former(found.base_url), request.form.get("formerly", ""))
            with machine.database.transaction() as session:
                approval = woocommerce.begin(
                    session, machine, g.user, machine.now(),
                    base_url=found.base_url, formerly_id=before,
                )  # fmt: skip
        except Unfit as problem:
            return self._unfit(problem.code, typed, problem.suggestion)
        except woocommerce.TooMany:
            return self._unfit("too_many", typed, status=HTTPStatus.TOO_MANY_REQUESTS)
        return self._desk.see(approval)

    def _former(self, base_url: str) -> Sequence[Store]:
        """Her stores that the one at this address may have been before."""
        with pages.machine().database.reading() as session:
            return moving.elsewhere(
                session, g.user.account_id, woocommerce.PLATFORM, address=base_url
            )

    def returned(self) -> Response:
        """Where the store sends her back to: it shows, and changes nothing."""
        machine = pages.machine()
        with machine.database.reading() as session:
            attempt = woocommerce.attempt_of(session, g.user, request.args.get("user_id", ""))
            store = session.get(Store, attempt.store_id) if attempt and attempt.store_id else None
        state = self._state(attempt)
        return self._desk.page(
            "connecting/woo_return.html",
            status=HTTPStatus.OK if attempt else HTTPStatus.NOT_FOUND,
            section="stores",
            state=state,
            attempt=attempt,
            store=store,
            refresh=REFRESH_SECONDS if state in ("waiting", "received") else 0,
        )

    def _state(self, attempt: ConnectAttempt | None) -> str:
        """What to tell her: the attempt's own state, or unknown, late, cancelled."""
        if attempt is None:
            return "unknown"
        if attempt.state != AttemptState.WAITING:
            return attempt.state
        if attempt.expires_at <= pages.machine().now():
            return "late"
        return "cancelled" if request.args.get("success") == "0" else "waiting"

    def _unfit(
        self,
        code: str,
        typed: str,
        suggestion: str = "",
        *,
        status: int = HTTPStatus.UNPROCESSABLE_ENTITY,
    ) -> Response:
        return self._desk.page(
            "connecting/woo_unfit.html",
            status=status,
            section="stores",
            code=code,
            typed=typed[:400],
            suggestion=suggestion,
        )


def _one_of(stores: Sequence[Store], said: str) -> int | None:
    """The store of hers that she names; None where she names none."""
    return next((one.id for one in stores if str(one.id) == said), None)


def _policy(base_url: str) -> str:
    """The site's own policy, and the one store that this page's form leads to.

    Browsers hold a form's redirects to `form-action` too, and would stop at our door.
    """
    parts = urlsplit(base_url)
    return (
        "default-src 'self'; img-src 'self' https: data:; object-src 'none'; base-uri 'none'; "
        f"frame-ancestors 'none'; form-action 'self' {parts.scheme}://{parts.netloc}"
    )
