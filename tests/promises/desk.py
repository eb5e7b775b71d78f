"""One Askback without a network: deliveries go in at its door, its inbox is applied by hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask

from connector import bootstrap, settings
from connector.inbox import actions as inbox
from connector.machine import Machine
from connector.ports.platform import Platform
from connector.registry import Registry
from connector.web import create_app
from tests.fakes import Clock
from tests.fakes.post import Delivery
from tests.road import environment


class Desk:
    """A machine, its web application, and a hand that applies what lies in the inbox."""

    def __init__(self, machine: Machine, app: Flask) -> None:
        self.machine = machine
        self.app = app
        self.client = app.test_client()

    def posts(self, deliveries: Iterable[Delivery]) -> list[int]:
        """Post each delivery at the door it is addressed to; returns the statuses."""
        return [
            self.client.post(
                urlsplit(one.url).path, data=one.body, headers=list(one.headers.items())
            ).status_code
            for one in deliveries
        ]

    def applies(self, *, limit: int = inbox.BATCH) -> None:
        """Apply what is due now, `limit` deliveries at a time."""
        now = self.machine.now()
        with self.machine.database.reading() as session:
            stores = inbox.stores_with_work(session, now)
        for store_id in stores:
            while inbox.apply(self.machine, store_id, now, limit=limit):
                pass


@contextmanager
def opened(
    home: Path,
    database_url: str,
    clock: Clock,
    *,
    platforms: Mapping[str, Platform] | None = None,
    **more: str,
) -> Iterator[Desk]:
    """A desk on this database; `platforms` replaces those of the product."""
    built = bootstrap.build(settings.read(environment(home, database_url, **more)))
    registry = Registry("platform", platforms) if platforms else built.platforms
    machine = replace(built, now=clock.now, platforms=registry)
    app = create_app(machine)
    try:
        yield Desk(machine, app)
    finally:
        app.extensions["askback_intake"].close()
        machine.database.close()
