"""What every page needs: the machine behind it, the reader's language, the time."""

from __future__ import annotations

from typing import Any

from flask import current_app, render_template, request

from connector import texts
from connector.machine import Machine


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
