"""Cart snapshots of the WordPress companion, as they stand at the door: signed and fresh."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from marshmallow import ValidationError, fields

from adapters import signatures, strict_json
from adapters.platforms.woocommerce import records_capture
from adapters.platforms.woocommerce.fields import Payload
from adapters.platforms.woocommerce.fields_capture import Seconds
from connector.errors import Unreadable
from connector.ports.platform import Envelope, Label

SIGNATURE = "x-askback-signature"

FRESH = timedelta(hours=1)
"""A snapshot is sent the moment it is made; the rest is room for a store's clock that is off."""


class _Label(Payload):
    event = fields.String(required=True)
    at = Seconds(required=True)


_LABEL = _Label()


def label(envelope: Envelope, secrets: Sequence[str], now: datetime) -> Label:
    """Raises NotAuthentic, Unreadable. The topic stands inside the body, so it is signed too."""
    signatures.verify_base64_hmac(envelope.body, envelope.headers.get(SIGNATURE), secrets)
    try:
        said = _LABEL.load(strict_json.loads(envelope.body))
    except ValidationError as problem:
        wrong = ", ".join(map(str, problem.messages_dict))
        raise Unreadable(f"no cart snapshot: {wrong}") from problem
    if said["event"] not in records_capture.READERS:
        known = ", ".join(records_capture.READERS)
        raise Unreadable(f"this event is not known; there are: {known}")
    if abs(now - said["at"]) > FRESH:
        raise Unreadable("made too long ago, or the store's clock is wrong by more than an hour")
    topic = said["event"]
    return Label(topic=topic, dedupe_key=f"{topic}:{hashlib.sha256(envelope.body).hexdigest()}")
