"""What people asked: show what is known of them, forget them."""

from __future__ import annotations

import json

from flask import Response, abort, make_response, request, url_for
from sqlalchemy import select

from connector import pages, texts
from connector.commerce.rules import email_key
from connector.dashboard import desk
from connector.privacy import actions
from connector.privacy.models import PrivacyRequest, RequestState
from connector.stores.models import Store

NEWEST = 100

routes = desk.guarded("privacy")


@routes.get("/privacy")
def listed() -> Response:
    return _page()


@routes.post("/privacy/export")
def export() -> Response:
    """A document to download: of the request in the form (`asked`), or of an address."""
    with pages.machine().database.reading() as session:
        store = desk.store(session, desk.store_asked())
        asked = {"email": email_key(request.form.get("email", ""))}
        if number := desk.number(request.form.get("asked", "")):
            wish = session.get(PrivacyRequest, number)
            if wish is None or wish.store_id != store.id or not wish.person:
                abort(404)
            asked = wish.person
        elif not asked["email"]:
            return _page(mistake="app.people.missing")
        document = actions.export(session, store, asked)
    answer = make_response(json.dumps(document, ensure_ascii=False, indent=2))
    answer.headers["Content-Type"] = "application/json; charset=utf-8"
    answer.headers["Content-Disposition"] = 'attachment; filename="what-we-know.json"'
    return answer


@routes.post("/privacy/erase")
def erase() -> Response:
    """Forget an address; it has to be typed twice, because there is no way back."""
    machine = pages.machine()
    with machine.database.reading() as session:
        store = desk.store(session, desk.store_asked())
    email = email_key(request.form.get("email", ""))
    if not email:
        return _page(mistake="app.people.missing")
    if email != email_key(request.form.get("again", "")):
        return _page(mistake="app.people.differs")
    counts = actions.erase(machine, store.id, {"email": email}, desk.now())
    return desk.see(url_for("privacy.listed", store=store.id, erased=sum(counts.values())))


@routes.post("/privacy/done")
def done() -> Response:
    with pages.machine().database.transaction() as session:
        store = desk.store(session, desk.store_asked())
        number = desk.number(request.form.get("asked", ""))
        actions.done(session, store.id, number, desk.now())
    return desk.see(url_for("privacy.listed", store=store.id))


def _page(*, mistake: str = "") -> Response:
    with pages.machine().database.reading() as session:
        own = desk.stores(session)
        if not own:
            return desk.page("no_store.html", section="privacy")
        store: Store = desk.store(session, desk.store_asked())
        wishes = session.scalars(
            select(PrivacyRequest)
            .where(PrivacyRequest.store_id == store.id)
            .order_by(PrivacyRequest.id.desc())
            .limit(NEWEST)
        ).all()
    return desk.page(
        "privacy.html",
        status=422 if mistake else 200,
        section="privacy",
        stores=own,
        store=store,
        wishes=wishes,
        states=RequestState,
        mistake=texts.text(mistake, desk.locale()) if mistake else "",
        typed=request.form.get("email", ""),
        erased=request.args.get("erased", type=int),
    )
