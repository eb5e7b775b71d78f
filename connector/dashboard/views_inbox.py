"""The inbox's deliveries by state, and another try for those that were parked."""

from __future__ import annotations

from flask import Response, abort, request, url_for
from sqlalchemy import select

from connector import clock, pages
from connector.dashboard import desk
from connector.inbox import actions, queries
from connector.inbox.models import Delivery, DeliveryState

NEWEST = 100

routes = desk.guarded("deliveries")


@routes.get("/inbox")
def listed() -> Response:
    state = request.args.get("state", "")
    if state not in ("", *DeliveryState):
        abort(404)
    with pages.machine().database.reading() as session:
        own = desk.stores(session)
        if not own:
            return desk.page("no_store.html", section="inbox")
        store = desk.store(session, desk.store_asked())
        found = queries.summary(session, state=state, store_id=store.id, limit=NEWEST)
    return desk.page(
        "inbox.html",
        section="inbox",
        stores=own,
        store=store,
        state=state,
        states=list(DeliveryState),
        by_state=found["by_state"],
        total=found["total"],
        deliveries=[
            one | {"received_at": clock.parse(one["received_at"])} for one in found["deliveries"]
        ],
        replayed=request.args.get("replayed", type=int),
    )


@routes.post("/inbox/replay")
def replay() -> Response:
    """Give back one parked delivery (`delivery`), or all of the store's."""
    with pages.machine().database.transaction() as session:
        store = desk.store(session, desk.store_asked())
        parked = select(Delivery.id).where(
            Delivery.store_id == store.id, Delivery.state == DeliveryState.PARKED
        )
        if "delivery" in request.form:
            asked = desk.number(request.form["delivery"])
            one = next((known for known in session.scalars(parked) if known == asked), None)
            if one is None:
                abort(404)
            count = actions.replay(session, desk.now(), delivery_ids=[one], store_id=store.id)
        else:
            count = actions.replay(session, desk.now(), store_id=store.id)
    return desk.see(url_for("deliveries.listed", store=store.id, replayed=count))
