"""Queues named by what they promise, and the connection they live behind."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from redis.sentinel import Sentinel

from connector.errors import SettingsError

NOW = "now"
SOON = "soon"
BULK = "bulk"
ALL = (NOW, SOON, BULK)
"""`now`: a shopper or a store waits; `soon`: within seconds; `bulk`: whenever there is room."""

PATIENCE_SECONDS = 0.5
"""A nudge is not worth more waiting than this."""

_SENTINEL_PORT = 26379


def connect(url: str, *, patience: float | None = PATIENCE_SECONDS) -> Redis:
    """A client for `url`; opens no connection yet. `patience`: seconds for every answer.

    Beside redis-py's own forms: `redis+sentinel://[:password@]host:port[,host:port]/service/db`.
    Raises SettingsError for an address that cannot be used.
    """
    options = {
        "socket_timeout": patience,
        "socket_connect_timeout": PATIENCE_SECONDS if patience is not None else 5,
        "retry": Retry(NoBackoff(), 0),
    }
    try:
        if urlsplit(url).scheme == "redis+sentinel":
            return _through_sentinel(url, options)
        return Redis.from_url(url, **options)
    except ValueError as problem:
        raise SettingsError([f"REDIS_URL cannot be used: {problem}"]) from problem


def _through_sentinel(url: str, options: Mapping[str, object]) -> Redis:
    parts = urlsplit(url)
    service, _, number = parts.path.strip("/").partition("/")
    if not service:
        raise ValueError("a Sentinel address ends with /name-of-the-service")
    hosts = parts.netloc.rpartition("@")[2]
    watchers = [_host_and_port(one) for one in hosts.split(",")]
    credentials = {"username": parts.username or None, "password": parts.password or None}
    ask = {key: value for key, value in options.items() if key != "retry"}
    if secret := parse_qs(parts.query).get("sentinel_password"):
        ask["password"] = secret[0]
    sentinel = Sentinel(watchers, sentinel_kwargs=ask)  # type: ignore[no-untyped-call] # theirs
    master: Redis = sentinel.master_for(  # type: ignore[no-untyped-call] # theirs
        service, db=int(number or 0), **credentials, **options
    )
    return master


def _host_and_port(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":") if ":" in text else (text, "", "")
    return host, int(port or _SENTINEL_PORT)
