"""The merchant's hand in a WooCommerce store: its REST API, and the Store API of its shoppers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

# The library has no type hints (https://pypi.org/project/woocommerce/ 3.0.0).
from woocommerce import API  # type: ignore[import-untyped] # ships no types

from connector.ports.access import Access
from connector.ports.coupons import CouponKind
from tests.store_contract.hand import CouponSeen, Goods, Hand, OrderSeen, StoreSaid, Till

OLDEST = (8, 3)
"""Since 8.3 new stores have the block checkout, whose drafts are the carts that we see:
https://developer.woocommerce.com/2023/11/28/woocommerce-8-3-0/"""
_TIMEOUT = 60
_FORCE = {"force": "true"}
_REFUSED = 400


class Shopper(requests.Session):
    """A browser's cart, by its token: https://developer.woocommerce.com/docs/apis/store-api/"""

    def __init__(self, base_url: str, token: str = "") -> None:
        super().__init__()
        self.trust_env = False
        self.root = f"{base_url}/wp-json/wc/store/v1"
        self.headers["Cart-Token"] = token or self.get("cart").headers["Cart-Token"]

    def get(self, path: str) -> requests.Response:  # type: ignore[override] # paths of the Store API
        return self.request("GET", f"{self.root}/{path}", timeout=_TIMEOUT)

    def post(self, path: str, said: Any) -> requests.Response:  # type: ignore[override] # as above
        return self.request("POST", f"{self.root}/{path}", json=said, timeout=_TIMEOUT)


