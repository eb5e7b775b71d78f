"""No store is looked for in a private network, whatever its name answers and whenever."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.http import Http
from adapters.platforms.woocommerce import WooCommerce
from connector.connecting import woocommerce
from connector.connecting.models import ConnectAttempt
from connector.ports.keys import Found, Unfit
from connector.stores import actions
from connector.stores.models import Store, User
from tests.adapters.loopback import Answer, Loopback, serving
from tests.fakes import Clock
from tests.promises import desk
from tests.promises.desk import Desk

HTTPS = "https://askback.example.com"
MARK = "rebound.example.com"


@pytest.fixture
def askback(sqlite_url: str, tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    """As it runs in the world: https before it, private addresses refused."""
    strict = {"PUBLIC_URL": HTTPS, "ALLOW_PRIVATE_ADDRESSES": "0"}
    with desk.opened(tmp_path, sqlite_url, clock, **strict) as one:
        for platform in one.machine.platforms.values():
            platform.http.sleep = lambda _: None  # type: ignore[attr-defined] # not in the port
        yield one


@pytest.fixture
def inside() -> Iterator[Loopback]:
    """Something in our own network that would love to be taken for a store."""
    with serving() as loopback:
        loopback.answers = [Answer.of({"name": "Inside", "home": "", "namespaces": ["wc/v3"]})]
        yield loopback


@pytest.fixture
def rebound(monkeypatch: pytest.MonkeyPatch, inside: Loopback) -> str:
    """A name that anybody may own, and that leads home."""
    port = int(inside.origin.rpartition(":")[2])
    known = socket.getaddrinfo

    def answer(host: Any, *args: Any, **more: Any) -> Any:
        if host == MARK:
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
        return known(host, *args, **more)

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return f"http://{MARK}:{port}"


def signed_in(askback: Desk) -> User:
    machine = askback.machine
    with machine.database.transaction() as session:
        account = actions.the_account(session, machine.now())
        user = actions.user_for(session, "merchant@example.com", machine.now(), account=account)
        token = actions.login_token(session, user, machine.now())
    page = askback.client.get(f"/login/{token}", base_url=HTTPS).text
    csrf = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert csrf is not None
    askback.client.post(
        f"/login/{token}",
        base_url=HTTPS,
        data={"csrf_token": csrf[1]},
        headers={"Referer": f"{HTTPS}/login/{token}"},
    )
    return user


PRIVATE = ("127.0.0.1", "10.0.0.1:8080", "192.168.1.1", "[::1]", "localhost", "169.254.169.254")


def test_an_address_in_a_private_network_is_refused_on_the_page(askback: Desk) -> None:
    signed_in(askback)
    for address in PRIVATE:
        page = askback.client.get(
            "/connect/woocommerce", query_string={"url": f"http://{address}"}, base_url=HTTPS
        )
        assert page.status_code == 422
        assert "This address lies in a private network" in page.text


def test_a_name_that_leads_home_is_refused_before_anything_is_sent(
    askback: Desk, inside: Loopback, rebound: str
) -> None:
    with pytest.raises(Unfit, match="private or reserved") as refused:
        woocommerce.find(askback.machine, rebound)
    assert (refused.value.code, inside.asked) == ("private_address", [])


def test_a_name_that_leads_home_only_later_gets_no_call_either(
    askback: Desk, inside: Loopback, rebound: str
) -> None:
    """DNS rebinding: harmless while the merchant looked at it, ours when the keys are tried."""
    machine, user = askback.machine, signed_in(askback)
    with machine.database.transaction() as session:
        page = woocommerce.begin(session, machine, user, machine.now(), base_url=rebound)
    nonce = re.findall(r"user_id=([\w-]+)", page)[0]
    keys = {"consumer_key": f"ck_{'0' * 40}", "consumer_secret": f"cs_{'0' * 40}"}
    body = {**keys, "key_id": 1, "user_id": nonce, "key_permissions": "read_write"}
    taken = askback.client.post("/connect/woocommerce/keys", data=json.dumps(body))
    assert taken.status_code == 200
    assert woocommerce.prove_next(machine, machine.now()) == 1
    with machine.database.reading() as session:
        assert session.query(ConnectAttempt).one().state == "refused"
        assert session.query(Store).all() == []
    assert inside.asked == []


class WithoutCertificate(WooCommerce):
    """A store on the internet that nobody has given a certificate."""

    def find(self, typed: str) -> Found:
        return Found(base_url="http://shop.example.com", name="Mugs")


def test_a_store_without_https_is_explained_and_not_connected(
    sqlite_url: str, tmp_path: Path, clock: Clock
) -> None:
    platforms = {"woocommerce": WithoutCertificate(Http())}
    strict = {"PUBLIC_URL": HTTPS, "ALLOW_PRIVATE_ADDRESSES": "0"}
    with desk.opened(tmp_path, sqlite_url, clock, platforms=platforms, **strict) as askback:
        signed_in(askback)
        typed = {"url": "shop.example.com"}
        page = askback.client.get("/connect/woocommerce", query_string=typed, base_url=HTTPS)
        assert (page.status_code, "The store has no https" in page.text) == (422, True)
