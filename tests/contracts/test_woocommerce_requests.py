"""Everything that we ask of a WooCommerce store, held against what the recorded store accepted."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from adapters.http import Http, Response
from adapters.platforms.woocommerce import WooCommerce, api
from connector.errors import AskbackError, Refused
from connector.money import Money
from connector.ports.feed import Resource
from connector.ports.platform import Access, CheckoutFacts, CouponKind, CouponMade, CouponWish
from connector.ports.writing import ConsentWord, OrderNote, OrderTags, OrderWish
from connector.records import LineItem
from tests.adapters.platforms.woocommerce import recordings
from tests.fakes import MUG, SHIRT, PracticeStore
from tests.fakes.server import Received

recordings.needed()

DANA = "dana@example.com"
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
PRICE = Money.of("59", "ILS")
V3 = "/wp-json/wc/v3/"

BY_THE_MANUAL = {
    # https://woocommerce.github.io/woocommerce-rest-api-docs/: the same names stand in other
    # lists' recordings; only these lists were not recorded with them.
    "GET customers?offset", "GET customers?order", "GET customers?orderby", "GET customers?page",
    "GET customers?role", "GET customers?_fields",
    "GET orders?offset", "GET orders/N?_fields",
    "GET products?offset", "GET products?order", "GET products?orderby", "GET products?status",
    "GET products/N/variations?page", "GET products/N/variations?status",
    "GET webhooks?order", "GET webhooks?orderby", "GET webhooks?page",
    "GET products?_fields=.image",  # a variation's; products have images
    "GET coupons/N", "DELETE coupons/N?force", "PUT webhooks/N", "DELETE webhooks/N",
    "POST orders .set_paid",
    "GET reports/orders/totals",  # named in the recorded index, not asked there
}  # fmt: skip
"""Asked for, and in no recording."""


@pytest.fixture(scope="module")
def sent() -> Iterator[list[Received]]:
    """Every kind of call that the adapter makes, once, off the wire."""
    with PracticeStore.open("woocommerce") as store:
        store.registers(DANA, name="Dana Levi")
        store.buys(DANA, (MUG, 2))
        store.leaves_checkout(DANA, SHIRT["L"])
        speak(store)
        yield [one for one in store.requests if one.path.startswith(V3)]


def speak(store: PracticeStore) -> None:
    woocommerce = WooCommerce(Http(allow_private=True))
    access = Access(base_url=store.base_url, credentials=store.credentials)
    woocommerce.describe(access)
    woocommerce.own_statuses(access)
    for resource in Resource:
        for since in (None, NOW - timedelta(days=1)):
            woocommerce.feed.page(access, resource, "", since=since)
    address = f"{store.base_url}/webhooks/woocommerce/k"
    for secret in ("one", "another"):
        woocommerce.feed.reconcile_webhooks(access, address, secret)
    store.subscribe("coupon.created", address)
    woocommerce.feed.reconcile_webhooks(access, address, "another")
    coupons(woocommerce, access)
    orders(woocommerce, access, store)


def coupons(woocommerce: WooCommerce, access: Access) -> None:
    for kind in CouponKind:
        wish = CouponWish(
            code=f"BACK-{kind.value}", kind=kind, starts_at=NOW, ends_at=NOW + timedelta(days=2),
            percent=10 if kind is CouponKind.PERCENT else 0, amount=PRICE, minimum=PRICE,
            product_external_ids=(str(MUG.id),),
        )  # fmt: skip
        made = woocommerce.create_coupon(access, wish)
        assert woocommerce.create_coupon(access, wish) == made
        assert woocommerce.coupon_uses(access, made) == 0
        woocommerce.delete_coupon(access, made.external_id)
    assert woocommerce.coupon_uses(access, CouponMade(external_id="1", code="X")) is None


def orders(woocommerce: WooCommerce, access: Access, store: PracticeStore) -> None:
    order, account = str(store.orders[0].id), str(store.memory.accounts[DANA].id)
    assert woocommerce.feed.notes(access, [order, "999999"])
    for shown in (False, True):
        note = OrderNote(order_external_id=order, text="asked", marker="[1]", for_customer=shown)
        woocommerce.note_order(access, note)
    woocommerce.tag_order(access, OrderTags(order_external_id=order, reason="price"))
    woocommerce.tell_consent(access, ConsentWord(customer_external_id=account, granted=False))
    line = LineItem(title="Mug", quantity=2, unit_price=PRICE, total=PRICE * 2)
    for product, variant in ((MUG.id, MUG.id), (SHIRT.id, SHIRT["L"].id), (999999, 999999)):
        wish = OrderWish(
            key=f"k-{variant}", email=DANA, customer_external_id=account,
            lines=[LineItem(**_line(line, product, variant))],
        )  # fmt: skip
        if product in (MUG.id, SHIRT.id):
            assert woocommerce.complete_order(access, wish).url
            continue
        with pytest.raises(Refused):
            woocommerce.complete_order(access, wish)
    with_coupon(woocommerce, access, store)
    (left,) = (one for one in store.checkouts if one.order is None)
    facts = CheckoutFacts(
        external_id=str(left.id), cart_token="", recovery_url="", email=DANA, lines=(),
        created_at=NOW,
    )  # fmt: skip
    woocommerce.find_order(access, facts)
    store.memory.delivery_vat = Decimal("0.18")
    like_hers = OrderWish(key="k-hers", email=DANA, lines=(), checkout=facts)
    assert woocommerce.complete_order(access, like_hers).external_id


def with_coupon(woocommerce: WooCommerce, access: Access, store: PracticeStore) -> None:
    store.makes_coupon("ten", kind="percent", amount=Decimal(10))
    line = LineItem(title="Mug", quantity=2, unit_price=PRICE, total=PRICE * 2)
    for code, taken in (("ten", ("ten",)), ("of-another-store", ())):
        wish = OrderWish(
            key=f"k-{code}", email=DANA, coupon_code=code,
            lines=[LineItem(**_line(line, MUG.id, MUG.id))],
        )  # fmt: skip
        assert woocommerce.complete_order(access, wish).coupon_codes == taken


def _line(line: LineItem, product: int, variant: int) -> dict[str, Any]:
    said = {name: getattr(line, name) for name in ("title", "quantity", "unit_price", "total")}
    return {**said, "product_external_id": str(product), "variant_external_id": str(variant)}


def test_every_request_was_accepted_by_the_recorded_store(sent: list[Received]) -> None:
    beyond = {complaint for one in sent for complaint in _strange(one)}
    assert beyond == BY_THE_MANUAL


def test_an_order_names_a_variation_only_where_the_recorded_one_did(sent: list[Received]) -> None:
    """A mug has none; our own records say its number twice."""
    recorded = recordings.pair("order-create").sent["line_items"]
    mug, shirt = [
        one.json["line_items"] for one in sent
        if one.method == "POST" and _shape(one.path) == "orders"
    ][:2]  # fmt: skip
    assert [set(line) for line in recorded] == [set(line) for line in (*mug, *shirt)]
    assert (mug[0]["product_id"], shirt[0]["variation_id"]) == (MUG.id, SHIRT["L"].id)


def test_these_are_all_the_calls_that_we_make(sent: list[Received]) -> None:
    assert {f"{one.method} {_shape(one.path)}" for one in sent} == {
        "GET data/currencies/current", "GET system_status", "GET reports/orders/totals",
        "GET products", "GET products/N/variations", "GET customers",
        "GET orders", "GET orders/N", "POST orders", "PUT orders/N", "DELETE orders/N",
        "GET orders/N/notes", "POST orders/N/notes", "PUT customers/N",
        "GET coupons", "GET coupons/N", "POST coupons", "DELETE coupons/N",
        "GET webhooks", "POST webhooks", "PUT webhooks/N", "DELETE webhooks/N",
    }  # fmt: skip


def _strange(asked: Received) -> Iterator[str]:
    """What of this call no recorded, accepted call of its method and path has."""
    call = f"{asked.method} {_shape(asked.path)}"
    alike = [one for one in recordings.pairs() if one.status < 400 and call == _call(one)]
    if not alike:
        yield call
        return
    names = set().union(*(one.query_names for one in alike))
    said = {name: value for name, value in asked.query.items() if not name.startswith("oauth_")}
    yield from (f"{call}?{name}" for name in said if name not in names)
    # What can be written is said: the fields of an answer count as taken.
    answered = set().union(*(_paths(one.json) for one in alike))
    fields = {f".{name}" for name in said.get("_fields", "").split(",") if name}
    yield from (f"{call}?_fields={name}" for name in fields - answered)
    known = answered.union(*(_paths(one.sent) for one in alike if one.sent))
    yield from (f"{call} {path}" for path in _paths(asked.json) - known)


def _call(one: recordings.Pair) -> str:
    return f"{one.method} {_shape(one.path)}"


def _shape(path: str) -> str:
    return re.sub(r"\d+", "N", path.removeprefix(V3))


def _paths(value: Any, path: str = "") -> set[str]:
    if isinstance(value, dict):
        inner = (_paths(one, f"{path}.{name}") for name, one in value.items())
        return ({path} if path else set()).union(*inner)
    if isinstance(value, list):
        return ({path} if path else set()).union(*(_paths(one, path) for one in value))
    return {path} if path else set()


def test_every_recorded_answer_of_the_api_is_judged_by_its_status() -> None:
    found: Counter[str] = Counter()
    for one in recordings.pairs():
        response = Response(one.status, {}, one.answer.encode())
        if one.status < 400:
            judged = api.judged(response, repeatable=one.method == "GET")
            assert json.dumps(judged, default=float) == json.dumps(one.json)
            found["answered"] += 1
        else:
            with pytest.raises(AskbackError) as caught:
                api.judged(response, repeatable=one.method == "GET")
            assert one.json["code"] in str(caught.value)
            found[type(caught.value).__name__] += 1
    assert found == {"answered": 82, "Refused": 26, "Pointless": 4, "HalfMade": 1, "AccessLost": 7}


def test_the_link_that_fills_a_cart_is_one_that_filled_a_recorded_cart() -> None:
    links = json.loads((recordings.ROOT / "cart-links.json").read_text())
    line = LineItem(title="", quantity=2, unit_price=PRICE, total=PRICE)
    facts = CheckoutFacts(
        external_id="", cart_token="", recovery_url="", email=DANA, created_at=NOW,
        lines=[
            LineItem(**_line(line, 14, 14)),
            LineItem(**{**_line(line, 38, 40), "quantity": 1}),
        ],
    )  # fmt: skip
    ours = WooCommerce(Http()).cart_url("https://127.0.0.1:8443", facts, coupon_code="LINK10")
    (same,) = [one for one in links if one["url"] == ours.removeprefix("https://127.0.0.1:8443")]
    assert [[item, count] for item, count, *_ in same["cart_items"]] == [[14, 2], [40, 1]]
    assert same["coupons"] == ["link10"]
    assert set(parse_qs(urlsplit(ours).query)) == {"products", "coupon"}


def test_the_index_of_deliveries_names_every_delivery() -> None:
    folder = recordings.ROOT / "webhooks"
    listed = json.loads((folder / "index.json").read_text())["deliveries"]
    names = {path.name for path in folder.glob("[0-9]*.json")}
    told = {one["file"].removeprefix("webhooks/") for one in listed}
    assert told | {"000-ping.json"} == names
    assert all(one["signature_valid"] for one in listed)
