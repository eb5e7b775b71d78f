"""The door for WSGI servers: `connector.wsgi:app`, or `connector.wsgi:make` as a factory."""

from __future__ import annotations

import os

from flask import Flask

from connector import bootstrap, lifeline, log, settings
from connector.home import environment
from connector.web import create_app


def make() -> Flask:
    """The application as the environment describes it. Raises SettingsError."""
    lifeline.hold()
    log.set_up()
    machine = bootstrap.build(settings.read(environment(os.environ)))
    bootstrap.connect_queue(machine)
    return create_app(machine)


def __getattr__(name: str) -> Flask:
    """`app` is made when a server asks for it, never by an import."""
    if name == "app":
        return make()
    raise AttributeError(name)
