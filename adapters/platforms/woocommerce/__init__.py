"""WooCommerce: the table of contents of what we can do with such a store."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from adapters import signatures
from adapters.http import Http
from adapters.platforms.woocommerce import (
    api_completing,
    api_coupons,
    api_orders,
    api_statuses,
    api_store,
    api_writing,
    captures,
    companion,
    discovery,
    feed,
    grants,
    install,
    links,
    own_mails,
    records,
    records_capture,
)
from connector.ports.capture import CapturesCarts, CompanionSettings
from connector.ports.keys import Approval, Found, Grant, KeysByClick
from connector.ports.notices import Notice, TellsOwnMails
from connector.ports.platform import (
    Access,
    CheckoutFacts,
    CouponMade,
    CouponWish,
    Envelope,
    Label,
    OrderFound,
    Platform,
    StoreFacts,
)
from connector.ports.statuses import NamesStatuses, OwnStatus
from connector.ports.writing import ConsentWord, OrderLink, OrderNote, OrderTags, OrderWish
from connector.records import Record

_PING = re.compile(rb"webhook_id=[0-9]{1,20}")
_FORM = "application/x-www-form-urlencoded"
_LONGEST_TOPIC = 120
_LONGEST_DELIVERY_ID = 64
# Their bodies carry no time of change: a second trashing after a restore says the very same.
_TIMELESS = (".deleted", ".restored")


class WooCommerce(Platform, KeysByClick, CapturesCarts, TellsOwnMails, NamesStatuses):
    """Stores that run WooCommerce; recorded against 10.5, REST API wc/v3."""

    name = "woocommerce"
    title = "WooCommerce"
    shows_notes = True
    keeps_guests_words = True
    # The store's daily clean-up drops drafts untouched for 24 hours, pay link and all.
    recovery_lifetime = timedelta(hours=20)
    topics = tuple(records.READERS)
    capture_topics = tuple(records_capture.READERS)

    def __init__(self, http: Http) -> None:
        self.http = http
        self._feed = feed.WooCommerceFeed(http)

    @property
    def feed(self) -> feed.WooCommerceFeed:
        return self._feed

    def authenticate(self, envelope: Envelope, secrets: Sequence[str]) -> None:
        signature = envelope.headers.get("x-wc-webhook-signature")
        signatures.verify_base64_hmac(envelope.body, signature, secrets)

    def label(self, envelope: Envelope) -> Label:
        """The Delivery-ID is unique per webhook and second only, so the body tells events apart.

        Where the body cannot (deleted, restored), webhook and second do: else an order that is
        trashed, restored and trashed again would stay alive with us.
        """
        topic = envelope.headers.get("x-wc-webhook-topic", "")[:_LONGEST_TOPIC]
        second = envelope.headers.get("x-wc-webhook-delivery-id", "")[:_LONGEST_DELIVERY_ID]
        parts = [topic, hashlib.sha256(envelope.body).hexdigest()]
        if topic.endswith(_TIMELESS):
            parts.append(second)
        return Label(topic=topic, dedupe_key=":".join(parts))

    def is_ping(self, envelope: Envelope) -> bool:
        """The form `webhook_id=N`, sent unsigned while a webhook is being created."""
        kind = envelope.headers.get("content-type", "").partition(";")[0].strip().lower()
        return kind == _FORM and _PING.fullmatch(envelope.body) is not None

    def open_capture(self, envelope: Envelope, secrets: Sequence[str], now: datetime) -> Label:
        return captures.label(envelope, secrets, now)

    def companion(self, settings: CompanionSettings) -> bytes:
        return companion.packed(settings)

    def read(self, topic: str, body: bytes) -> tuple[Record, ...]:
        return records.read(topic, body)

    def address(self, typed: str) -> str:
        return install.store_url(typed)

    def find(self, typed: str) -> Found:
        return discovery.find(self.http, typed)

    def approval_url(self, base_url: str, approval: Approval) -> str:
        return grants.approval_url(base_url, approval)

    def read_grant(self, body: bytes) -> Grant:
        return grants.read(body)

    def describe(self, access: Access) -> StoreFacts:
        return api_store.describe(self.http, access)

    def own_mails(self, access: Access, now: datetime) -> tuple[Notice, ...]:
        return own_mails.look(self.http, access)

    def own_mail_at(self, access: Access, checkout: CheckoutFacts) -> datetime | None:
        return own_mails.written_at(self.http, access, checkout)

    def own_statuses(self, access: Access) -> tuple[OwnStatus, ...]:
        return api_statuses.own(self.http, access)

    def create_coupon(self, access: Access, wish: CouponWish) -> CouponMade:
        return api_coupons.create(self.http, access, wish)

    def find_order(self, access: Access, checkout: CheckoutFacts) -> OrderFound | None:
        return api_orders.find(self.http, access, checkout)

    def find_coupon(self, access: Access, code: str) -> CouponMade | None:
        return api_coupons.find(self.http, access, code)

    def coupon_uses(self, access: Access, coupon: CouponMade) -> int | None:
        return api_writing.coupon_uses(self.http, access, coupon.external_id)

    def delete_coupon(self, access: Access, external_id: str) -> None:
        api_writing.delete_coupon(self.http, access, external_id)

    def note_order(self, access: Access, note: OrderNote) -> None:
        api_writing.note_order(self.http, access, note)

    def tag_order(self, access: Access, tags: OrderTags) -> None:
        api_writing.tag_order(self.http, access, tags)

    def tell_consent(self, access: Access, word: ConsentWord) -> None:
        api_writing.tell_consent(self.http, access, word)

    def complete_order(self, access: Access, wish: OrderWish) -> OrderLink:
        return api_completing.complete(self.http, access, wish)

    def lasts(self, recovery_url: str) -> bool:
        return links.is_companions(recovery_url)

    def cart_url(self, base_url: str, checkout: CheckoutFacts, *, coupon_code: str = "") -> str:
        return links.cart_url(base_url, checkout, coupon_code=coupon_code)
