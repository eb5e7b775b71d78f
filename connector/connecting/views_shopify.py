"""One click to Shopify: to its permission page, back with a code; or with a session token."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from http import HTTPStatus

from flask import Blueprint, Response, jsonify, make_response, request, session, url_for
from werkzeug.exceptions import MethodNotAllowed

from connector import clock, log, pages, texts, vault
from connector.connecting import actions_shopify as actions
from connector.connecting.failures import Failure, failure
from connector.errors import AskbackError, NotAuthentic, Permanent, Refused
from connector.ports.authorization import Authorization, Callback, Grant
from connector.ports.platform import Platform
from connector.stores import sessions
from connector.stores.models import Store

STATE_LIFETIME = timedelta(minutes=30)
"""So long may she take to sign in at Shopify and read what she permits."""
MOST_STATES = 4
"""Permission pages that one browser may have open; the oldest is forgotten."""

_STATES = "shopify_states"
"""In the browser's session: digest of a state → [shop, when it ends]."""

routes = Blueprint("shopify", __name__, template_folder="templates", url_prefix="/connect/shopify")

_log = log.logger("connect")


@routes.get("")
def begin() -> Response:
    """To the permission page of the very shop that was named; nothing is written here."""
    platform, authorization = _platform()
    if authorization is None:
        return _page(Failure(name="off"))
    try:
        shop = platform.address(request.args.get("shop", ""))
    except Refused:
        return _page(Failure(name="no_shop"))
    try:
        with pages.machine().database.reading() as reading:
            actions.check_account(reading, _user_id())
    except Refused as problem:
        return _page(failure(problem, shop))
    state = vault.new_token()
    _remember(state, shop, pages.machine().now())
    callback = f"{pages.machine().settings.public_url}{url_for('shopify.come_back')}"
    return _lead(authorization.authorization_url(shop, state=state, redirect_uri=callback))


@routes.get("/callback")
def come_back() -> Response:
    """The one GET that changes something, because OAuth prescribes it: its state works once."""
    if request.method == "HEAD":  # Flask answers it like GET
        raise MethodNotAllowed
    platform, authorization = _platform()
    if authorization is None:
        return _page(Failure(name="off"))
    if "error" in request.args:
        _log.info("permission not given")
        return _page(Failure(name="denied", shop=_shop_named(platform)))
    query, now = list(request.args.items(multi=True)), pages.machine().now()
    try:
        outcome = _let_in(authorization.authenticate(query, now), now)
        if outcome is None:
            store = _connect(authorization.redeem(query, now), now, user_id=_user_id())
            return _lead(url_for("stores.listed", connected=store.id))
    except AskbackError as problem:
        _log.warning("store not connected", problem=f"{type(problem).__name__}: {problem}")
        outcome = failure(problem, _shop_named(platform))
    return _page(outcome)


@routes.post("/session")
def from_embedded_page() -> Response:
    """For the page inside Shopify's admin: `Authorization: Bearer <session token>`, JSON out.

    No cookie counts here, so there is nothing that another site could make a browser do.
    """
    _, authorization = _platform()
    if authorization is None:
        return _told(Failure(name="off"))
    token = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    now = pages.machine().now()
    try:
        store = _connect(authorization.exchange(token, now), now, is_staff=True)
    except AskbackError as problem:
        _log.warning("store not connected", problem=f"{type(problem).__name__}: {problem}")
        answer = _told(failure(problem))
        if isinstance(problem, NotAuthentic):
            # Asks App Bridge to try once more with a new token:
            # https://shopify.dev/docs/apps/build/authentication-authorization/session-tokens
            answer.headers["X-Shopify-Retry-Invalid-Session-Request"] = "1"
        return answer
    return jsonify(connected=True, store_key=store.key, shop=store.external_id)


def _let_in(callback: Callback, now: datetime) -> Failure | None:
    """Did this browser ask for it, lately, for this shop, and not come back with it before?"""
    pending: Mapping[str, list[str]] = session.get(_STATES, {})
    shop, until = pending.get(vault.digest(callback.state), ("", ""))
    if not shop or clock.parse(until) <= now:
        return Failure(name="stale", shop=callback.shop)
    if shop != callback.shop:
        return Failure(name="other_shop", shop=shop)
    with pages.machine().database.transaction() as transaction:
        ends = clock.parse(until)
        if not actions.spend(transaction, callback.state, now, expires_at=ends):
            return Failure(name="used", shop=shop)
    return None


def _remember(state: str, shop: str, now: datetime) -> None:
    by_end = sorted(session.get(_STATES, {}).items(), key=lambda one: str(one[1][1]))
    former = by_end[1 - MOST_STATES :]
    until = (now + STATE_LIFETIME).isoformat()
    session[_STATES] = {**dict(former), vault.digest(state): [shop, until]}


def _connect(
    grant: Grant, now: datetime, *, user_id: int | None = None, is_staff: bool = False
) -> Store:
    """Ask the store who it is, and keep it."""
    machine = pages.machine()
    facts = machine.platforms[actions.PLATFORM].describe(grant.access)
    return actions.settle(machine, grant, facts, now, user_id=user_id, is_staff=is_staff)


def _platform() -> tuple[Platform, Authorization | None]:
    platform = pages.machine().platforms[actions.PLATFORM]
    return platform, platform.authorization


def _user_id() -> int | None:
    with pages.machine().database.reading() as reading:
        known = sessions.user_of(reading, session)
    return known.id if known else None


def _shop_named(platform: Platform) -> str:
    """The shop in the address, for a way to begin again; it proves nothing."""
    try:
        return platform.address(request.args.get("shop", ""))
    except Permanent:
        return ""


def _locale() -> str:
    """The signed-in user's own language, else her browser's."""
    with pages.machine().database.reading() as reading:
        chosen = actions.language(reading, _user_id())
    return texts.best_locale(chosen) if chosen else pages.browser_locale()


def _page(outcome: Failure) -> Response:
    locale = _locale()
    page = make_response(
        pages.render("connecting/shopify.html", locale=locale, failure=outcome), outcome.status
    )
    pages.may_lead_to_shopify(page)
    return page


def _told(outcome: Failure) -> Response:
    message = texts.text(f"connect_shopify.{outcome.name}", pages.browser_locale())
    answer = jsonify(connected=False, error=outcome.name, message=message)
    answer.status_code = outcome.status
    return answer


def _lead(address: str) -> Response:
    answer = make_response("", HTTPStatus.FOUND)
    answer.headers["Location"] = address
    return answer
