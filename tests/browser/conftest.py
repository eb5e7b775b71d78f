"""A real browser, and our pages served as they are served to people."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask, Response, render_template, request
from jinja2 import ChoiceLoader, FileSystemLoader
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright
from werkzeug.serving import make_server

from connector import templating

CONNECTOR = Path(templating.__file__).parent
CHROMIUM = Path("/usr/bin/chromium")
# Chromium calls home for updates and lists unless it is told not to.
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@dataclass
class Pages:
    """A server on loopback whose pages a test writes down by path."""

    origin: str = ""
    shown: dict[str, tuple[str, dict[str, object]]] = field(default_factory=dict)
    posted: list[dict[str, str]] = field(default_factory=list)

    def show(self, path: str, template: str, facts: dict[str, object]) -> str:
        """Serve `template` with `facts` at `path`; returns its address."""
        self.shown[path] = (template, facts)
        return f"{self.origin}{path}"


@pytest.fixture(scope="session")
def server() -> Iterator[Pages]:
    pages = Pages()
    http = make_server("127.0.0.1", 0, _app(pages), threaded=True)
    pages.origin = f"http://127.0.0.1:{http.server_port}"
    thread = threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield pages
    http.shutdown()
    thread.join(timeout=10)
    http.server_close()


@pytest.fixture
def pages(server: Pages) -> Pages:
    server.shown.clear()
    server.posted.clear()
    return server


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}: `make machine` installs it")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Browser, pages: Pages) -> Iterator[Callable[..., Page]]:
    """Open an address in a window of its own; complaints of the browser fail the test."""
    complaints: list[str] = []
    strangers: list[str] = []
    contexts = []

    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(message.text)

    def watch(request: Request) -> None:
        if not request.url.startswith((pages.origin, "data:", "about:")):
            strangers.append(request.url)

    def open_it(address: str, *, width: int = 390, **options: object) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 844}, **options)  # type: ignore[arg-type] # Playwright's own options, passed through
        contexts.append(context)
        page = context.new_page()
        page.on("console", note)
        page.on("request", watch)
        page.goto(address)
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert complaints == []
    assert strangers == []


def _app(pages: Pages) -> Flask:
    app = Flask(__name__, static_folder=str(CONNECTOR / "static"))
    folders = (CONNECTOR, CONNECTOR / "journeys", CONNECTOR / "consent")
    app.jinja_loader = ChoiceLoader([FileSystemLoader(folder / "templates") for folder in folders])  # type: ignore[assignment] # Flask types it narrower than Jinja does
    templating.furnish(app.jinja_env)

    @app.after_request
    def strictly(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = "default-src 'self'"
        return response

    @app.get("/<path:path>")
    def shown(path: str) -> str:
        template, facts = pages.shown[f"/{path}"]
        return render_template(template, **facts)

    @app.post("/<path:path>")
    def answered(path: str) -> str:
        pages.posted.append({"path": path, **request.form.to_dict()})
        return shown(path)

    return app
