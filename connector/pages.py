"""What every page needs: the machine behind it, the reader's language, the time."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, render_template, request

from connector import texts
from connector.machine import Machine

POLICY = (
    "default-src 'self'; img-src 'self' https: data:; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)
"""What a page may load, and where its forms may lead (Content-Security-Policy)."""

_SHOPIFY = "https://*.myshopify.com https://*.shopify.com"
"""The permission page's own host, and where it sends who has to sign in first."""


def machine() -> Machine:
    """This process's Askback."""
    found: Machine = current_app.extensions["askback"]
    return found


def browser_locale() -> str:
    """The language that the browser asks for, among ours."""
    return texts.best_locale(*(wish for wish, _ in request.accept_languages))


def render(template: str, *, locale: str, **facts: Any) -> str:
    """A page in the reader's language and direction."""
    return render_template(template, locale=locale, direction=texts.direction(locale), **facts)


def may_lead_to_shopify(page: Response) -> None:
    """Let this page's forms end at Shopify: browsers hold a form's redirects to form-action too."""
    origin = machine().settings.shopify_admin_origin
    own = "" if "{shop}" in origin else f" {origin}"
    page.headers["Content-Security-Policy"] = f"{POLICY} {_SHOPIFY}{own}"
