"""A real SMTP server on loopback, where the demonstration's people read their mail."""

from __future__ import annotations

import threading
import time
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

PATIENCE_SECONDS = 60.0


class Letterbox:
    """Keeps every mail by its recipient, and as a file that a mail program opens."""

    def __init__(self, folder: Path, port: int) -> None:
        self._folder = folder
        self._folder.mkdir(parents=True, exist_ok=True)
        self._mails: dict[str, list[EmailMessage]] = {}
        self._arrived = threading.Condition()
        self._controller = Controller(self, hostname="127.0.0.1", port=port)

    def open(self) -> None:
        self._controller.start()

    def close(self) -> None:
        self._controller.stop()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 # aiosmtpd calls it by this name
        mail = message_from_bytes(envelope.content, policy=policy.default)
        with self._arrived:
            for recipient in envelope.rcpt_tos:
                own = self._mails.setdefault(recipient, [])
                own.append(mail)
                name = f"{recipient.partition('@')[0]}-{len(own)}.eml"
                (self._folder / name).write_bytes(envelope.content)
            self._arrived.notify_all()
        return "250 kept"

    def wait(self, recipient: str, number: int) -> EmailMessage:
        """This person's mail of that number, counted from 1. Raises TimeoutError."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        with self._arrived:
            while len(self._mails.get(recipient, ())) < number:
                left = deadline - time.monotonic()
                if left <= 0:
                    raise TimeoutError(f"mail {number} to {recipient} did not come")
                self._arrived.wait(left)
            return self._mails[recipient][number - 1]

    def count(self, recipient: str) -> int:
        with self._arrived:
            return len(self._mails.get(recipient, ()))


def plain(mail: EmailMessage) -> str:
    """The plain-text part."""
    part = mail.get_body(("plain",))
    assert part is not None
    text: str = part.get_content()
    return text
