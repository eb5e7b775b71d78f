"""The merchant's hand in a Shopify store, by the Admin API and within the app's own scopes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, ClassVar

import requests

from adapters.platforms.shopify import API_VERSION, Shopify
from connector.ports.access import Access
from connector.ports.coupons import CouponKind
from tests.store_contract import documents_shopify as documents
from tests.store_contract.hand import CouponSeen, Goods, Hand, OrderSeen, StoreSaid, Till

_TIMEOUT = 60
_SHOPIFY = "gid://shopify/"
_TOPICS = {topic.replace("/", "_").upper(): topic for topic in Shopify.topics}


@dataclass
class ShopifyHand(Hand):
    """`origin` is where the Admin API answers, "https://{shop}" but for stand-ins."""

    keeps_consent: ClassVar[bool] = True
    sums_are_fixed: ClassVar[bool] = False
    origin: str = "https://{shop}"
    browser: Callable[[str, Goods], str] | None = None
    version_header: str = ""
    session: requests.Session = field(default_factory=requests.Session, repr=False)

    def _ask(self, document: str, **variables: Any) -> Any:
        """The answer's data; a mutation's own payload. Raises StoreSaid for every refusal."""
        origin = self.origin.format(shop=self.access.shop)
        answer = self.session.post(
            f"{origin}/admin/api/{API_VERSION}/graphql.json",
            json={"query": document, "variables": variables},
            headers={"X-Shopify-Access-Token": self.access.credentials["access_token"]},
            timeout=_TIMEOUT,
        )
        said = answer.json() if answer.ok else {"errors": answer.text[:300]}
        self.version_header = answer.headers.get("X-Shopify-API-Version", "")
        payload, problems = said.get("data"), said.get("errors")
        if not problems and document.strip().startswith("mutation"):
            (payload,) = said["data"].values()
            problems = payload["userErrors"]
        if problems:
            name = document.partition("(")[0].strip()
            raise StoreSaid(f"{name}: {problems}")
        return payload

    # The store itself

    def version(self) -> str:
        """A version that has been retired answers as the oldest that has not.

        https://shopify.dev/docs/api/usage/versioning#the-response-header
        """
        self._ask(documents.SHOP)
        return self.version_header

    def is_known(self, version: str) -> bool:
        """A stand-in need not say which it is."""
        return version in ("", API_VERSION)

    def strangers(self) -> Sequence[Access]:
        return (replace(self.access, credentials={"access_token": f"shpat_{'0' * 32}"}),)

    # Deeds

    def goods(self) -> Goods:
        """A product that is there: to make one would need a scope beyond the app's own."""
        for one in self._ask(documents.GOODS)["products"]["nodes"]:
            if one["publishedAt"] and one["variants"]["nodes"]:
                return Goods(
                    product=_number(one["id"]),
                    title=one["title"],
                    sizes=tuple(_number(each["id"]) for each in one["variants"]["nodes"]),
                    changed_at=datetime.fromisoformat(one["updatedAt"]),
                    category=one["productType"],
                )
        raise StoreSaid("this store sells nothing: publish a product in it")

    def registers(self, email: str, name: str) -> str:
        first, _, last = name.partition(" ")
        said = {"email": email, "firstName": first, "lastName": last}
        gid = self._ask(documents.REGISTER, input=said)["customer"]["id"]
        self.leftovers.append(partial(self._forgets, gid))
        return _number(gid)

    def _forgets(self, gid: str) -> None:
        if self._ask(documents.CONSENT, id=gid)["customer"]:
            self._ask(documents.FORGET, input={"id": gid})

    def buys(self, email: str, goods: Goods, *, coupon: str = "") -> str:
        """Of a line of its own, so that no stock moves."""
        currency = self._ask(documents.SHOP)["shop"]["currencyCode"]
        price = {"amount": "30.00", "currencyCode": currency}
        said: dict[str, Any] = {
            "email": email,
            "lineItems": [
                {"title": goods.title, "quantity": 1, "originalUnitPriceWithCurrency": price}
            ],
        }
        if coupon:
            said["discountCodes"] = [coupon]
        draft = self._ask(documents.DRAFT, input=said)["draftOrder"]["id"]
        self.leftovers.append(partial(self._drops_draft, draft))
        order = self._ask(documents.PAY, id=draft)["draftOrder"]["order"]
        if order["customer"]:
            self.leftovers.append(partial(self._forgets, order["customer"]["id"]))
        self.leftovers.append(partial(self._ask, documents.DROP_ORDER, id=order["id"]))
        return _number(order["id"])

    def leaves_checkout(self, email: str, goods: Goods) -> str | None:
        """Only a browser can, or who is the browser's stand-in."""
        return self.browser(email, goods) if self.browser else None

    def takes(self, code: str, goods: Goods, pieces: int) -> None:
        """Only a browser can try."""

    def follows(self, url: str) -> Till:
        """A test store's shop may be locked: then its password page is where all links end."""
        landed = requests.get(url, timeout=_TIMEOUT)
        if not landed.ok:
            raise StoreSaid(f"GET {url}: {landed.status_code}")
        return Till(url=landed.url)

    def makes_coupon(self, code: str) -> None:
        now = datetime.now(UTC)
        discount = {
            "title": "hers", "code": code, "startsAt": now.isoformat(),
            "endsAt": (now + timedelta(days=1)).isoformat(), "context": {"all": "ALL"},
            "customerGets": {"value": {"percentage": 0.5}, "items": {"all": True}},
        }  # fmt: skip
        self._ask(documents.MAKE_COUPON, discount=discount)

    def writes_note(self, order: str, text: str, *, by_program: bool = False) -> None:
        self._ask(documents.NOTE, input={"id": f"{_SHOPIFY}Order/{order}", "note": text})

    def subscribes(self, topic: str, address: str) -> None:
        to = {"uri": address, "format": "JSON"}
        self._ask(documents.SUBSCRIBE, topic=topic.replace("/", "_").upper(), to=to)

    def breaks_webhook(self, topic: str, address: str) -> None:
        """After failing for four hours a subscription is deleted.

        https://shopify.dev/docs/apps/build/webhooks/troubleshooting-webhooks
        """
        for one in self._hooks(address):
            if one["topic"] == topic.replace("/", "_").upper():
                self._ask(documents.UNSUBSCRIBE, id=one["id"])

    def cancels(self, order: str) -> None:
        self._ask(documents.DROP_DRAFT, input={"id": f"{_SHOPIFY}DraftOrder/{order}"})

    # What stands there

    def coupons(self, code: str) -> list[CouponSeen]:
        found = self._ask(documents.COUPON, code=code)["codeDiscountNodeByCode"]
        return [_coupon(found["codeDiscount"])] if found else []

    def notes(self, order: str, *, for_customer: bool = False) -> list[str]:
        """The order's one note, by its paragraphs; no customer sees it."""
        note = self._order(order)["note"] or ""
        return [] if for_customer or not note else note.split("\n\n")

    def reason(self, order: str) -> str:
        marks = [one for one in self._order(order)["tags"] if one.startswith("askback:")]
        return marks[0].removeprefix("askback:") if marks else ""

    def _order(self, order: str) -> Any:
        return self._ask(documents.ORDER, id=f"{_SHOPIFY}Order/{order}")["order"]

    def consent(self, customer: str) -> bool | None:
        said = self._ask(documents.CONSENT, id=f"{_SHOPIFY}Customer/{customer}")["customer"]
        words = {"SUBSCRIBED": True, "UNSUBSCRIBED": False}
        return words.get(said["defaultEmailAddress"]["marketingState"])

    def waiting(self, email: str) -> dict[str, OrderSeen]:
        return {
            _number(one["id"]): OrderSeen(
                email=one["email"],
                paid=one["status"] == "COMPLETED",
                bought={
                    _number(line["variant"]["id"]): line["quantity"]
                    for line in one["lineItems"]["nodes"]
                },
            )
            for one in self._drafts(email)
        }

    def _drafts(self, email: str) -> list[Any]:
        found = self._ask(documents.DRAFTS)["draftOrders"]["nodes"]
        return [one for one in found if one["email"] == email]

    def webhooks(self, address: str) -> dict[str, bool]:
        found = self._hooks(address)
        topics = {_TOPICS.get(one["topic"], one["topic"]): True for one in found}
        assert len(topics) == len(found), "a topic is subscribed to twice"
        return topics

    def _hooks(self, address: str) -> list[Any]:
        found: list[Any] = []
        after = None
        while True:
            page = self._ask(documents.WEBHOOKS, after=after)["webhookSubscriptions"]
            found += [one for one in page["nodes"] if one["uri"] == address]
            if not page["pageInfo"]["hasNextPage"]:
                return found
            after = page["pageInfo"]["endCursor"]

    # The end

    def sweeps(self) -> list[Callable[[], object]]:
        found: list[Callable[[], object]] = []
        for email in self.emails:
            found += [partial(self._drops_draft, one["id"]) for one in self._drafts(email)]
        for code in self.codes:
            there = self._ask(documents.COUPON, code=code)["codeDiscountNodeByCode"]
            if there:
                found.append(partial(self._ask, documents.DROP_COUPON, id=there["id"]))
        for address in self.hooks:
            hooks = self._hooks(address)
            found += [partial(self._ask, documents.UNSUBSCRIBE, id=one["id"]) for one in hooks]
        return found

    def _drops_draft(self, gid: str) -> None:
        if self._ask(documents.DRAFT_THERE, id=gid)["draftOrder"]:
            self._ask(documents.DROP_DRAFT, input={"id": gid})

    def cleans_up(self) -> None:
        """Whom a draft or an order made known goes last, when neither stands in the way."""
        with self.session:
            try:
                super().cleans_up()
            finally:
                self._forgets_all()

    def _forgets_all(self) -> None:
        for email in self.emails:
            people = self._ask(documents.PEOPLE, search=f'email:"{email}"')["customers"]["nodes"]
            for one in people:
                if one["email"] == email:
                    self._forgets(one["id"])


def _coupon(said: dict[str, Any]) -> CouponSeen:
    minimum = (said["minimumRequirement"] or {}).get("greaterThanOrEqualToSubtotal")
    kind, worth, items = CouponKind.FREE_SHIPPING, Decimal(0), {}
    if said["__typename"] == "DiscountCodeBasic":
        value, items = said["customerGets"]["value"], said["customerGets"]["items"]
        if value["__typename"] == "DiscountPercentage":
            kind, worth = CouponKind.PERCENT, Decimal(str(value["percentage"])) * 100
        else:
            kind, worth = CouponKind.FIXED, Decimal(value["amount"]["amount"])
    products = items.get("products", {}).get("nodes", [])
    return CouponSeen(
        code=said["codes"]["nodes"][0]["code"],
        kind=kind,
        worth=worth,
        ends_at=datetime.fromisoformat(said["endsAt"]) if said["endsAt"] else None,
        uses_allowed=said["usageLimit"],
        minimum=Decimal(minimum["amount"]) if minimum else Decimal(0),
        products=tuple(_number(one["id"]) for one in products),
    )


def _number(gid: str) -> str:
    return gid.rpartition("/")[2]