@dataclass
class WooCommerceHand(Hand):
    """Basic auth over https and OAuth 1.0a over http, both by the woocommerce library."""

    api: API = field(init=False, repr=False)
    _goods: Goods | None = None

    def __post_init__(self) -> None:
        keys = self.access.credentials
        self.api = API(
            self.access.base_url, keys["consumer_key"], keys["consumer_secret"], timeout=_TIMEOUT
        )

    def _ask(self, verb: str, path: str, said: Any = None, **params: str) -> Any:
        body = () if verb in ("get", "delete") else (said,)
        return _json(getattr(self.api, verb)(path, *body, params=params))

    def _drop(self, path: str) -> None:
        """Past the trash; what is gone is gone."""
        answer = self.api.delete(path, params=_FORCE)
        if answer.status_code not in (404, 410):
            _json(answer)

    # The store itself

    def version(self) -> str:
        said = self._ask("get", "system_status", _fields="environment")
        return str(said["environment"]["version"])

    def is_known(self, version: str) -> bool:
        numbers = re.match(r"(\d+)\.(\d+)", version)
        return numbers is not None and tuple(map(int, numbers.groups())) >= OLDEST

    def strangers(self) -> Sequence[Access]:
        """A key that the store never gave, and one of its own with a wrong secret."""
        keys = self.access.credentials
        wrong = "0" * 40
        return (
            replace(self.access, credentials={**keys, "consumer_key": f"ck_{wrong}"}),
            replace(self.access, credentials={**keys, "consumer_secret": f"cs_{wrong}"}),
        )

    # Deeds

    def goods(self) -> Goods:
        """A hidden product in two sizes, sold but not shown in the shop; one for a sentence."""
        if self._goods is None:
            self._goods = self._new_goods()
        return self._goods

    def _new_goods(self) -> Goods:
        name = f"Askback test {id(self):x}"
        category = self._ask("post", "products/categories", {"name": name})
        self.leftovers.append(partial(self._drop, f"products/categories/{category['id']}"))
        size = {"name": "Size", "visible": True, "variation": True, "options": ["M", "L"]}
        product = self._ask("post", "products", {
            "name": f"{name} & shirt", "type": "variable", "catalog_visibility": "hidden",
            "categories": [{"id": category["id"]}], "attributes": [size],
        })  # fmt: skip
        path = f"products/{product['id']}"
        self.leftovers.append(partial(self._drop, path))
        sizes = []
        for option in size["options"]:  # type: ignore[attr-defined] # a list of texts
            said = {"regular_price": "30.00", "attributes": [{"name": "Size", "option": option}]}
            sizes.append(str(self._ask("post", f"{path}/variations", said)["id"]))
        return Goods(
            product=str(product["id"]),
            title=f"{name} & shirt",
            sizes=tuple(sizes),
            changed_at=_moment(product["date_created_gmt"]),
            category=name,
        )

    def registers(self, email: str, name: str) -> str:
        first, _, last = name.partition(" ")
        made = self._ask("post", "customers", {
            "email": email, "first_name": first, "last_name": last,
            "username": email, "password": f"x{id(self):x}-{email}",
        })  # fmt: skip
        return str(made["id"])

    def buys(self, email: str, goods: Goods, *, coupon: str = "") -> str:
        size = int(goods.sizes[0])
        line = {"product_id": int(goods.product), "variation_id": size, "quantity": 1}
        said: dict[str, Any] = {
            "status": "processing", "set_paid": True, "payment_method": "cod",
            "billing": {"email": email, "first_name": "Ann", "last_name": "Ash"},
            "line_items": [line],
        }  # fmt: skip
        if coupon:
            said["coupon_lines"] = [{"code": coupon}]
        return str(self._ask("post", "orders", said)["id"])

    def leaves_checkout(self, email: str, goods: Goods) -> str:
        """As the block checkout does it: a cart of two, an address typed, and the page left."""
        with self._cart(goods, 2) as shopper:
            draft = _json(shopper.get("checkout"))
            _json(shopper.post("cart/update-customer", {"billing_address": {"email": email}}))
        number = str(draft["order_id"])
        self.leftovers.append(partial(self._drop, f"orders/{number}"))
        return number

    def takes(self, code: str, goods: Goods, pieces: int) -> bool:
        with self._cart(goods, pieces) as shopper:
            answer = shopper.post("cart/apply-coupon", {"code": code})
        if answer.status_code == _REFUSED:
            return False
        return code.lower() in [one["code"] for one in _json(answer)["coupons"]]

    @contextmanager
    def _cart(self, goods: Goods, pieces: int) -> Iterator[Shopper]:
        with Shopper(self.access.base_url) as shopper:
            wanted = {"id": int(goods.sizes[0]), "quantity": pieces}
            _json(shopper.post("cart/add-item", wanted))
            yield shopper

    def follows(self, url: str) -> Till:
        """The checkout's address names the cart that the link filled."""
        landed = requests.get(url, timeout=_TIMEOUT)
        if not landed.ok:
            raise StoreSaid(f"GET {url}: {landed.status_code}")
        token = parse_qs(urlsplit(landed.url).query).get("session", [""])[0]
        with Shopper(self.access.base_url, token) as shopper:
            cart = _json(shopper.get("cart"))
        return Till(
            url=landed.url,
            pieces={str(one["id"]): one["quantity"] for one in cart["items"]},
            codes=tuple(one["code"] for one in cart["coupons"]),
        )

    def makes_coupon(self, code: str) -> None:
        self._ask("post", "coupons", {"code": code, "discount_type": "percent", "amount": "50"})

    def writes_note(self, order: str, text: str, *, by_program: bool = False) -> None:
        said = {"note": text, "added_by_user": not by_program}
        self._ask("post", f"orders/{order}/notes", said)

    def trashes(self, order: str) -> None:
        self.leftovers.append(partial(self._drop, f"orders/{order}"))
        self._ask("delete", f"orders/{order}")

    def fails(self, order: str) -> None:
        self._ask("put", f"orders/{order}", {"status": "failed"})

    def subscribes(self, topic: str, address: str) -> None:
        said = {"name": "another tool", "topic": topic, "delivery_url": address}
        self._ask("post", "webhooks", said)

    def breaks_webhook(self, topic: str, address: str) -> None:
        for one in self._hooks(address):
            if one["topic"] == topic:
                self._ask("put", f"webhooks/{one['id']}", {"status": "disabled"})

    def cancels(self, order: str) -> None:
        self._ask("put", f"orders/{order}", {"status": "cancelled"})

    # What stands there

    def coupons(self, code: str) -> list[CouponSeen]:
        return [_coupon(one) for one in self._ask("get", "coupons", code=code)]

    def notes(self, order: str, *, for_customer: bool = False) -> list[str]:
        """Without those that WooCommerce itself writes at every change of status."""
        kind = "customer" if for_customer else "internal"
        found = self._ask("get", f"orders/{order}/notes", type=kind)
        return [one["note"] for one in found if not one["note"].startswith("Order status")]

    def reason(self, order: str) -> str:
        return self._meta(f"orders/{order}").get("_askback_reason", "")

    def consent(self, customer: str) -> bool | None:
        words = {"yes": True, "no": False}
        return words.get(self._meta(f"customers/{customer}").get("askback_marketing", ""))

    def guests_word(self, order: str, channel: str) -> bool | None:
        key = {"email": "askback_marketing", "sms": "askback_marketing_sms"}[channel]
        return {"yes": True, "no": False}.get(self._meta(f"orders/{order}").get(key, ""))

    def _meta(self, path: str) -> dict[str, str]:
        rows = self._ask("get", path)["meta_data"]
        names = [one["key"] for one in rows if "askback" in one["key"]]
        assert len(names) == len(set(names)), "a key is there twice"
        return {one["key"]: one["value"] for one in rows}

    def waiting(self, email: str) -> dict[str, OrderSeen]:
        return {
            str(one["id"]): OrderSeen(
                email=one["billing"]["email"],
                paid=one["date_paid_gmt"] is not None,
                bought={
                    str(line["variation_id"] or line["product_id"]): line["quantity"]
                    for line in one["line_items"]
                },
            )
            for one in self._orders(email)
            if one["status"] == "pending"
        }

    def _orders(self, email: str) -> list[Any]:
        found = self._ask("get", "orders", search=email, status="any", per_page="100")
        return [one for one in found if one["billing"]["email"] == email]

    def webhooks(self, address: str) -> dict[str, bool]:
        found = self._hooks(address)
        topics = {one["topic"]: one["status"] == "active" for one in found}
        assert len(topics) == len(found), "a topic is subscribed to twice"
        return topics

    def _hooks(self, address: str) -> list[Any]:
        found = self._ask("get", "webhooks", per_page="100", orderby="id", order="desc")
        return [one for one in found if one["delivery_url"] == address]

    # The end

    def sweeps(self) -> list[Callable[[], object]]:
        found = [f"orders/{one['id']}" for email in self.emails for one in self._orders(email)]
        for email in self.emails:
            people = self._ask("get", "customers", email=email, role="all")
            found += [f"customers/{one['id']}" for one in people]
        for code in self.codes:
            found += [f"coupons/{one['id']}" for one in self._ask("get", "coupons", code=code)]
        for address in self.hooks:
            found += [f"webhooks/{one['id']}" for one in self._hooks(address)]
        return [partial(self._drop, path) for path in found]


def _json(answer: requests.Response) -> Any:
    if not answer.ok:
        asked = f"{answer.request.method} {answer.url.partition('?')[0]}"
        raise StoreSaid(f"{asked}: {answer.status_code} {answer.text[:300]}")
    return answer.json()


def _coupon(said: dict[str, Any]) -> CouponSeen:
    kinds = {"percent": CouponKind.PERCENT, "fixed_cart": CouponKind.FIXED}
    kind = CouponKind.FREE_SHIPPING if said["free_shipping"] else kinds[said["discount_type"]]
    ends = said["date_expires_gmt"]
    return CouponSeen(
        code=said["code"],
        kind=kind,
        worth=Decimal(said["amount"]),
        ends_at=_moment(ends) if ends else None,
        uses_allowed=said["usage_limit"],
        minimum=Decimal(said["minimum_amount"]),
        products=tuple(str(one) for one in said["product_ids"]),
    )


def _moment(said: str) -> datetime:
    return datetime.fromisoformat(said).replace(tzinfo=UTC)
