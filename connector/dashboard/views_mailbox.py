"""The developer's mailbox: what would have been sent, where no SMTP_URL is set."""

from __future__ import annotations

from flask import Response, abort, make_response
from sqlalchemy import Select, String, cast, literal, or_, select

from connector import pages
from connector.dashboard import desk
from connector.messages.models import Mail, Message
from connector.stores.models import Store

NEWEST = 200

# A letter is somebody else's page: it may show itself, and open its links in another window.
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src https: data:; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)

routes = desk.guarded("mailbox")


@routes.before_request
def only_without_smtp() -> None:
    if pages.machine().settings.smtp_url:
        abort(404)


@routes.get("/mailbox")
def listed() -> Response:
    with pages.machine().database.reading() as session:
        mails = session.scalars(_own().order_by(Mail.id.desc()).limit(NEWEST)).all()
    return desk.page("mailbox.html", section="mailbox", mails=mails)


@routes.get("/mailbox/<mail_id>")
def opened(mail_id: str) -> Response:
    return desk.page("mail.html", section="mailbox", mail=_mail(mail_id))


@routes.get("/mailbox/<mail_id>/html")
def as_html(mail_id: str) -> Response:
    page = make_response(f'<!doctype html><base target="_blank">{_mail(mail_id).html}')
    page.headers["Content-Security-Policy"] = _POLICY
    return page


def _own() -> Select[Mail]:
    """Mails about her own stores, and the sign-in links sent to herself."""
    user = desk.user()
    of_own_stores = (
        select(literal("message-") + cast(Message.id, String))
        .join(Store, Store.id == Message.store_id)
        .where(Store.account_id == user.account_id)
    )
    sign_in = Mail.key.startswith("login-") & (Mail.to_address == user.email)
    return select(Mail).where(or_(Mail.key.in_(of_own_stores), sign_in))


def _mail(mail_id: str) -> Mail:
    with pages.machine().database.reading() as session:
        mail = session.scalar(_own().where(Mail.id == desk.number(mail_id)))
    if mail is None:
        abort(404)
    return mail
