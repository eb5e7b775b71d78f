"""The question page: opening it changes nothing, its button answers."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, make_response, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from connector import clock, pages, texts
from connector.commerce.models import CheckoutLine
from connector.journeys import actions, rules
from connector.journeys.models import Answer, Enrollment
from connector.journeys.reasons import REASONS
from connector.messages import composing, links
from connector.messages.composing import Parties
from connector.messages.delivery import load_parties
from connector.messages.models import Message, Purpose
from connector.money import Money

routes = Blueprint("journeys", __name__, template_folder="templates")

REMIND_AFTER = timedelta(days=7)
"""The day that the date field proposes."""


@routes.get("/q/<token>")
def question(token: str) -> Response:
    with pages.machine().database.reading() as session:
        message = links.find(session, token, pages.machine().now(), purpose=Purpose.QUESTION)
        if message is None:
            return _closed()
        return _ask(session, message, token, chosen=request.args.get("reason", ""))


@routes.post("/q/<token>")
def answer(token: str) -> Response:
    now = pages.machine().now()
    with pages.machine().database.transaction() as session:
        message = links.find(session, token, now, purpose=Purpose.QUESTION)
        if message is None:
            return _closed()
        parties = load_parties(session, message)
        reply = rules.check(
            request.form.get("reason", ""),
            request.form.get("text", ""),
            request.form.get("remind_on", ""),
            known=_reasons(parties),
            today=_today(parties),
        )
        if isinstance(reply, rules.Mistake):
            locale = composing.reader_locale(parties)
            page = _ask(
                session, message, token,
                chosen=request.form.get("reason", ""), error=texts.text(reply.key, locale),
            )  # fmt: skip
            page.status_code = 422
            return page
        enrollment = session.get_one(Enrollment, message.enrollment_id)
        actions.answer(session, enrollment, reply, now)
    return _to(url_for("journeys.thanks", token=token))


@routes.get("/q/<token>/thanks")
def thanks(token: str) -> Response:
    """After the answer; reloading it sends nothing again."""
    with pages.machine().database.reading() as session:
        message = links.find(session, token, pages.machine().now(), purpose=Purpose.QUESTION)
        if message is None:
            return _closed()
        parties = load_parties(session, message)
        given = session.scalar(
            select(Answer)
            .where(Answer.enrollment_id == message.enrollment_id)
            .order_by(Answer.id.desc())
            .limit(1)
        )
        if given is None:
            return _to(url_for("journeys.question", token=token))
        return _page(
            "journeys/thanks.html",
            parties,
            reason=given.reason,
            remind_on=given.remind_on,
            cart_url="",
            help_promised=given.reason in ("help", "unclear"),
        )


def _ask(
    session: Session, message: Message, token: str, *, chosen: str, error: str = ""
) -> Response:
    parties = load_parties(session, message)
    today = _today(parties)
    locale = composing.reader_locale(parties)
    wording = parties.policy.wording.get(locale, {})
    return _page(
        "journeys/question.html",
        parties,
        reasons=[
            {
                "key": reason,
                "label": wording.get(f"reasons.{reason}")
                or texts.text(f"reasons.{reason}", locale),
            }
            for reason in _reasons(parties)
        ],
        chosen=chosen,
        action=url_for("journeys.answer", token=token),
        error=error,
        min_date=today + timedelta(days=1),
        max_date=today + timedelta(days=rules.LONGEST_DAYS_AHEAD),
        default_date=today + REMIND_AFTER,
        **_cart(session, parties),
    )


def _page(template: str, parties: Parties, **facts: Any) -> Response:
    locale = composing.reader_locale(parties)
    overrides = parties.policy.wording.get(locale, {})
    return make_response(
        pages.render(
            template, locale=locale, store_name=parties.store.name, overrides=overrides, **facts
        )
    )


def _closed() -> Response:
    page = make_response(pages.render("journeys/closed.html", locale=pages.browser_locale()))
    page.status_code = 404
    return page


def _to(address: str) -> Response:
    """See other: the browser follows with a GET, so that reloading posts nothing again."""
    page = make_response("", 303)
    page.headers["Location"] = address
    return page


def _cart(session: Session, parties: Parties) -> dict[str, Any]:
    if parties.checkout is None:
        return {"lines": [], "total": None}
    query = (
        select(CheckoutLine)
        .where(CheckoutLine.checkout_id == parties.checkout.id)
        .order_by(CheckoutLine.position)
    )
    return {
        "lines": [
            {
                "title": line.title,
                "variant_title": line.variant_title,
                "quantity": line.quantity,
                "total": Money(line.total_minor, line.currency),
            }
            for line in session.scalars(query)
        ],
        "total": Money(parties.checkout.total_minor, parties.checkout.currency),
    }


def _reasons(parties: Parties) -> tuple[str, ...]:
    return tuple(one for one in REASONS if one not in parties.policy.reasons_off)


def _today(parties: Parties) -> date:
    return pages.machine().now().astimezone(clock.zone(parties.store.timezone)).date()
