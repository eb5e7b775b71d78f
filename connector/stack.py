"""All of Askback on one machine: which processes there are, and how they begin."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from connector import bootstrap, clock, home, settings, valkey
from connector.errors import Permanent
from connector.settings import Settings
from connector.stores import actions as stores
from connector.stores.models import User
from connector.supervisor import Part, Supervisor

FIRST_USER = "owner@localhost"
"""Who signs in by the link that `askback up` prints, until there is somebody with an address."""


WEB_SECONDS = 60.0
"""Five processes begin at once; on a small and busy machine that takes its time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where to look, once everything runs."""

    url: str
    login: str
    mailbox: str
    home: Path
    logs: Path


def run(environ: Mapping[str, str], tell: Callable[[Places], None]) -> None:
    """Start everything, say where to look, keep it running until a signal says stop.

    Raises SettingsError, Permanent (the port or the data folder is taken, a part cannot start).
    """
    folder = settings.home_folder(environ)
    with home.locked(folder):
        home.keep_secret_key(folder)
        environ = home.environment({**environ, "ASKBACK_HOME": str(folder)})
        own_valkey = not environ.get("REDIS_URL") and not environ.get("REDIS_URL_FILE")
        if own_valkey:
            environ = {**environ, "REDIS_URL": valkey.url(folder)}
        decided = settings.read(environ)
        refuse_taken_port(decided.host, decided.port)
        supervisor = Supervisor(folder / "logs", environ)
        supervisor.listen()
        try:
            _start(supervisor, decided, own_valkey=own_valkey)
            if not supervisor.stop.is_set():
                tell(_places(decided))
                supervisor.watch()
        finally:
            supervisor.close()


def refuse_taken_port(host: str, port: int) -> None:
    """Raises Permanent where somebody else listens, before our own server would."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            raise Permanent(
                f"port {port} on {host} cannot be used ({problem.strerror}): "
                "set PORT to another one, for example PORT=8001"
            ) from problem


def _start(supervisor: Supervisor, decided: Settings, *, own_valkey: bool) -> None:
    folder = decided.home
    if own_valkey:
        valkey.prepare(folder)
        supervisor.start(
            Part(
                name="valkey",
                command=valkey.command(folder),
                stops=3,
                ready=lambda: valkey.answers(folder),
            )
        )
    bootstrap.migrate(decided)
    supervisor.start(Part(name="scheduler", command=_askback("scheduler"), stops=1))
    # Two workers: a store that lets a message wait must not let a webhook wait.
    supervisor.start(Part(name="worker-now", command=_askback("worker", "now"), stops=2))
    supervisor.start(Part(name="worker-soon", command=_askback("worker", "soon", "bulk"), stops=2))
    supervisor.start(
        Part(
            name="web",
            command=_askback("web"),
            ready=lambda: _listens(decided.host, decided.port),
        ),
        seconds=WEB_SECONDS,
    )


def _askback(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "connector", *arguments)


def _listens(host: str, port: int) -> bool:
    try:
        with socket.create_connection((_reachable(host), port), timeout=0.5):
            return True
    except OSError:
        return False


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 # read, not bound


def _places(decided: Settings) -> Places:
    machine = bootstrap.build(decided)
    now = clock.now()
    try:
        with machine.database.transaction() as session:
            account = stores.the_account(session, now)
            user = session.scalar(select(User).order_by(User.id).limit(1))
            user = user or stores.user_for(session, FIRST_USER, now, account=account)
            token = stores.login_token(session, user, now)
    finally:
        machine.database.close()
    return Places(
        url=decided.public_url,
        login=f"{decided.public_url}/login/{token}",
        mailbox="" if decided.smtp_url else f"{decided.public_url}/app/mailbox",
        home=decided.home,
        logs=decided.home / "logs",
    )
