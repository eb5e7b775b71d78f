"""A message as mail servers want it: headers that nobody can smuggle anything into."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from connector.errors import Permanent
from connector.ports.channel import Outgoing

# 7bit: quoted-printable or base64 passes every server; 8bit needs each one's 8BITMIME.
POLICY = SMTP.clone(cte_type="7bit")

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,75}")


def message(outgoing: Outgoing, mail_from: str, now: datetime) -> EmailMessage:
    """Text first, then HTML. Raises Permanent for what cannot become a mail."""
    mail = EmailMessage(policy=POLICY)
    try:
        mail["Message-ID"] = message_id(outgoing.key, mail_from)
        mail["Date"] = format_datetime(now)
        mail["From"] = person(outgoing.sender or mail_from, outgoing.sender_name)
        mail["To"] = person(outgoing.to, outgoing.to_name)
        mail["Subject"] = one_line(outgoing.subject)
        if outgoing.reply_to:
            mail["Reply-To"] = person(outgoing.reply_to)
        if outgoing.locale:
            mail["Content-Language"] = one_line(outgoing.locale)
        _add(mail, outgoing.headers)
        mail.set_content(outgoing.text)
        if outgoing.html:
            mail.add_alternative(outgoing.html, subtype="html")
    except (MessageError, ValueError, LookupError) as problem:
        raise Permanent(f"this cannot be written as a mail: {type(problem).__name__}") from problem
    return mail


def message_id(key: str, mail_from: str) -> str:
    """The same on every try, so that a mailbox can tell a repetition."""
    domain = ascii_address(mail_from).rpartition("@")[2]
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{domain}>"


def person(address: str, name: str = "") -> Address:
    """An address with a name in any script. Raises Permanent for what is no address."""
    try:
        return Address(one_line(name), addr_spec=ascii_address(address))
    except (MessageError, ValueError, IndexError) as problem:
        raise Permanent("this is not a mail address") from problem


def ascii_address(address: str) -> str:
    """The address with its domain as DNS knows it (IDNA). Raises Permanent."""
    local, _, domain = address.strip().rpartition("@")
    if not local or not domain or _CONTROLS.search(address) or any(map(str.isspace, address)):
        raise Permanent("this is not a mail address")
    try:
        return f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError as problem:
        raise Permanent("this mail address has no possible domain") from problem


def one_line(text: str) -> str:
    """Without line breaks and other control characters, which could start a header of their own."""
    return _CONTROLS.sub(" ", text).strip()


def _add(mail: EmailMessage, headers: Mapping[str, str]) -> None:
    for name, value in headers.items():
        if not _HEADER_NAME.fullmatch(name) or name in mail or _CONTROLS.search(value):
            raise Permanent(f"the header {one_line(name)!r} cannot be added")
        mail[name] = value
