"""The door for WSGI servers: `connector.wsgi:app`, or `connector.wsgi:make` as a factory."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask

from connector import bootstrap, garbage, lifeline, log, settings
from connector.home import environment
from connector.web import create_app

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


def make() -> Flask:
    """The application as the environment describes it. Raises SettingsError."""
    lifeline.hold()
    log.set_up()
    machine = bootstrap.build(settings.read(environment(os.environ)))
    bootstrap.connect_queue(machine)
    app = create_app(machine)
    inside = app.wsgi_app

    def ends_the_body(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Granian ends a chunked body itself, but does not say so as werkzeug expects it."""
        environ["wsgi.input_terminated"] = True
        return inside(environ, start)

    garbage.settle()  # looking through it was a pause in somebody's request
    app.wsgi_app = ends_the_body  # type: ignore[method-assign, assignment] # Flask's way to wrap
    return app


def __getattr__(name: str) -> Flask:
    """`app` is made when a server asks for it, never by an import."""
    if name == "app":
        return make()
    raise AttributeError(name)
