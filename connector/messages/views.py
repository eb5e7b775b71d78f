"""The way back to the cart: out of our link, into the store's own host."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Response, make_response, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from connector import log, pages
from connector.coupons.models import Coupon, CouponState
from connector.errors import AskbackError
from connector.messages import links, live, rules
from connector.messages.composing import Parties
from connector.messages.delivery import load_parties
from connector.messages.models import Message, Purpose

routes = Blueprint("messages", __name__)

_log = log.logger("links")


@routes.get("/c/<token>")
def cart(token: str) -> Response:
    """Lead to the cart; a followed link is noted as evidence, and decides nothing."""
    now = pages.machine().now()
    machine = pages.machine()
    with machine.database.reading() as session:
        message = links.find(session, token, now, purpose=Purpose.CART)
        if message is None:
            page = make_response(
                pages.render("journeys/closed.html", locale=pages.browser_locale())
            )
            page.status_code = 404
            return page
        parties = load_parties(session, message)
        code = _coupon_code(session, message)
    target = _target(parties, code)
    with machine.database.transaction() as session:
        automatic = rules.looks_automatic(request.method, request.headers.get("User-Agent", ""))
        links.touch(session, message.id, now, purpose=Purpose.CART, automatic=automatic)
    page = make_response("", 302)
    page.headers["Location"] = target
    return page


def _target(parties: Parties, code: str) -> str:
    """The cart's address on the store's host; the store's front page when there is no other."""
    machine = pages.machine()
    if parties.checkout is None or parties.checkout.completed_at is not None:
        return parties.store.base_url
    try:
        url = machine.platforms[parties.store.platform].cart_url(
            parties.store.base_url,
            live.checkout_facts(machine, parties, machine.now()),
            coupon_code=code,
        )
    except AskbackError as problem:
        _log.warning("no way back to the cart", store=parties.store.id, problem=str(problem))
        return parties.store.base_url
    same = urlsplit(url).netloc == urlsplit(parties.store.base_url).netloc
    return url if same else parties.store.base_url


def _coupon_code(session: Session, message: Message) -> str:
    """The newest usable coupon of this shopper's run."""
    return (
        session.scalar(
            select(Coupon.store_code)
            .join(Message, Message.id == Coupon.message_id)
            .where(
                Message.enrollment_id == message.enrollment_id,
                Coupon.state == CouponState.MADE,
                Coupon.ends_at > pages.machine().now(),
            )
            .order_by(Coupon.id.desc())
            .limit(1)
        )
        or ""
    )
