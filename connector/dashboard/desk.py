"""Who sits at the desk: the signed-in user, and what belongs to her account alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from flask import Blueprint, Response, abort, g, make_response, request, session, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from connector import pages, texts
from connector.dashboard import speech
from connector.stores import sessions
from connector.stores.models import Store, User

LARGEST_ID = 2**63 - 1
"""What both databases can count to."""

_DIGITS = len(str(LARGEST_ID))

LANGUAGES = {"en": "English", "he": "עברית", "ar": "العربية", "ru": "Русский"}


def guarded(name: str) -> Blueprint:
    """Routes under /app for signed-in users; everybody else is led to the sign-in page."""
    routes = Blueprint(name, __name__, url_prefix="/app", template_folder="templates")

    @routes.before_request
    def know_the_user() -> Response | None:
        known = signed_in()
        if known is None:
            return see(url_for("login.ask"))
        g.user = known
        return None

    return routes


def signed_in() -> User | None:
    """The user whom this browser's session names."""
    with pages.machine().database.reading() as reading:
        return sessions.user_of(reading, session)


def user() -> User:
    """The signed-in user of this request."""
    found: User = g.user
    return found


def now() -> datetime:
    """The time of this request."""
    return pages.machine().now()


def locale() -> str:
    """The merchant's own language, else her browser's."""
    known: User | None = g.get("user")
    return texts.best_locale(known.locale) if known and known.locale else pages.browser_locale()


def stores(reading: Session) -> Sequence[Store]:
    """All stores of the signed-in user's account."""
    return reading.scalars(
        select(Store).where(Store.account_id == user().account_id).order_by(Store.id)
    ).all()


def store(reading: Session, store_id: int | None) -> Store:
    """One of her own stores, the first by default; anybody else's does not exist for her."""
    found = next((one for one in stores(reading) if store_id in (None, one.id)), None)
    if found is None:
        abort(404)
    return found


def store_asked() -> int | None:
    """The store's id in the address; None where there is none. What is no number is no store."""
    text = request.args.get("store", "")
    return number(text) if text else None


def number(text: str) -> int:
    """A row's id out of an address or a form; no row has the number 0."""
    if text.isascii() and text.isdecimal() and len(text) <= _DIGITS:
        return min(int(text), LARGEST_ID)
    return 0


def page(template: str, *, status: int = 200, **facts: Any) -> Response:
    """One of the merchant's pages, in her language, inside the common frame.

    A template of another stage is named with its folder.
    """
    tongue = locale()
    rendered = pages.render(
        template if "/" in template else f"dashboard/{template}",
        locale=tongue,
        user=g.get("user"),
        languages=LANGUAGES,
        has_mailbox=not pages.machine().settings.smtp_url,
        at=partial(speech.at, tongue),
        when=partial(speech.when, tongue),
        word=partial(speech.word, tongue),
        because=partial(speech.because, tongue),
        **facts,
    )
    return make_response(rendered, status)


def see(address: str) -> Response:
    """See other: the browser follows with a GET, so that reloading posts nothing again."""
    answer = make_response("", 303)
    answer.headers["Location"] = address
    return answer
