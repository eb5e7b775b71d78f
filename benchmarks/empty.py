"""The measure: an empty Flask route on the server that Askback runs on, with the same options."""

from __future__ import annotations

import os
import sys

from flask import Flask
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from connector import lifeline
from connector.commands.serving import BACKLOG, BLOCKING_THREADS


def make() -> Flask:
    lifeline.hold()
    app = Flask("empty")

    @app.post("/webhooks/shopify")
    def nothing() -> str:
        return ""

    return app


def main() -> None:
    lifeline.hold()
    os.environ[lifeline.PARENT] = str(os.getpid())
    Granian(
        "benchmarks.empty:make",
        address="127.0.0.1",
        port=int(sys.argv[1]),
        interface=Interfaces.WSGI,
        factory=True,
        workers=1,
        blocking_threads=BLOCKING_THREADS,
        backlog=BACKLOG,
        log_level=LogLevels.warning,
    ).serve()


if __name__ == "__main__":
    main()
