"""The WordPress companion as a zip, made for one of her stores."""

from __future__ import annotations

from flask import Response, abort, make_response

from connector import pages
from connector.dashboard import desk
from connector.ports.capture import CapturesCarts, CompanionSettings
from connector.stores import actions
from connector.stores.models import StoreState

routes = desk.guarded("companion")


@routes.get("/stores/<int:store_id>/companion.zip")
def packed(store_id: int) -> Response:
    """It holds the store's secret, as her own settings page of WordPress would."""
    machine = pages.machine()
    with machine.database.reading() as session:
        store = desk.store(session, min(store_id, desk.LARGEST_ID))
    platform = machine.platforms[store.platform]
    secret = machine.vault.unseal(store.webhook_secret)
    gone = store.state == StoreState.DISCONNECTED
    if not isinstance(platform, CapturesCarts) or not secret or gone:
        abort(404)
    settings = CompanionSettings(
        endpoint=actions.capture_url(machine), key=store.key, secret=secret
    )
    answer = make_response(platform.companion(settings))
    answer.headers["Content-Type"] = "application/zip"
    answer.headers["Content-Disposition"] = 'attachment; filename="askback-companion.zip"'
    return answer
