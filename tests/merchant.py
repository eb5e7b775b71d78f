"""A merchant at her browser: she signs in, opens pages and presses buttons."""

from __future__ import annotations

import html
import re
from datetime import datetime
from typing import Any

import requests

from connector.machine import Machine
from connector.stores import actions, policy
from connector.stores.models import Account, Store, User
from tests.road import Road, hold

MERCHANT = "merchant@example.com"

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_TAGS = re.compile(r"<[^>]+>")


class Merchant:
    """One signed-in browser, without JavaScript."""

    def __init__(self, road: Road, email: str = MERCHANT, *, locale: str = "en") -> None:
        self.road = road
        self.browser = requests.Session()
        self.browser.trust_env = False
        self.browser.headers["Accept-Language"] = locale
        with road.machine.database.transaction() as session:
            account = actions.the_account(session, road.clock.now())
            user = actions.user_for(session, email, road.clock.now(), account=account)
            self.token = actions.login_token(session, user, road.clock.now())
        self.opens(f"/login/{self.token}")
        self.signed_in = self.presses(f"/login/{self.token}")

    def opens(self, path: str) -> requests.Response:
        self.page = self.browser.get(f"{self.road.base_url}{path}", timeout=10)
        return self.page

    def presses(self, path: str, fields: Any = None) -> requests.Response:
        """Post a form of the page she is on."""
        token = _TOKEN.search(self.page.text)
        data = [("csrf_token", token[1] if token else ""), *_pairs(fields or {})]
        self.page = self.browser.post(f"{self.road.base_url}{path}", data=data, timeout=10)
        return self.page

    def reads(self) -> str:
        """The words of the page she is on, on one line."""
        body = self.page.text.partition("<main")[2]
        return " ".join(html.unescape(_TAGS.sub(" ", body)).split())

    def close(self) -> None:
        self.browser.close()


def _pairs(fields: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (name, one)
        for name, value in fields.items()
        for one in (value if isinstance(value, list) else [value])
    ]


def neighbour(machine: Machine, now: datetime) -> Store:
    """A store of another merchant's account, which nobody else may see."""
    with machine.database.transaction() as session:
        account = Account(name="The neighbour", created_at=now)
        session.add(account)
        session.flush()
        session.add(User(account_id=account.id, email="nina@example.com", created_at=now))
        store = Store(
            account_id=account.id,
            key="neighbour",
            platform="woocommerce",
            external_id="https://neighbour.example.com",
            base_url="https://neighbour.example.com",
            name="The neighbour's store",
            currency="EUR",
            credentials=machine.vault.seal("{}"),
            webhook_secret=machine.vault.seal(""),
            policy=policy.dump(policy.Policy()),
            active_since=now,
            created_at=now,
        )
        session.add(store)
        session.flush()
        hold(session, store.id)
    return store
