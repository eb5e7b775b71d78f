"""The preference page, and the button that mail programs press (RFC 8058).

A link names a message of a later stage, so `web` hands in how a token finds its customer.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, Response, make_response, request, url_for
from sqlalchemy.orm import Session

from connector import pages, texts
from connector.commerce.models import Customer
from connector.consent import actions
from connector.stores import policy
from connector.stores.models import Store

Finder = Callable[[Session, str, datetime], Customer | None]


def blueprint(find: Finder) -> Blueprint:
    """Routes `GET/POST /u/<token>` and `POST /u/<token>/one-click`."""
    routes = Blueprint("consent", __name__, template_folder="templates")

    @routes.get("/u/<token>")
    def preferences(token: str) -> Response:
        with pages.machine().database.reading() as session:
            customer = find(session, token, pages.machine().now())
            if customer is None:
                return _closed()
            return _page(session, customer, token)

    @routes.post("/u/<token>")
    def change(token: str) -> Response:
        now = pages.machine().now()
        with pages.machine().database.transaction() as session:
            customer = find(session, token, now)
            if customer is None:
                return _closed()
            channel = "email"
            if request.form.get("channel") == "sms" and customer.phone:
                channel = "sms"
            if request.form.get("subscribed") == "yes":
                actions.resubscribe(session, customer, now, channel=channel)
            else:
                why = "on the preference page"
                actions.unsubscribe(session, customer, now, channel=channel, reason=why)
            return _page(session, customer, token, saved=channel)

    @routes.post("/u/<token>/one-click")
    def one_click(token: str) -> Response:
        now = pages.machine().now()
        with pages.machine().database.transaction() as session:
            customer = find(session, token, now)
            if customer is None:
                return make_response("", 404)
            actions.unsubscribe(session, customer, now, reason="one click (RFC 8058)")
        return make_response("", 200)

    return routes


def _page(session: Session, customer: Customer, token: str, *, saved: str = "") -> Response:
    store = session.get_one(Store, customer.store_id)
    decided = policy.load(store.policy)
    wishes = (customer.locale, decided.default_locale, store.locale)
    suppressed = actions.is_suppressed(session, store.id, customer.email_key, channel="email")
    texts_word = actions.facts(session, customer, channel="sms")
    return make_response(
        pages.render(
            "consent/preferences.html",
            locale=texts.best_locale(*(wish for wish in wishes if wish)),
            store_name=store.name,
            masked_address=masked(customer.email),
            subscribed=not suppressed,
            # Only who has ever said a word on text messages is shown a button for them.
            texts_asked=bool(customer.phone) and (texts_word.opted_in or texts_word.suppressed),
            texts_subscribed=not texts_word.suppressed,
            masked_phone=f"…{customer.phone[-3:]}",
            action=url_for("consent.change", token=token),
            saved=saved,
        )
    )


def masked(address: str) -> str:
    """Enough for its owner to know it by ("a…@example.com")."""
    name, _, host = address.partition("@")
    return f"{name[:1]}…@{host}"


def _closed() -> Response:
    page = make_response(pages.render("journeys/closed.html", locale=pages.browser_locale()))
    page.status_code = 404
    return page
