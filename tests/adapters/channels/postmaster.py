"""A real SMTP server on loopback that takes mail, refuses it, or breaks off, as it is told."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

PASSWORD = "letmein%/@"


class Postmaster:
    """`replies` overrules what is said to MAIL, RCPT or DATA; `hangs_up_at` ends a conversation."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []
        self.envelopes: list[tuple[str, list[str]]] = []
        self.connections = 0
        self.replies: dict[str, str] = {}
        self.hangs_up_at = ""
        self.url = ""

    def only_mail(self) -> EmailMessage:
        """The only mail that came, parsed."""
        (content,) = self.mails
        parsed = BytesParser(policy=default).parsebytes(content)
        assert isinstance(parsed, EmailMessage)
        return parsed

    async def handle_EHLO(  # noqa: N802 # aiosmtpd's names
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str,
        responses: list[str],
    ) -> list[str]:  # fmt: skip
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802 # aiosmtpd calls it by this name
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._breaks("MAIL", server) or "MAIL" in self.replies:
            return self.replies.get("MAIL", "421 gone")
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 # aiosmtpd calls it by this name
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._breaks("RCPT", server) or "RCPT" in self.replies:
            return self.replies.get("RCPT", "421 gone")
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 # aiosmtpd calls it by this name
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        if self._breaks("DATA", server) or "DATA" in self.replies:
            return self.replies.get("DATA", "421 gone")
        assert isinstance(envelope.content, bytes)
        self.mails.append(envelope.content)
        self.envelopes.append((str(envelope.mail_from), list(envelope.rcpt_tos)))
        return "250 taken"

    def _breaks(self, stage: str, server: SMTP) -> bool:
        if self.hangs_up_at != stage:
            return False
        self.hangs_up_at = ""
        assert server.transport is not None
        server.transport.abort()
        return True


def authenticate(
    _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: Any
) -> AuthResult:
    right = isinstance(given, LoginPassword) and given.password == PASSWORD.encode()
    return AuthResult(success=right, handled=False)


@contextmanager
def listening(**options: Any) -> Iterator[Postmaster]:
    """A postmaster at `url`."""
    postmaster = Postmaster()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(postmaster, hostname="127.0.0.1", port=port, **options)
    controller.start()
    postmaster.url = f"127.0.0.1:{port}"
    try:
        yield postmaster
    finally:
        controller.stop()


@contextmanager
def silent() -> Iterator[str]:
    """A server that takes connections and says nothing."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        taken: list[socket.socket] = []
        done = threading.Event()

        def take() -> None:
            listener.settimeout(0.1)
            while not done.is_set():
                try:
                    taken.append(listener.accept()[0])
                except TimeoutError:
                    continue

        thread = threading.Thread(target=take)
        thread.start()
        yield f"127.0.0.1:{listener.getsockname()[1]}"
        done.set()
        thread.join()
        for one in taken:
            one.close()
