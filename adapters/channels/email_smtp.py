"""Mail through an SMTP server, over connections that stay open, its errors named by what to do."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
import threading
from contextlib import suppress
from email.message import EmailMessage
from functools import cached_property
from typing import NoReturn
from urllib.parse import parse_qs, unquote, urlsplit

from adapters.channels import mime
from connector import clock
from connector.errors import OutcomeUnknown, Permanent, Retryable
from connector.ports.channel import Accepted, Channel, Outgoing

SECONDS = 20.0
MISCONFIGURED_SECONDS = 900.0
"""When the server refuses us and not this message: time for a human to mend the settings."""

_GO_AHEAD = 354
_TRANSIENT = 400
_REFUSED = 500
_ADDRESS = re.compile(r"[^\s<>\"]+@[^\s<>\"]+")
_SECURE_PORT, _SUBMISSION_PORT, _PLAIN_PORT = 465, 587, 25


class EmailSmtp(Channel):
    """`smtp://user:password@host:port?starttls=1` or `smtps://…`; one connection per thread."""

    name = "email"

    def __init__(
        self,
        smtp_url: str,
        mail_from: str,
        *,
        seconds: float = SECONDS,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        parts = urlsplit(smtp_url)
        self._secure = parts.scheme == "smtps"
        self._starttls = parse_qs(parts.query).get("starttls", ["0"])[0] in ("1", "true", "yes")
        usual = _SUBMISSION_PORT if self._starttls else _PLAIN_PORT
        self._host = parts.hostname or "localhost"
        self._port = parts.port or (_SECURE_PORT if self._secure else usual)
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._mail_from = mail_from
        self._seconds = seconds
        self._given_tls = tls
        self._mine = threading.local()
        self._open: set[smtplib.SMTP] = set()
        self._lock = threading.Lock()

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        """Reads all the authorities of this machine: not before somebody needs them."""
        return self._given_tls or ssl.create_default_context()

    def send(self, outgoing: Outgoing) -> Accepted:
        mail = mime.message(outgoing, self._mail_from, clock.now())
        try:
            server = self._begin(mime.ascii_address(self._mail_from))
            self._address(server, mime.ascii_address(outgoing.to))
            self._hand_over(server, _bytes(mail))
        except Permanent:
            self._reset()
            raise
        except Retryable:
            self._hang_up()
            raise
        except (smtplib.SMTPException, OSError) as problem:
            self._hang_up()
            raise Retryable(f"the mail server broke off: {_told(problem)}") from problem
        return Accepted(provider_id=str(mail["Message-ID"]))

    def check(self) -> None:
        """Connect and sign in. Raises Retryable with what stands against it."""
        self._hang_up()
        self._connect()
        self._hang_up()

    def close(self) -> None:
        """Hang up all connections, of all threads."""
        with self._lock:
            servers, self._open = self._open, set()
        for server in servers:
            server.close()

    @cached_property
    def _own_name(self) -> str:
        return socket.getfqdn()

    def _begin(self, sender: str) -> smtplib.SMTP:
        """Announce the mail; a kept connection that the server has closed is made anew."""
        kept: smtplib.SMTP | None = getattr(self._mine, "server", None)
        if kept is not None and kept.sock is not None:
            try:
                code, _ = kept.mail(sender)
            except (smtplib.SMTPException, OSError):
                code = 0
            if 0 < code < _TRANSIENT:
                return kept
            self._hang_up()
        server = self._connect()
        code, reply = server.mail(sender)
        if code >= _REFUSED:
            raise Retryable(
                f"the mail server does not take mail from us: {_reply(code, reply)}",
                after_seconds=MISCONFIGURED_SECONDS,
            )
        _judge(code, reply, "the mail server does not begin")
        return server

    def _address(self, server: smtplib.SMTP, to: str) -> None:
        if not to.isascii():
            raise Permanent("the mail server cannot write to an address in this script")
        code, reply = server.rcpt(to)
        _judge(code, reply, "the address was not accepted")

    def _hand_over(self, server: smtplib.SMTP, content: bytes) -> None:
        """The last byte decides: once it is sent, silence means that nobody knows."""
        server.putcmd("data")
        code, reply = server.getreply()
        if code != _GO_AHEAD:
            _judge(max(code, _TRANSIENT), reply, "the mail server did not want the content")
        server.send(content)
        try:
            code, reply = server.getreply()
        except (smtplib.SMTPException, OSError) as problem:
            raise OutcomeUnknown(
                f"the mail server went silent after the last byte: {_told(problem)}"
            ) from problem
        _judge(code, reply, "the content was not accepted")

    def _connect(self) -> smtplib.SMTP:
        try:
            server = self._call()
        except (smtplib.SMTPException, OSError) as problem:
            raise Retryable(f"no connection to the mail server: {_told(problem)}") from problem
        with self._lock:
            self._open.add(server)
        self._mine.server = server
        try:
            server.ehlo_or_helo_if_needed()
            if self._starttls:
                server.starttls(context=self._tls)
                server.ehlo()
            if self._user:
                server.login(self._user, self._password)
        except (smtplib.SMTPException, OSError) as problem:
            self._hang_up()
            _no_entry(problem)
        return server

    def _call(self) -> smtplib.SMTP:
        if self._secure:
            return smtplib.SMTP_SSL(
                self._host, self._port, self._own_name, timeout=self._seconds, context=self._tls
            )
        return smtplib.SMTP(self._host, self._port, self._own_name, timeout=self._seconds)

    def _reset(self) -> None:
        """The server refused this mail; the connection serves the next one."""
        server: smtplib.SMTP | None = getattr(self._mine, "server", None)
        try:
            if server is not None and server.sock is not None:
                server.rset()
        except (smtplib.SMTPException, OSError):
            self._hang_up()

    def _hang_up(self) -> None:
        server: smtplib.SMTP | None = getattr(self._mine, "server", None)
        self._mine.server = None
        if server is not None:
            with self._lock:
                self._open.discard(server)
            with suppress(smtplib.SMTPException, OSError):  # closed already is closed
                server.close()


def _no_entry(problem: Exception) -> NoReturn:
    """Refused for good needs a human; anything else may pass by itself."""
    transient = (
        isinstance(problem, smtplib.SMTPResponseException) and problem.smtp_code < _REFUSED
    ) or isinstance(problem, smtplib.SMTPServerDisconnected | TimeoutError | ConnectionError)
    raise Retryable(
        f"the mail server does not let us in: {_told(problem)}",
        after_seconds=None if transient else MISCONFIGURED_SECONDS,
    ) from problem


def _judge(code: int, reply: bytes, what: str) -> None:
    if code >= _REFUSED:
        raise Permanent(f"{what}: {_reply(code, reply)}")
    if code >= _TRANSIENT or code < 0:
        raise Retryable(f"{what} yet: {_reply(code, reply)}")


def _bytes(mail: EmailMessage) -> bytes:
    """As the protocol wants it: a line's first dot doubled, a dot alone at the end (RFC 5321)."""
    content = re.sub(rb"(?m)^\.", b"..", mail.as_bytes())
    return content + (b"" if content.endswith(b"\r\n") else b"\r\n") + b".\r\n"


def _told(problem: Exception) -> str:
    if isinstance(problem, smtplib.SMTPResponseException):
        error = problem.smtp_error
        return _reply(problem.smtp_code, error if isinstance(error, bytes) else error.encode())
    return f"{type(problem).__name__}: {_without_addresses(str(problem))}"


def _reply(code: int, reply: bytes) -> str:
    return f"{code} {_without_addresses(reply.decode('utf-8', 'replace'))}"[:300]


def _without_addresses(text: str) -> str:
    return mime.one_line(_ADDRESS.sub("…", text))
