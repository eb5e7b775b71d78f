"""The whole road on loopback: practice stores, the connector's web, its jobs, a clock to turn."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session
from werkzeug.serving import WSGIRequestHandler, make_server

from connector import bootstrap, settings
from connector.commerce.models import Checkout
from connector.inbox.models import Delivery
from connector.journeys.models import Enrollment
from connector.machine import Machine
from connector.messages.models import Mail, Message
from connector.ports.feed import Resource
from connector.ports.platform import Access
from connector.stores import actions as stores
from connector.stores import policy
from connector.stores.models import Store
from connector.sync.models import Cursor, Purpose, WebhookCheck
from connector.web import create_app
from connector.writeback.models import StoreWrite
from jobs import schedule
from tests.fakes import Clock, PracticeStore
from tests.fakes.shopify.oauth import APP_KEY, APP_SECRET

SECRET = "a-secret-key-for-tests-and-nothing-else-0123456789"
POLL_SECONDS = 0.02
"""How often the server looks whether it is to stop; half a second, the default, adds up."""

_NEXT = select(
    *(
        select(func.min(column)).where(column > bindparam("now")).scalar_subquery()
        for column in (
            Delivery.due_at, Checkout.due_at, Enrollment.due_at, Message.due_at,
            Message.lease_ends_at, StoreWrite.due_at,
        )
    )
)  # fmt: skip
"""When anything is due next: asked for thousands of times, so built once."""

EVERYBODY_ASKED = {"holdout_percent": 0, "cap_per_day": 0, "cap_per_week": 0}


def environment(home: Path, database_url: str, **more: str) -> dict[str, str]:
    """The variables of a test's Askback."""
    return {
        "SECRET_KEY": SECRET,
        "ASKBACK_HOME": str(home),
        "DATABASE_URL": database_url,
        "SHOPIFY_API_KEY": APP_KEY,
        "SHOPIFY_API_SECRET": APP_SECRET,
        "ALLOW_PRIVATE_ADDRESSES": "1",
        **more,
    }


@dataclass(frozen=True, slots=True)
class Mailbox:
    """What the developer's mailbox holds."""

    machine: Machine

    def to(self, address: str) -> list[Mail]:
        with self.machine.database.reading() as session:
            query = select(Mail).where(Mail.to_address == address).order_by(Mail.id)
            return list(session.scalars(query))

    def subjects(self, address: str) -> list[str]:
        return [mail.subject for mail in self.to(address)]

    def link(self, address: str, path: str, *, last: bool = True, holds: str = "") -> str:
        """The link to /`path`/… in this person's last mail (or first)."""
        mails = self.to(address)
        mail = mails[-1 if last else 0]
        found = [
            one
            for one in re.findall(rf"http://\S+/{path}/[\w-]+(?:\?[\w=&]+)?", mail.text)
            if holds in one
        ]
        return found[0]


