"""The web application: its doors, its error pages, its security headers."""

from __future__ import annotations

import secrets
from datetime import timedelta
from http import HTTPStatus

import structlog
from flask import Flask, Response, g, jsonify, make_response, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import HTTPException

from connector import health, log, pages, templating, texts
from connector.connecting import views_shopify, views_woocommerce
from connector.consent import views as consent_views
from connector.dashboard import desk
from connector.dashboard import views as dashboard_views
from connector.inbox.door import Door
from connector.inbox.intake import Intake
from connector.journeys import views as journey_views
from connector.machine import Machine
from connector.messages import links
from connector.messages import views as message_views

_log = log.logger("web")


def create_app(machine: Machine) -> Flask:
    """The application around one machine; opens no connection by itself."""
    app = Flask("connector", static_folder="static", static_url_path="/static")
    app.config.update(
        SECRET_KEY=machine.vault.session_key(),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=machine.settings.public_url.startswith("https://"),
        PERMANENT_SESSION_LIFETIME=timedelta(days=14),
        MAX_CONTENT_LENGTH=256 * 1024,
        MAX_FORM_MEMORY_SIZE=256 * 1024,
        WTF_CSRF_TIME_LIMIT=None,
    )
    intake = Intake(machine.database)
    app.extensions["askback"] = machine
    app.extensions["askback_intake"] = intake
    templating.furnish(app.jinja_env)
    protection = CSRFProtect(app)
    preferences = consent_views.blueprint(links.customer_of)
    for unprotected in (
        journey_views.routes, preferences, views_shopify.routes, views_woocommerce.keys_door
    ):  # fmt: skip
        protection.exempt(unprotected)  # what they POST is let in by a signature or a token alone
        app.register_blueprint(unprotected)
    for routes in (message_views.routes, health.routes, *dashboard_views.BLUEPRINTS):
        app.register_blueprint(routes)
    app.register_blueprint(views_woocommerce.merchant_pages(desk))
    _guard(app)
    app.wsgi_app = Door(app.wsgi_app, machine, intake)  # type: ignore[method-assign] # Flask's way
    return app


def _guard(app: Flask) -> None:
    @app.before_request
    def name_the_request() -> None:
        g.request_id = secrets.token_hex(8)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=g.request_id)

    @app.after_request
    def harden(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", pages.POLICY)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "no-referrer")
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    @app.errorhandler(HTTPException)
    def refuse(problem: HTTPException) -> Response:
        return _error(problem.code or 500)

    @app.errorhandler(Exception)
    def fail(problem: Exception) -> Response:
        _log.error("request failed", path=request.endpoint, exc_info=problem)
        return _error(500)


_KINDS = {
    401: "forbidden",
    403: "forbidden",
    404: "not_found",
    405: "bad_request",
    413: "too_large",
    429: "too_many",
    503: "unavailable",
}


def _error(status: int) -> Response:
    """A page for people, JSON for programs; the request's id finds the log line."""
    request_id = g.get("request_id", "")
    kind = _KINDS.get(
        status, "unexpected" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "bad_request"
    )
    locale = pages.browser_locale()
    title = texts.text(f"error.{kind}.title", locale)
    wants_page = request.accept_mimetypes.best_match(("application/json", "text/html"))
    if wants_page == "text/html" and not request.path.startswith(("/webhooks/", "/api/")):
        message = texts.text(f"error.{kind}.message", locale)
        page = make_response(
            pages.render(
                "error.html", locale=locale, status=status, title=title, message=message,
                request_id=request_id,
            )
        )  # fmt: skip
    else:
        page = jsonify(error=title, request_id=request_id)
    page.status_code = status
    return page
