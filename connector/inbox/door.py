"""The doors for webhooks: verify the raw bytes, write once, answer.

They stand before Flask, not in it. A delivery needs no session, no cookie, no form and no page;
without them it costs a third (figures: benchmarks/README.md).
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING

from sqlalchemy import Select, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wsgi import get_input_stream

from connector import log
from connector.errors import NotAuthentic, Retryable, Unreadable
from connector.inbox.intake import Arrival, Intake
from connector.inbox.refusals import Refusals
from connector.machine import Machine
from connector.ports.capture import CapturesCarts
from connector.ports.platform import Envelope, Label
from connector.stores import actions as stores
from connector.stores.models import Store, StoreState

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LARGEST_BODY = 5 * 1024 * 1024
LARGEST_CAPTURE = 64 * 1024

MEMORY_SECONDS = 2.0
"""How long a disconnected store, or one with a new secret, may be taken for what it was."""

WOOCOMMERCE = "/webhooks/woocommerce/"
CAPTURE = "/capture/"

_log = log.logger("inbox")


class Answer:
    """A status and a JSON body, made once and sent as it is."""

    def __init__(self, code: HTTPStatus, **said: str) -> None:
        self.status = f"{code.value} {code.phrase}"
        self.body = [json.dumps(said).encode()]
        self.headers = [
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(self.body[0]))),
            ("Content-Security-Policy", "default-src 'none'"),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"),
        ]


WRITTEN = Answer(HTTPStatus.OK, status="written")
NOTHING_HELD = Answer(HTTPStatus.OK, status="nothing of this store is held here")
HELLO = Answer(HTTPStatus.OK, status="hello")
NOT_WHOLE = Answer(HTTPStatus.BAD_REQUEST, error="the body did not arrive whole")
NOT_SIGNED = Answer(HTTPStatus.UNAUTHORIZED, error="the signature does not fit the body")
UNKNOWN_STORE = Answer(HTTPStatus.NOT_FOUND, error="unknown store")
ONLY_POST = Answer(HTTPStatus.METHOD_NOT_ALLOWED, error="webhooks are posted")
ONLY_POST.headers.append(("Allow", "POST"))
TOO_LARGE = Answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, error="larger than 5 MiB")
TOO_LARGE_CART = Answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, error="larger than 64 KiB")
BROKEN = Answer(HTTPStatus.INTERNAL_SERVER_ERROR, error="unexpected")
NOT_NOW = Answer(HTTPStatus.SERVICE_UNAVAILABLE, error="cannot write now, send again")


class Door:
    """WSGI: `POST /webhooks/shopify`, `POST /webhooks/woocommerce/<store_key>`,
    `POST /capture/<store_key>`; others pass by."""

    def __init__(self, inside: WSGIApplication, machine: Machine, intake: Intake) -> None:
        self._inside = inside
        self._machine = machine
        self._intake = intake
        self._doorman = _Doorman(machine)
        self._refusals = Refusals(machine.database)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == "/webhooks/shopify":
            answer = self._answer(self._shopify, environ)
        elif path.startswith(WOOCOMMERCE) and "/" not in path[len(WOOCOMMERCE) :]:
            answer = self._answer(self._woocommerce, environ)
        elif path.startswith(CAPTURE) and "/" not in path[len(CAPTURE) :]:
            answer = self._answer(self._capture, environ, too_large=TOO_LARGE_CART)
        else:
            return self._inside(environ, start_response)
        start_response(answer.status, answer.headers)
        return answer.body

    def _answer(
        self,
        room: Callable[[WSGIEnvironment], Answer],
        environ: WSGIEnvironment,
        *,
        too_large: Answer = TOO_LARGE,
    ) -> Answer:
        try:
            return room(environ) if environ["REQUEST_METHOD"] == "POST" else ONLY_POST
        except NotAuthentic:
            return NOT_SIGNED
        except (Retryable, SQLAlchemyError):
            return NOT_NOW
        except HTTPException as problem:  # werkzeug's, of the body: too large, or broken off
            return too_large if problem.code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE else NOT_WHOLE
        except Exception as problem:  # noqa: BLE001 # the edge of the process: told, and sent again
            _log.error("webhook failed", exc_info=problem)
            return BROKEN

    def _shopify(self, environ: WSGIEnvironment) -> Answer:
        envelope = _envelope(environ)
        shop = envelope.headers.get("x-shopify-shop-domain", "").strip().lower()
        store = self._doorman.whose("shopify", "external_id", shop[:400])
        secrets = (*(store[1] if store else ()), *self._machine.settings.shopify_secrets)
        platform = self._machine.platforms["shopify"]
        platform.authenticate(envelope, list(dict.fromkeys(secrets)))
        if store is not None:
            return self._write("shopify", store[0], envelope)
        if platform.label(envelope).topic not in platform.topics_after_leaving:
            return UNKNOWN_STORE
        left = self._doorman.who_left("shopify", shop[:400])
        return NOTHING_HELD if left is None else self._write("shopify", left, envelope)

    def _woocommerce(self, environ: WSGIEnvironment) -> Answer:
        key = environ["PATH_INFO"][len(WOOCOMMERCE) :]
        store = self._doorman.whose("woocommerce", "key", key)
        if store is None:
            return UNKNOWN_STORE
        envelope = _envelope(environ)
        platform = self._machine.platforms["woocommerce"]
        if platform.is_ping(envelope):
            return HELLO
        platform.authenticate(envelope, store[1])
        return self._write("woocommerce", store[0], envelope)

    def _capture(self, environ: WSGIEnvironment) -> Answer:
        """A cart that the companion tells of, labelled by its own signed words."""
        key = environ["PATH_INFO"][len(CAPTURE) :]
        store = self._doorman.whose("woocommerce", "key", key)
        platform = self._machine.platforms["woocommerce"]
        if store is None or not isinstance(platform, CapturesCarts):
            return UNKNOWN_STORE
        envelope = _envelope(environ, largest=LARGEST_CAPTURE)
        now = self._machine.now()
        try:
            label = platform.open_capture(envelope, store[1], now)
        except NotAuthentic:
            # Most likely the secret was changed, and a companion with the old one goes on telling.
            self._refusals.add(store[0], now)
            raise
        except Unreadable as problem:
            return Answer(HTTPStatus.UNPROCESSABLE_ENTITY, error=str(problem)[:300])
        return self._keep(store[0], label, envelope)

    def _write(self, platform: str, store_id: int, envelope: Envelope) -> Answer:
        return self._keep(store_id, self._machine.platforms[platform].label(envelope), envelope)

    def _keep(self, store_id: int, label: Label, envelope: Envelope) -> Answer:
        self._intake.write(
            Arrival(
                store_id=store_id,
                topic=label.topic,
                dedupe_key=label.dedupe_key,
                delivery_id=label.delivery_id,
                body=envelope.body,
                received_at=self._machine.now(),
                happened_at=label.happened_at,
            )
        )
        return WRITTEN


def _envelope(environ: WSGIEnvironment, *, largest: int = LARGEST_BODY) -> Envelope:
    headers = {
        name[5:].replace("_", "-").lower(): text
        for name, text in environ.items()
        if name.startswith("HTTP_")
    }
    headers["content-type"] = environ.get("CONTENT_TYPE", "")
    # A chunked body tells no length: one byte more than allowed shows that it is too large.
    body = get_input_stream(environ, max_content_length=largest + 1).read()
    if len(body) > largest:
        raise RequestEntityTooLarge
    return Envelope(headers=headers, body=body)


class _Doorman:
    """Knows each store's id and secrets, because every delivery asks for them."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._known: dict[tuple[str, str], tuple[float, int, tuple[str, ...]]] = {}
        self._asking = threading.Lock()

    def whose(self, platform: str, column: str, name: str) -> tuple[int, tuple[str, ...]] | None:
        """The store's id and secrets; what was read MEMORY_SECONDS ago is read again."""
        if "\x00" in name:  # names nobody, and PostgreSQL refuses even to be asked
            return None
        known = self._known.get((platform, name))
        if known is None:
            return self._ask(platform, column, name)
        if time.monotonic() - known[0] >= MEMORY_SECONDS and self._asking.acquire(blocking=False):
            # One asks; whoever comes meanwhile takes what was known: no stampede of 32 threads.
            try:
                return self._ask(platform, column, name)
            finally:
                self._asking.release()
        return known[1:]

    def who_left(self, platform: str, name: str) -> int | None:
        """A store that was disconnected; what it told is still here."""
        if "\x00" in name:
            return None
        with self._machine.database.reading() as session:
            query = select(Store).where(Store.platform == platform)
            store = _named(session, query, "external_id", name)
            return store.id if store else None

    def _ask(self, platform: str, column: str, name: str) -> tuple[int, tuple[str, ...]] | None:
        present = time.monotonic()
        with self._machine.database.reading() as session:
            query = select(Store).where(
                Store.platform == platform, Store.state != StoreState.DISCONNECTED
            )
            store = _named(session, query, column, name)
            if store is None:
                self._known.pop((platform, name), None)
                return None
            secrets = stores.webhook_secrets(self._machine, store)
            self._known[platform, name] = (present, store.id, secrets)
            return store.id, secrets


def _named(session: Session, query: Select[Store], column: str, name: str) -> Store | None:
    """The store of this key or name; a former name counts where no other store bears it now."""
    store = session.scalar(query.where(getattr(Store, column) == name))
    if store is not None or column != "external_id" or not name:
        return store
    return session.scalar(query.where(Store.former_name == name).order_by(Store.id).limit(1))
