"""Shopify as a store platform: a table of contents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from adapters.http import Http
from adapters.platforms.shopify import (
    api,
    carts,
    coupons,
    documents,
    feed,
    install,
    labels,
    oauth,
    own_mails,
    permissions,
    purchases,
    records,
    records_privacy,
    versions,
    writing,
)
from adapters.platforms.shopify.pace import Pace
from adapters.signatures import verify_base64_hmac
from connector.errors import Retryable
from connector.ports.feed import Feed
from connector.ports.notices import Notice, TellsOwnMails, TellsVersions
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
from connector.ports.writing import ConsentWord, OrderLink, OrderNote, OrderTags, OrderWish
from connector.records import Record

API_VERSION = "2026-07"
"""The one pinned version: https://shopify.dev/docs/api/usage/versioning"""


class Shopify(Platform, TellsOwnMails, TellsVersions):
    """Shopify, spoken through its Admin GraphQL API and heard through its webhooks."""

    name = "shopify"
    title = "Shopify"
    ids_are_unique = True
    topics_after_leaving = tuple(records_privacy.READERS)
    topics = tuple(records.READERS)

    def __init__(
        self,
        http: Http,
        *,
        api_version: str = API_VERSION,
        admin_origin: str = "https://{shop}",
        app_key: str = "",
        app_secrets: Sequence[str] = (),
    ) -> None:
        self.http = http
        if app_key and app_secrets:
            self.authorization = oauth.OAuth(
                http, client_id=app_key, secrets=app_secrets, admin_origin=admin_origin
            )
        self.api_version = api_version
        self.admin_origin = admin_origin
        self.pace = Pace()
        plain = admin_origin.startswith("http://")
        self._feed = feed.ShopifyFeed(http, self._call, plain_allowed=plain)

    @property
    def feed(self) -> Feed:
        return self._feed

    def authenticate(self, envelope: Envelope, secrets: Sequence[str]) -> None:
        signature = envelope.headers.get("x-shopify-hmac-sha256")
        verify_base64_hmac(envelope.body, signature, secrets)

    def label(self, envelope: Envelope) -> Label:
        return labels.label(envelope)

    def read(self, topic: str, body: bytes) -> tuple[Record, ...]:
        return records.read(topic, body)

    def address(self, typed: str) -> str:
        return install.store_domain(typed)

    def describe(self, access: Access) -> StoreFacts:
        shop = api.at(self._call(access)(documents.SHOP, {}), "shop")
        name, external_id = api.at(shop, "name"), api.at(shop, "id")
        currency = api.at(shop, "currencyCode")
        if not isinstance(external_id, str) or not isinstance(currency, str):
            raise Retryable("Shopify answered without the store's facts")
        return StoreFacts(
            name=str(name or access.shop),
            currency=currency,
            timezone=str(api.at(shop, "ianaTimezone") or "UTC"),
            locale=str(api.at(shop, "primaryDomain", "localization", "defaultLocale") or "en"),
            external_id=external_id.rpartition("/")[2],
            address=install.domain_or_none(str(api.at(shop, "myshopifyDomain") or "")),
            home_url=str(api.at(shop, "primaryDomain", "url") or ""),
        )

    def shortcomings(self, access: Access) -> tuple[Notice, ...]:
        return permissions.shortcomings(self._call(access))

    def versions(self, access: Access, now: datetime) -> tuple[Notice, ...]:
        return versions.look(self._call(access), self.api_version, now)

    def own_mails(self, access: Access, now: datetime) -> tuple[Notice, ...]:
        return own_mails.look(self._call(access), now)

    def own_mail_at(self, access: Access, checkout: CheckoutFacts) -> datetime | None:
        return own_mails.written_at(self._call(access), checkout)

    def create_coupon(self, access: Access, wish: CouponWish) -> CouponMade:
        return coupons.create(self._call(access), wish)

    def find_order(self, access: Access, checkout: CheckoutFacts) -> OrderFound | None:
        return purchases.find(self._call(access), checkout)

    def find_coupon(self, access: Access, code: str) -> CouponMade | None:
        return coupons.find(self._call(access), code)

    def coupon_uses(self, access: Access, coupon: CouponMade) -> int | None:
        return writing.coupon_uses(self._call(access), coupon)

    def delete_coupon(self, access: Access, external_id: str) -> None:
        writing.delete_coupon(self._call(access), external_id)

    def note_order(self, access: Access, note: OrderNote) -> None:
        writing.note_order(self._call(access), note)

    def tag_order(self, access: Access, tags: OrderTags) -> None:
        writing.tag_order(self._call(access), tags)

    def tell_consent(self, access: Access, word: ConsentWord) -> None:
        writing.tell_consent(self._call(access), word)

    def complete_order(self, access: Access, wish: OrderWish) -> OrderLink:
        return writing.complete_order(self._call(access), wish)

    def cart_url(self, base_url: str, checkout: CheckoutFacts, *, coupon_code: str = "") -> str:
        return carts.url(base_url, checkout, coupon_code)

    def _call(self, access: Access) -> partial[Mapping[str, Any]]:
        """The Admin API of one store. `access` is bound here and kept nowhere else."""
        origin = self.admin_origin.format(shop=access.shop)
        url = f"{origin}/admin/api/{self.api_version}/graphql.json"
        return partial(api.call, self.http, url, access, pace=self.pace)
