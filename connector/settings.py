"""What the environment says, read once, with every mistake reported together."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from connector.errors import SettingsError

_SHORTEST_SECRET = 32
_HIGHEST_PORT = 65535
_SHOPIFY_API_VERSION = "2026-07"

_QUARTER = re.compile(r"20[0-9]{2}-(01|04|07|10)")
"""Shopify's versions: https://shopify.dev/docs/api/usage/versioning"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One process's settings; secrets stay out of its repr."""

    database_url: str
    redis_url: str
    secret_keys: tuple[str, ...] = field(repr=False)
    """The first one seals; the others (SECRET_KEY_OLD) still open."""
    public_url: str
    home: Path
    port: int
    host: str = "127.0.0.1"
    smtp_url: str = field(default="", repr=False)
    mail_from: str = ""
    shopify_api_version: str = _SHOPIFY_API_VERSION
    shopify_api_key: str = ""
    """The app's client id; with a secret, merchants connect by one click."""
    shopify_secrets: tuple[str, ...] = field(default=(), repr=False)
    shopify_admin_origin: str = "https://{shop}"
    allow_private_addresses: bool = False
    trusted_certificates: str = ""
    """A file of authorities that prove a store's certificate; empty: those every browser knows."""


class _Reader:
    """Reads variables and collects what is wrong with them."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.mistakes: list[str] = []

    def text(self, name: str, default: str = "") -> str:
        """The value of NAME, or what the file named by NAME_FILE holds."""
        if value := self.environ.get(name, "").strip():
            return value
        if file := self.environ.get(f"{name}_FILE", "").strip():
            try:
                return Path(file).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as problem:
                self.mistakes.append(f"{name}_FILE cannot be read: {problem}")
        return default

    def number(self, name: str, default: int, *, highest: int) -> int:
        text = self.text(name)
        if not text:
            return default
        if text.isascii() and text.isdigit() and int(text) <= highest:
            return int(text)
        self.mistakes.append(f"{name} must be a number from 0 to {highest}, not {text!r}")
        return default

    def url(self, name: str, default: str, schemes: tuple[str, ...]) -> str:
        text = self.text(name, default)
        scheme = urlsplit(text).scheme
        if text and scheme not in schemes:
            self.mistakes.append(f"{name} must start with one of: {', '.join(schemes)}")
        return text

    def file(self, *names: str) -> str:
        """The path that the first of these variables gives; it has to be readable."""
        for name in names:
            if path := self.environ.get(name, "").strip():
                if not Path(path).is_file():
                    self.mistakes.append(f"{name} is no file: {path!r}")
                return path
        return ""

    def flag(self, name: str) -> bool:
        text = self.text(name, "0").lower()
        if text in ("1", "true", "yes", "on"):
            return True
        if text not in ("0", "false", "no", "off"):
            self.mistakes.append(f"{name} must be 1 or 0, not {text!r}")
        return False


def home_folder(environ: Mapping[str, str]) -> Path:
    """The data folder: ASKBACK_HOME, else .askback in the present folder."""
    return Path(environ.get("ASKBACK_HOME", "").strip() or ".askback").expanduser().absolute()


def read(environ: Mapping[str, str]) -> Settings:
    """Raises SettingsError naming every variable that is missing or wrong."""
    reader = _Reader(environ)
    home = home_folder(environ)
    port = reader.number("PORT", 8000, highest=_HIGHEST_PORT)
    settings = Settings(
        database_url=_database_url(reader, home),
        redis_url=reader.url(
            "REDIS_URL", "", ("redis", "rediss", "unix", "redis+sentinel", "redis+cluster")
        ),
        secret_keys=_secret_keys(reader),
        public_url=reader.url("PUBLIC_URL", f"http://127.0.0.1:{port}", ("http", "https")).rstrip(
            "/"
        ),
        home=home,
        port=port,
        host=reader.text("HOST", "127.0.0.1"),
        smtp_url=reader.url("SMTP_URL", "", ("smtp", "smtps")),
        mail_from=_mail_from(reader),
        shopify_api_version=_shopify_version(reader),
        shopify_api_key=reader.text("SHOPIFY_API_KEY"),
        shopify_secrets=_shopify_secrets(reader),
        shopify_admin_origin=reader.url(
            "SHOPIFY_ADMIN_ORIGIN", "https://{shop}", ("http", "https")
        ).rstrip("/"),
        allow_private_addresses=reader.flag("ALLOW_PRIVATE_ADDRESSES"),
        # The names by which OpenSSL and requests know it: who has set one means us too.
        trusted_certificates=reader.file("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"),
    )
    if reader.mistakes:
        raise SettingsError(reader.mistakes)
    return settings


def _database_url(reader: _Reader, home: Path) -> str:
    url = reader.url(
        "DATABASE_URL",
        f"sqlite:///{home / 'askback.db'}",
        ("sqlite", "postgresql", "postgres", "postgresql+psycopg"),
    )
    for alias in ("postgres://", "postgresql://"):
        if url.startswith(alias):
            return "postgresql+psycopg://" + url.removeprefix(alias)
    return url


def _secret_keys(reader: _Reader) -> tuple[str, ...]:
    keys = [key for name in ("SECRET_KEY", "SECRET_KEY_OLD") if (key := reader.text(name))]
    if not reader.text("SECRET_KEY"):
        reader.mistakes.append(
            "SECRET_KEY is required: a random text of 32 characters or more, kept for good "
            "(`askback up` makes and keeps one)"
        )
    reader.mistakes.extend(
        f"{name} is too short: at least {_SHORTEST_SECRET} characters"
        for name in ("SECRET_KEY", "SECRET_KEY_OLD")
        if 0 < len(reader.text(name)) < _SHORTEST_SECRET
    )
    return tuple(keys)


def _shopify_version(reader: _Reader) -> str:
    """One of Shopify's stable versions: any other text is answered by a version of its choice."""
    version = reader.text("SHOPIFY_API_VERSION", _SHOPIFY_API_VERSION)
    if not _QUARTER.fullmatch(version):
        reader.mistakes.append(
            "SHOPIFY_API_VERSION must be a stable version of Shopify's, a year and the first month "
            f"of a quarter like 2026-07, not {version[:40]!r}"
        )
    return version


def _shopify_secrets(reader: _Reader) -> tuple[str, ...]:
    """The app's present secret, then the former one."""
    secret = reader.text("SHOPIFY_API_SECRET")
    if reader.text("SHOPIFY_API_KEY") and not secret:
        reader.mistakes.append("SHOPIFY_API_SECRET is required with SHOPIFY_API_KEY: its secret")
    return tuple(one for one in (secret, reader.text("SHOPIFY_API_SECRET_OLD")) if one)


def _mail_from(reader: _Reader) -> str:
    sender = reader.text("MAIL_FROM")
    if reader.text("SMTP_URL") and "@" not in sender:
        reader.mistakes.append("MAIL_FROM is required with SMTP_URL: an address that mails bear")
    return sender or "askback@localhost.localdomain"
