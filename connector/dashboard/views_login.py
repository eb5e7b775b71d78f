"""Signing in by a link in a mail, signing out, and the language of the pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import Blueprint, Response, g, request, session, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from connector import log, pages, texts, vault
from connector.dashboard import desk
from connector.errors import Permanent, Retryable
from connector.machine import Machine
from connector.messages.rendering import render
from connector.ports.channel import Outgoing
from connector.stores import actions, sessions
from connector.stores.models import LoginToken, Store, User
from connector.sync import webhooks

MOST_LINKS = 5
"""Links that may be on their way to one person at once: nobody's mailbox is flooded by us."""

COMMAND = "askback login-link --email"

routes = Blueprint("login", __name__, template_folder="templates")

_log = log.logger("login")


@routes.before_request
def know_the_user() -> None:
    g.user = desk.signed_in()


@routes.get("/login")
def ask() -> Response:
    if g.user is not None:
        return desk.see(url_for("orders.in_progress"))
    everywhere = "everywhere" in request.args
    return desk.page("login.html", step="ask", command=COMMAND, everywhere=everywhere)


@routes.post("/login")
def send() -> Response:
    """Whether the address is known can be told neither from the page nor from its duration."""
    machine, locale = pages.machine(), desk.locale()
    address = request.form.get("email", "")
    page = desk.page("login.html", step="sent", command=COMMAND)
    page.call_on_close(lambda: _send_link(machine, address, locale))
    return page


@routes.get("/login/<token>")
def confirm(token: str) -> Response:
    """One button: link scanners open every link, and a link signs in only once."""
    return desk.page("login.html", step="confirm", token=token)


@routes.post("/login/<token>")
def enter(token: str) -> Response:
    with pages.machine().database.transaction() as transaction:
        user = actions.redeem_login(transaction, token, desk.now())
        for store_id in _stores_of(transaction, user):
            webhooks.look_again(transaction, store_id, desk.now())
    if user is None:
        return desk.page("login.html", step="used", status=410)
    session.clear()  # a session that somebody prepared before is not carried in
    session.permanent = True
    sessions.begin(session, user)
    return desk.see(url_for("orders.in_progress"))


@routes.post("/logout")
def leave() -> Response:
    session.clear()
    return desk.see(url_for("login.ask"))


@routes.post("/app/sign-out-everywhere")
def leave_everywhere() -> Response:
    """This browser, every other one, and whoever has a copy of their cookies."""
    if g.user is None:
        return desk.see(url_for("login.ask"))
    with pages.machine().database.transaction() as transaction:
        sessions.end_all(transaction, g.user, desk.now())
    session.clear()
    _log.info("signed out everywhere", user=g.user.id)
    return desk.see(url_for("login.ask", everywhere=1))


@routes.post("/app/language")
def speak() -> Response:
    """The merchant's language from now on; back to the page where she chose it."""
    chosen = request.form.get("locale", "")
    if g.user is not None and chosen in texts.LOCALES:
        with pages.machine().database.transaction() as transaction:
            transaction.get_one(User, g.user.id).locale = chosen
    back = request.form.get("back", "")
    own = back.startswith("/app/") and "\\" not in back and back.isprintable()
    return desk.see(back if own else url_for("orders.in_progress"))


def _stores_of(transaction: Session, user: User | None) -> Sequence[int]:
    """The stores whose webhooks are looked at because their merchant signs in."""
    if user is None:
        return ()
    query = select(Store.id).where(Store.account_id == user.account_id)
    return transaction.scalars(query).all()


def _send_link(machine: Machine, address: str, locale: str) -> None:
    now = machine.now()
    with machine.database.transaction() as transaction:
        query = select(User).where(User.email == address.strip().lower()[:320])
        user = transaction.scalar(query)
        if user is None or _links_under_way(transaction, user, now) >= MOST_LINKS:
            return
        token = actions.login_token(transaction, user, now)
    try:
        machine.channels["email"].send(_letter(machine, user, token, user.locale or locale))
    except (Retryable, Permanent) as problem:
        # The page has been answered; it names the way in that needs no mail.
        _log.error("login mail not sent", user=user.id, problem=type(problem).__name__)


def _links_under_way(transaction: Session, user: User, now: datetime) -> int:
    query = (
        select(func.count())
        .select_from(LoginToken)
        .where(
            LoginToken.user_id == user.id,
            LoginToken.used_at.is_(None),
            LoginToken.expires_at > now,
        )
    )
    return transaction.scalar(query) or 0


def _letter(machine: Machine, user: User, token: str, locale: str) -> Outgoing:
    letter = render(
        "login",
        locale,
        {
            "store_name": "Askback",
            "login_url": f"{machine.settings.public_url}/login/{token}",
            "minutes": actions.LOGIN_MINUTES,
        },
    )
    return Outgoing(
        key=f"login-{vault.digest(token)[:16]}",
        to=user.email,
        sender=machine.settings.mail_from,
        sender_name="Askback",
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        locale=locale,
    )
