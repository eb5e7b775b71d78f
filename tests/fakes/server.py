"""A practice store's HTTP server on loopback, which writes down every request."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from tests.fakes.store import PracticeStore


@dataclass(frozen=True, slots=True)
class About:
    """Which resource a request concerns ("" for pages), what it does there, and if it changes it.

    `acts`: create, read, update, delete; on Shopify the root fields of the document.
    """

    resource: str = ""
    acts: tuple[str, ...] = ()
    writes: bool = False

    @property
    def makes_coupon(self) -> bool:
        creates = any(act.lower().endswith("create") for act in self.acts)
        return self.resource == "coupons" and creates


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A request as the store got it, with what it is `about`."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    about: About

    @property
    def json(self) -> Any:
        return json.loads(self.body) if self.body else None


class Api(Protocol):
    """What a dialect answers over HTTP."""

    def about(self, request: Request) -> About:
        """What a request is about; never fails, whatever was sent."""

    def answer(self, request: Request) -> Response:
        """Do it."""


class _QuietHandler(WSGIRequestHandler):
    """Keeps connections open as real stores do, and logs nothing: `requests` has it all."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 # werkzeug's name
        """Say nothing."""


class Server:
    """Listens from the moment it is made; the API is plugged in once its address is known."""

    def __init__(self, port: int = 0) -> None:
        self._application: Callable[..., Iterable[bytes]] | None = None
        self._server = make_server(
            "127.0.0.1", port, self._call, threaded=True, request_handler=_QuietHandler
        )
        self.base_url = f"http://127.0.0.1:{self._server.server_port}"
        # Half a second, the default, is how long every test would wait for its store to close.
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )

    def _call(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if self._application is None:
            return Response("opening", 503)(environ, start_response)
        return self._application(environ, start_response)

    def start(self, application: Callable[..., Iterable[bytes]]) -> None:
        self._application = application
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class Counter:
    """The store's front desk: writes a request down, lets a fault have it, or answers it."""

    def __init__(self, store: PracticeStore, api: Api) -> None:
        self.store, self.api = store, api

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        body = request.get_data()
        about = self.api.about(request)
        received = Received(
            method=request.method,
            path=request.path,
            query=request.args.to_dict(),
            headers={name.lower(): value for name, value in request.headers.items()},
            body=body,
            about=about,
        )
        self.store.requests.append(received)
        onward = self.store.address_left.get(request.host)
        fault = self.store.faults.take(about.resource, writes=about.writes)
        if onward is not None:
            response = Response("", 301, headers={"Location": f"{onward}{request.full_path}"})
        elif fault is None:
            response = self.api.answer(request)
        else:
            response = fault.answer(self.store, request, lambda: self.api.answer(request))
        return response(environ, start_response)