class Road:
    """One machine, its web over HTTP, and the practice stores connected to it."""

    def __init__(self, machine: Machine, clock: Clock, base_url: str, shopify_port: int) -> None:
        self.shopify_port = shopify_port
        self.machine = machine
        self.clock = clock
        self.base_url = base_url
        self.mailbox = Mailbox(machine)
        self.browser = requests.Session()
        self.browser.trust_env = False
        self.browser.headers["User-Agent"] = "Mozilla/5.0 (a shopper's telephone)"
        self._stores: list[PracticeStore] = []

    def opens(self, platform: str, *, syncs: bool = False, **decided: Any) -> PracticeStore:
        """A practice store, connected; `decided` are policy fields.

        Unless it `syncs` nobody asks the store anything but what a test is about.
        """
        port = self.shopify_port if platform == "shopify" else 0
        practice = PracticeStore.open(platform, clock=self.clock, port=port)
        self._stores.append(practice)
        secret = APP_SECRET if platform == "shopify" else practice.webhook_secret
        base_url = practice.base_url
        shop = practice.shop if platform == "shopify" else ""
        access = Access(base_url=base_url, credentials=practice.credentials, shop=shop)
        facts = self.machine.platforms[platform].describe(access)
        with self.machine.database.transaction() as session:
            account = stores.the_account(session, self.clock.now())
            stores.user_for(session, "merchant@example.com", self.clock.now(), account=account)
            store = stores.connect(
                session, self.machine, account, self.clock.now(),
                platform=platform, access=access, facts=facts,
                webhook_secret="" if platform == "shopify" else secret,
            )  # fmt: skip
            store.policy = policy.dump(policy.load({**EVERYBODY_ASKED, **decided}))
            if not syncs:
                hold(session, store.id)
        practice.connect(stores.webhook_url(self.machine, store), secret)
        return practice

    def settles(self) -> dict[str, int]:
        """Everything that is due now is done."""
        return schedule.tick(self.machine, self.clock.now())

    def runs_for(self, **span: float) -> None:
        """Time passes; whatever falls due on the way is done at its moment."""
        end = self.clock.now() + timedelta(**span)
        self.settles()
        while (due := self._next_due()) is not None and due <= end:
            self.clock.advance(seconds=(due - self.clock.now()).total_seconds())
            self.settles()
        self.clock.advance(seconds=(end - self.clock.now()).total_seconds())
        self.settles()

    def runs_until(self, moment: datetime) -> None:
        self.runs_for(seconds=(moment - self.clock.now()).total_seconds())

    def answers(self, address: str, reason: str, **more: str) -> requests.Response:
        """The shopper opens the question from her last mail and answers it."""
        link = self.mailbox.link(address, "q", holds=f"reason={reason}")
        assert self.browser.get(link, timeout=10).status_code == 200
        posted = self.browser.post(
            link.partition("?")[0], data={"reason": reason, **more}, timeout=10
        )
        self.settles()
        return posted

    def rows(self, model: Any, **where: Any) -> list[Any]:
        """Rows of a table as they stand."""
        with self.machine.database.reading() as session:
            return list(session.scalars(select(model).filter_by(**where).order_by(model.id)))

    def store_of(self, practice: PracticeStore) -> Store:
        platform = practice.platform
        found = [
            store
            for store in self.rows(Store, platform=platform)
            if store.base_url == practice.base_url
        ]
        return found[0]

    def decides(self, practice: PracticeStore, **decided: Any) -> None:
        """The merchant changes her settings."""
        with self.machine.database.transaction() as session:
            store = session.get_one(Store, self.store_of(practice).id)
            store.policy = policy.dump(policy.load({**store.policy, **decided}))

    def close(self) -> None:
        self.browser.close()
        for practice in self._stores:
            practice.close()

    def _next_due(self) -> datetime | None:
        with self.machine.database.reading() as session:
            moments = session.execute(_NEXT, {"now": self.clock.now()}).one()
        return min((moment for moment in moments if moment), default=None)


@contextmanager
def served(environ: dict[str, str], clock: Clock) -> Iterator[Road]:
    """A road whose web listens on a loopback port of its own."""
    server = make_server("127.0.0.1", 0, _not_yet, threaded=True, request_handler=Quiet)
    base_url = f"http://127.0.0.1:{server.server_port}"
    shopify_port = free_port()
    admin = {"SHOPIFY_ADMIN_ORIGIN": f"http://127.0.0.1:{shopify_port}"}
    built = bootstrap.build(settings.read({**admin, **environ, "PUBLIC_URL": base_url}))
    machine = replace(built, now=clock.now)
    app = create_app(machine)
    server.app = app
    thread = threading.Thread(target=server.serve_forever, args=(POLL_SECONDS,), daemon=True)
    thread.start()
    road = Road(machine, clock, base_url, shopify_port)
    try:
        yield road
    finally:
        road.close()
        server.shutdown()
        thread.join(10)
        server.server_close()
        app.extensions["askback_intake"].close()
        machine.database.close()


def hold(session: Session, store_id: int) -> None:
    """Its lists count as read and its webhooks as right: nothing of it is due by itself."""
    for resource in Resource:
        for purpose in Purpose:
            held = Cursor(store_id=store_id, resource=resource, purpose=purpose)
            held.state, held.cursor, held.trail, held.last_unreadable = "done", "", [], []
            session.add(held)
    session.add(WebhookCheck(store_id=store_id, report={}))


class Quiet(WSGIRequestHandler):
    """Nothing to say about each request."""

    def log_request(self, *_: object) -> None:
        pass


def free_port() -> int:
    """A loopback port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _not_yet(_environ: object, _start: object) -> list[bytes]:
    raise AssertionError("the server has no application yet")
