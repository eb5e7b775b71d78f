"""An order made in the shopper's place, which she pays through WooCommerce's own pay page.

It is a copy of what she left, as long as the store has that: delivery, addresses, prices, her own
coupon. Her draft itself is not handed out: it is cleaned up after a day, a pending order of the
checkout's is cancelled after an hour (wc_cancel_unpaid_orders), one made by us is neither.
REST orders are reckoned anew, and may come to another sum (recorded: delivery that the cart did not
tax is taxed). What cannot be made for the sum that she saw, or has nowhere to go, is not made:
then, as on Shopify, the link leads to the checkout with her cart, where the store asks and reckons.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.http import Http
from adapters.platforms.woocommerce import api, links, order_copies, records_meta
from adapters.platforms.woocommerce.fields import Id, Rows, Text
from adapters.platforms.woocommerce.records_orders import DRAFT
from connector.errors import Refused
from connector.money import Money
from connector.ports.access import Access
from connector.ports.writing import OrderLink, OrderWish
from connector.records import LineItem

MARK = "_askback_order"
_PER_PAGE = 100
_MOST_PAGES = 20
_CUSTOMER, _COUPONS = "customer_id", "coupon_lines"
_UNTAKEN = {
    "woocommerce_rest_invalid_coupon": _COUPONS,
    "woocommerce_rest_invalid_customer_id": _CUSTOMER,
}
"""What an order can do without: a coupon that ended meanwhile, an account deleted since."""


class _Made(order_copies.Sums):
    id = Id(required=True)
    status = Text(load_default="")
    payment_url = Text(load_default="")
    meta_data = Rows(records_meta.Meta)


_ORDER = _Made()
_ORDERS = _Made(many=True)


def complete(http: Http, access: Access, wish: OrderWish) -> OrderLink:
    """Make the unpaid order, or find the one that an earlier call made; or lead to her cart."""
    store = api.Store(http, access)
    hers = order_copies.left(store, wish.left_as)
    made = _find(store, wish)
    if made is None:
        known = hers is not None and order_copies.is_addressed(hers)
        if wish.checkout is not None and not known:
            return _to_her_cart(access, wish)
        made = api.load(_ORDER, _made(store, wish, hers))
    if any(line["product_id"] in ("", "0") for line in made["line_items"]):
        # Unknown products are taken without a word, as lines that cost nothing (recorded).
        _drop(store, made["id"])
        raise Refused("a product of this cart is no longer in the store", code="unknown_product")
    if hers is None or _comes_to_the_same(store, made, hers):
        return _link(made)
    _drop(store, made["id"])
    return _to_her_cart(access, wish)


def _made(store: api.Store, wish: OrderWish, hers: Mapping[str, Any] | None) -> Any:
    """With her account and her coupons, as far as the store takes them for this order."""
    body = _body(wish, hers)
    own = order_copies.codes(hers) if hers else []
    given = [wish.coupon_code] if wish.coupon_code else []
    tries = [[*own, *given], own] if own and given else [own or given]
    while True:
        if tries and tries[0]:
            body[_COUPONS] = [{"code": code} for code in dict.fromkeys(map(str.lower, tries[0]))]
        try:
            return _post(store, body)
        except Refused as problem:
            untaken = _UNTAKEN.get(problem.code, "")
            if untaken not in body:
                raise
            del body[untaken]
            if untaken == _COUPONS:
                tries = tries[1:]


def _post(store: api.Store, body: Mapping[str, Any]) -> Any:
    """What is refused midway stays behind as a draft: it is taken out again."""
    try:
        return store.post("orders", body)
    except api.HalfMade as problem:
        _drop(store, str(problem.draft))
        raise


def _drop(store: api.Store, number: str) -> None:
    store.delete(f"orders/{number}", params={"force": "true"})


def _find(store: api.Store, wish: OrderWish) -> Mapping[str, Any] | None:
    """WooCommerce finds no order by its meta: the newest are looked through, down to what she left.

    By their numbers, which only grow: the store's clock may be off by hours.
    """
    oldest = int(wish.left_as) if wish.left_as.isascii() and wish.left_as.isdigit() else 0
    for page in range(1, _MOST_PAGES + 1):
        params = {
            "per_page": str(_PER_PAGE),
            "page": str(page),
            "orderby": "id",
            "order": "desc",
            "_fields": ",".join(_ORDER.fields),
        }
        rows = api.load(_ORDERS, store.get("orders", params=params))
        for row in rows:
            marked = any((one["key"], one["value"]) == (MARK, wish.key) for one in row["meta_data"])
            if marked and row["status"] == DRAFT:  # begun before a refusal, and left behind
                _drop(store, row["id"])
            elif marked:
                return row  # type: ignore[no-any-return] # a row is what marshmallow loaded
        if len(rows) < _PER_PAGE or int(rows[-1]["id"]) <= oldest:
            break
    return None


def _comes_to_the_same(store: api.Store, made: Mapping[str, Any], hers: Mapping[str, Any]) -> bool:
    """Does it cost what she saw? Delivery that was reckoned anew is put right first."""
    slack = Money(len(made["line_items"]) + 1, hers["currency"]).amount  # each line is rounded
    off = made["total"] - order_copies.wanted(hers, made)
    if abs(off) <= slack:
        return True
    charged, seen = order_copies.delivery(made), order_copies.delivery_wanted(hers, made)
    if not charged or abs(off - (charged - seen)) > slack:
        return False
    share = seen / charged
    lines = [
        {"id": int(one["id"]), "total": f"{one['total'] * share:.4f}"}
        for one in made["shipping_lines"]
    ]
    again = api.load(_ORDER, store.put(f"orders/{made['id']}", {"shipping_lines": lines}))
    return bool(abs(again["total"] - order_copies.wanted(hers, again)) <= slack)


def _to_her_cart(access: Access, wish: OrderWish) -> OrderLink:
    if wish.checkout is None or not links.holds(access.base_url, wish.checkout):
        raise Refused("this cart cannot be ordered from here as it was left", code="no_link")
    url = links.cart_url(access.base_url, wish.checkout, coupon_code=wish.coupon_code)
    codes = (wish.coupon_code,) if wish.coupon_code else ()
    return OrderLink(external_id="", url=url, coupon_codes=codes)


def _body(wish: OrderWish, hers: Mapping[str, Any] | None) -> dict[str, Any]:
    person = {
        "first_name": wish.first_name,
        "last_name": wish.last_name,
        "phone": wish.phone,
        "email": wish.email,
    }
    copied: dict[str, Any]
    copied = order_copies.body(hers) if hers else {"line_items": [_line(one) for one in wish.lines]}
    # An empty address is refused as an invalid one.
    known = {name: one for name, one in person.items() if one}
    body: dict[str, Any] = {
        **copied,
        "status": "pending",
        "set_paid": False,
        "billing": {**known, **(copied["billing"] if hers else {})},
        "meta_data": [{"key": MARK, "value": wish.key}],
    }
    if wish.customer_external_id.isdigit():
        body[_CUSTOMER] = int(wish.customer_external_id)
    return body


def _line(line: LineItem) -> dict[str, Any]:
    product, variant = line.product_external_id, line.variant_external_id
    if not (product.isascii() and product.isdigit() and variant.isascii() and variant.isdigit()):
        raise Refused("a line of this cart names no product", code="unknown_product")
    said: dict[str, Any] = {"product_id": int(product), "quantity": line.quantity}
    # A product without variations is told under its own number twice.
    if variant != product:
        said["variation_id"] = int(variant)
        if line.choices:  # of a variation for any colour, nothing else tells the colour
            said["meta_data"] = [{"key": key, "value": value} for key, value in line.choices]
    return said


def _link(order: Mapping[str, Any]) -> OrderLink:
    if not order["payment_url"]:
        raise Refused("the store names no address where this order is paid", code="no_link")
    codes = tuple(one["code"] for one in order["coupon_lines"])
    return OrderLink(external_id=order["id"], url=order["payment_url"], coupon_codes=codes)
