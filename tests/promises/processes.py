"""Askback as real processes over one database, each killed without warning when a test says so."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from connector import bootstrap, clock, settings
from connector.database import Base, Database
from connector.machine import Machine
from connector.ports.platform import Access, StoreFacts
from connector.stores import actions as stores
from tests.road import environment, free_port, hold
from tests.valkeys import Valkey

WEBHOOK_SECRET = "a-secret-between-this-store-and-us"
PATIENCE_SECONDS = 30.0


def in_time(holds: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> bool:
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def signature(body: bytes, secret: str = WEBHOOK_SECRET) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def order(number: int) -> bytes:
    """A small WooCommerce order, as its webhook tells it."""
    return json.dumps(
        {
            "id": number,
            "status": "processing",
            "currency": "ILS",
            "total": "23.90",
            "date_created_gmt": "2026-11-21T09:00:00",
            "date_modified_gmt": "2026-11-21T09:00:00",
            "date_paid_gmt": "2026-11-21T09:00:00",
            "order_key": f"wc_order_{number}",
            "billing": {"email": f"shopper{number}@example.com", "first_name": "Ann"},
            "line_items": [
                {"id": number, "name": "Blue mug", "product_id": 14, "quantity": 1,
                 "total": "20.25", "total_tax": "3.65", "price": 20.25}
            ],
        }
    ).encode()  # fmt: skip


class Installation:
    """One database, one Valkey, and the processes that were started over them."""

    def __init__(self, home: Path, database_url: str) -> None:
        self.port = free_port()
        self.valkey = Valkey(home)
        self.environ = environment(
            home, database_url, PORT=str(self.port), REDIS_URL=self.valkey.url
        )
        self._home = home
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self.machine: Machine = bootstrap.build(settings.read(self.environ))
        self.store_key = self._connect_a_store()

    @property
    def database(self) -> Database:
        return self.machine.database

    def rows(self, model: type[Base]) -> list[Any]:
        with self.database.reading() as session:
            return list(session.scalars(select(model)))

    def count(self, model: type[Base]) -> int:
        with self.database.reading() as session:
            return session.scalar(select(func.count()).select_from(model)) or 0

    def start(self, *names: str) -> None:
        """Start `web`, `worker`, `scheduler`, `valkey`; returns once the doors are open."""
        for name in names:
            if name == "valkey":
                self.valkey.start()
            else:
                with (self._home / f"{name}.log").open("ab") as log:
                    self._running[name] = subprocess.Popen(
                        [sys.executable, "-m", "connector", name],
                        env={**os.environ, **self.environ},
                        stdout=log, stderr=log, start_new_session=True,
                    )  # fmt: skip
        if "web" in names:
            assert in_time(self.answers), (self._home / "web.log").read_text()[-2000:]

    def kill(self, *names: str) -> None:
        """kill -9, its children too, with nothing said before."""
        for name in names:
            if name == "valkey":
                self.valkey.kill()
            elif (process := self._running.pop(name, None)) is not None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def close(self) -> None:
        self.kill(*self._running, "valkey")
        self.database.close()

    def command(self, *words: str) -> Any:
        """What `askback WORDS` prints, read as JSON."""
        done = subprocess.run(
            [sys.executable, "-m", "connector", *words],
            env={**os.environ, **self.environ}, capture_output=True, timeout=100, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode()[-2000:]
        return json.loads(done.stdout)

    def answers(self) -> bool:
        try:
            return self.request("GET", "/healthz") == 200
        except (OSError, http.client.HTTPException):
            return False

    def request(self, method: str, path: str, body: bytes | None = None, **headers: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body, headers)
            return connection.getresponse().status
        finally:
            connection.close()

    def delivers(self, body: bytes, topic: str = "order.created") -> int:
        """Post one rightly signed delivery of the store; 0 when nobody answered."""
        headers = {
            "Content-Type": "application/json",
            "X-WC-Webhook-Topic": topic,
            "X-WC-Webhook-Signature": signature(body),
        }
        try:
            return self.request("POST", f"/webhooks/woocommerce/{self.store_key}", body, **headers)
        except (OSError, http.client.HTTPException):
            return 0

    def _connect_a_store(self) -> str:
        now = clock.now()
        with self.database.transaction() as session:
            account = stores.the_account(session, now)
            stores.user_for(session, "merchant@example.com", now, account=account)
            store = stores.connect(
                session, self.machine, account, now,
                platform="woocommerce",
                access=Access(
                    base_url="https://store.example.com",
                    credentials={"consumer_key": "ck_1", "consumer_secret": "cs_1"},
                ),
                facts=StoreFacts(
                    name="Practice", currency="ILS", timezone="UTC", locale="en", external_id="1"
                ),
                webhook_secret=WEBHOOK_SECRET,
            )  # fmt: skip
            hold(session, store.id)  # its address leads nowhere
            return store.key


@contextmanager
def installed(home: Path, database_url: str) -> Iterator[Installation]:
    one = Installation(home, database_url)
    try:
        yield one
    finally:
        one.close()
