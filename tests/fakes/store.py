"""A practice store: deeds of shoppers in, real HTTP out, on either platform."""

from __future__ import annotations

import hashlib
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from functools import wraps
from itertools import count
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

from tests.fakes import catalogue, ledger
from tests.fakes.clock import Clock
from tests.fakes.faults import Faults
from tests.fakes.memory import Memory
from tests.fakes.post import Delivery, PostOffice, Subscription
from tests.fakes.server import Api, Counter, Received, Server
from tests.fakes.shopify.api import ShopifyApi
from tests.fakes.shopify.dialect import Shopify
from tests.fakes.shopify.oauth import App
from tests.fakes.till import Till
from tests.fakes.woocommerce.api import WooCommerceApi
from tests.fakes.woocommerce.dialect import WooCommerce
from tests.fakes.woocommerce.options import Options

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Platform:
    """How one platform is spoken: its dialect of webhooks and its API."""

    dialect: type[WooCommerce] | type[Shopify]
    api: Callable[[PracticeStore], Api]


PLATFORMS: Mapping[str, Platform] = {
    "woocommerce": Platform(WooCommerce, WooCommerceApi),
    "shopify": Platform(Shopify, ShopifyApi),
}


def deed(act: Callable[Concatenate[Memory, P], R]) -> Callable[Concatenate[PracticeStore, P], R]:
    """A deed of the memory as a deed of the store: done under its lock, told when it is over."""

    @wraps(act)
    def done(store: PracticeStore, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with store.lock:
            outcome = act(store.memory, *args, **kwargs)
        store.post_if_automatic()
        return outcome

    return done


class PracticeStore:
    """One store of one platform, open while it is used as a context manager.

    `with PracticeStore.open("shopify", clock=clock) as store:`, then `store.connect(url)`, and
    every deed (`leaves_checkout`, `buys`, …) returns after its webhooks were posted there.
    What the connector changes through the API leaves with the next deed or `deliver()`, as
    WP-Cron would send it: the connector is never called while it waits for an answer.
    """

    def __init__(
        self,
        platform: str,
        *,
        clock: Clock | None = None,
        currency: str = "ILS",
        timezone: str = "Asia/Jerusalem",
        shop: str = "practice.myshopify.com",
        port: int = 0,
        behind_tls: bool = False,
        products: Iterable[catalogue.Product] = catalogue.ASSORTMENT,
    ) -> None:
        self.platform, self.shop, self.timezone = platform, shop, timezone
        self.clock = clock or Clock()
        self.lock = threading.RLock()
        self.closing = threading.Event()
        self.faults = Faults()
        self.requests: list[Received] = []
        self.subscriptions: list[Subscription] = []
        self.has_access = True
        self.app = App(self.clock.now, shop)
        # A proxy with a certificate stands before the store: WooCommerce then takes Basic auth.
        self.behind_tls = behind_tls
        self.memory = Memory(clock=self.clock, till=Till(currency), listener=self._tell)
        self.memory.stock_up(products)
        self._post = PostOffice()
        self._subscription_ids = count(43)
        self._server = Server(port)
        self.base_url = self._server.base_url
        spoken = PLATFORMS[platform]
        self.dialect = spoken.dialect(
            self.memory, base_url=self.base_url, shop=shop, timezone=timezone
        )
        self.webhook_secret = "practice-webhook-secret"
        self.access_token = f"shpat_{self._key('token')[:32]}"
        self.consumer_key = f"ck_{self._key('key')}"
        self.consumer_secret = f"cs_{self._key('secret')}"
        self.keys = {self.consumer_key: self.consumer_secret}
        self.merchant_signed_in = True
        self.takes_http_callbacks = False
        self.options = Options()
        self.address_left: dict[str, str] = {}
        """Host that the store has left → where it leads whoever asks there."""
        self._api = spoken.api(self)
        self._server.start(Counter(self, self._api))

    @classmethod
    def open(cls, platform: str, **wishes: Any) -> PracticeStore:
        """`with PracticeStore.open("shopify", clock=clock) as store:`"""
        return cls(platform, **wishes)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *problem: object) -> None:
        self.close()

    def close(self) -> None:
        self.closing.set()
        self._server.close()

    def _key(self, of: str) -> str:
        return hashlib.sha1(f"{of} {self.base_url}".encode(), usedforsecurity=False).hexdigest()

    @property
    def credentials(self) -> dict[str, str]:
        """As the connector keeps them for this platform."""
        if self.platform == "shopify":
            return {"access_token": self.access_token}
        return {"consumer_key": self.consumer_key, "consumer_secret": self.consumer_secret}

    # Webhooks

    def connect(
        self,
        webhook_url: str,
        secret: str | None = None,
        *,
        topics: Sequence[str] | None = None,
    ) -> None:
        """Tell this address of every topic (or of `topics`), signed with the store's secret."""
        if secret is not None:
            self.webhook_secret = secret
        for topic in topics or self.dialect.topics:
            self.subscribe(topic, webhook_url)

    def subscribe(self, topic: str, url: str, *, secret: str = "", name: str = "") -> Subscription:
        subscription = Subscription(
            id=next(self._subscription_ids),
            topic=topic,
            url=url,
            secret=secret or self.webhook_secret,
            name=name,
        )
        self.subscriptions.append(subscription)
        return subscription

    def _tell(self, moment: str, subject: Any) -> None:
        if moment == "order_cancelled" and self.platform == "woocommerce":
            subject.checkout.gives_use_back()
        for topic, payload in self.dialect.tells(moment, subject):
            self._queue(topic, self.dialect.encode(payload))

    def _queue(self, topic: str, body: bytes) -> None:
        event = str(uuid.uuid4())
        self._post.take(
            self.dialect.deliver(topic, body, subscription, event=event)
            for subscription in self.subscriptions
            if subscription.topic == topic and subscription.status == "active"
        )

    def disables_webhooks(self, *topics: str, status: str = "disabled") -> None:
        """As WooCommerce does after failed deliveries, without a word; all topics by default."""
        self.subscriptions[:] = [
            replace(one, status=status) if not topics or one.topic in topics else one
            for one in self.subscriptions
        ]

    def sends(self, topic: str, payload: Any) -> None:
        """Any payload under any topic, rightly signed; to whoever is subscribed to anything."""
        body = self.dialect.encode(payload)
        for url, secret in dict.fromkeys((x.url, x.secret) for x in self.subscriptions):
            to = Subscription(id=999, topic=topic, url=url, secret=secret)
            self._post.take([self.dialect.deliver(topic, body, to, event=str(uuid.uuid4()))])
        self.post_if_automatic()

    def post_if_automatic(self) -> None:
        if self._post.automatic:
            self._post.deliver()

    @property
    def pending(self) -> list[Delivery]:
        """What waits to leave, in order; a test may reorder it, double it or drop from it."""
        return self._post.pending

    @property
    def deliveries(self) -> list[Delivery]:
        """What left, with the status that the connector answered."""
        return self._post.deliveries

    @contextmanager
    def holding(self) -> Iterator[list[Delivery]]:
        """Inside, nothing leaves by itself; afterwards it waits for `deliver` or the next deed."""
        with self._post.holding() as pending:
            yield pending

    def deliver(
        self, *which: Delivery, tampered: Callable[[Delivery], Delivery] | None = None
    ) -> list[Delivery]:
        """Post these, or all that waits; see `faults` for what may happen on the way."""
        return self._post.deliver(*which, tampered=tampered)

    def resends(self, last: int = 1) -> list[Delivery]:
        """The last deliveries once more, headers and all: a retry of the sender."""
        again = [replace(one, status=None) for one in self._post.deliveries[-last:]]
        return [self._post.post(one) for one in again]

    def signed_with(self, secret: str) -> Callable[[Delivery], Delivery]:
        """For `deliver(tampered=…)`: signed with another secret, such as the one before."""

        def signed(delivery: Delivery) -> Delivery:
            signature = self.dialect.signature(delivery.body, secret)
            headers = {**delivery.headers, self.dialect.signature_header: signature}
            return replace(delivery, headers=headers)

        return signed

    # Deeds of shoppers and of the merchant

    leaves_checkout = deed(Memory.leaves_checkout)
    changes_email = deed(Memory.changes_email)
    changes_cart = deed(Memory.changes_cart)
    applies_coupon = deed(Memory.applies_coupon)
    registers = deed(Memory.registers)
    consents = deed(Memory.consents)
    buys = deed(Memory.buys)
    fails_payment = deed(Memory.fails_payment)
    pays = deed(Memory.pays)
    marks = deed(Memory.marks)
    cancels = deed(Memory.cancels)
    refunds = deed(Memory.refunds)
    fulfills = deed(Memory.fulfills)
    delivers = deed(Memory.delivers)
    makes_coupon = deed(Memory.makes_coupon)
    deletes_coupon = deed(Memory.deletes_coupon)
    sets_stock = deed(Memory.sets_stock)
    deletes_product = deed(Memory.deletes_product)
    deletes_checkout = deed(Memory.deletes_checkout)
    force_deletes = deed(Memory.force_deletes)
    deletes = deed(Memory.deletes)
    cleans_up_drafts = deed(Memory.cleans_up_drafts)

    def moves(self, *, leads_on: bool = True) -> str:
        """The store gets another address, which is returned; the old one leads there, if it does.

        Loopback has two names: a move is from the one to the other.
        """
        before, self.base_url = self.base_url, self.base_url.replace("127.0.0.1", "localhost")
        if leads_on:
            self.address_left[before.partition("://")[2]] = self.base_url
        assert isinstance(self._api, WooCommerceApi)
        self._api.moves_to(self.base_url)
        return self.base_url

    def calls_home(self, address: str) -> None:
        """WordPress: what its settings hold for the site's address."""
        assert isinstance(self._api, WooCommerceApi)
        self._api.site.base_url = address

    def is_made_anew(self) -> None:
        """WooCommerce: installed from scratch, with an id of its own."""
        assert isinstance(self._api, WooCommerceApi)
        self._api.site.store_id = str(uuid.uuid4())

    def renames(self, shop: str) -> None:
        """Shopify: the merchant changes the store's name under myshopify.com."""
        self.shop = self.dialect.shop = self.app.shop = shop

    def uninstalls(self) -> None:
        """The merchant removes the app: the access dies, then the store says so (if it does)."""
        self.revokes_access()
        self._happens("uninstalled", self)

    def revokes_access(self) -> None:
        self.has_access = False

    def asks_for_data(self, email: str) -> None:
        self._happens("data_asked", self.memory.accounts[email])

    def asks_erasure(self, email: str) -> None:
        self._happens("erasure_asked", self.memory.accounts[email])

    def asks_shop_erasure(self) -> None:
        self._happens("shop_erasure_asked", self)

    def _happens(self, moment: str, subject: Any) -> None:
        with self.lock:
            self._tell(moment, subject)
        self.post_if_automatic()

    def reminds(self, checkout: ledger.Checkout, state: str = "sent") -> None:
        """The store itself writes to the shopper, or is about to ("scheduled")."""
        checkout.email_state = state
        checkout.reminded_at = self.clock.now() if state == "sent" else None

    def notes(
        self, order: ledger.Order, text: str, by: str = "", *, for_customer: bool = False
    ) -> ledger.Note:
        """Somebody of this name, or a program, writes beside an order of WooCommerce's."""
        assert isinstance(self.dialect, WooCommerce)
        with self.lock:
            return self.dialect.notes.adds(order, text, by, for_customer=for_customer)

    def clock_is_off(self, minutes: float) -> None:
        """The store's own clock goes wrong; the world's does not."""
        self.memory.skew = timedelta(minutes=minutes)

    # What a test looks at

    @property
    def orders(self) -> list[ledger.Order]:
        return list(self.memory.orders.values())

    @property
    def checkouts(self) -> list[ledger.Checkout]:
        return list(self.memory.checkouts.values())

    @property
    def coupons(self) -> dict[str, ledger.Coupon]:
        """By code in lower case."""
        return self.memory.coupons

    @property
    def drafts(self) -> list[ledger.Draft]:
        """Shopify's draft orders."""
        return self.memory.drafts

    @property
    def coupon_calls(self) -> int:
        """How often the API was asked to make a coupon, whatever came of it."""
        return sum(1 for one in self.requests if one.about.makes_coupon)

    def external_id(self, thing: Any) -> str:
        """The platform's name for a checkout, order, product, variant, coupon or account."""
        return self.dialect.external_id(thing)

    def price(self, product: catalogue.Product | catalogue.Variant) -> Decimal:
        variant = product.variants[0] if isinstance(product, catalogue.Product) else product
        return self.memory.shelf.variant(variant.id).price
