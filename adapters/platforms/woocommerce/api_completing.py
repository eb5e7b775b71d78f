"""An order made in the shopper's place, which she pays through WooCommerce's own pay page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, timedelta
from typing import Any

from adapters.http import Http
from adapters.platforms.woocommerce import api, records_meta
from adapters.platforms.woocommerce.fields import Id, Payload, Rows, Text
from adapters.platforms.woocommerce.records_orders import DRAFT
from connector.errors import Refused
from connector.ports.access import Access
from connector.ports.writing import OrderLink, OrderWish
from connector.records import LineItem

MARK = "_askback_order"
_PER_PAGE = 100
_MOST_PAGES = 5
_CLOCK_SLACK = timedelta(hours=1)
_CUSTOMER, _COUPONS = "customer_id", "coupon_lines"
_UNTAKEN = {
    "woocommerce_rest_invalid_coupon": _COUPONS,
    "woocommerce_rest_invalid_customer_id": _CUSTOMER,
}
"""What an order can do without: a coupon that ended meanwhile, an account deleted since."""


class _Line(Payload):
    product_id = Id(load_default="")


class _Coupon(Payload):
    code = Text(load_default="")


class _Made(Payload):
    id = Id(required=True)
    status = Text(load_default="")
    payment_url = Text(load_default="")
    meta_data = Rows(records_meta.Meta)
    line_items = Rows(_Line)
    coupon_lines = Rows(_Coupon)


_ORDER = _Made()
_ORDERS = _Made(many=True)


def complete(http: Http, access: Access, wish: OrderWish) -> OrderLink:
    """Make the unpaid order, or find the one that an earlier call made.

    WooCommerce finds no order by its meta: those made since the first try are looked through.
    """
    store = api.Store(http, access)
    found = _find(store, wish)
    if found is not None:
        return _link(found)
    made = api.load(_ORDER, _made(store, wish))
    if any(line["product_id"] in ("", "0") for line in made["line_items"]):
        # Unknown products are taken without a word, as lines that cost nothing (recorded).
        store.delete(f"orders/{made['id']}", params={"force": "true"})
        raise Refused("a product of this cart is no longer in the store", code="unknown_product")
    return _link(made)


def _made(store: api.Store, wish: OrderWish) -> Any:
    """With her account and her coupon, as far as the store takes them for this order."""
    body = _body(wish)
    if wish.coupon_code:
        body[_COUPONS] = [{"code": wish.coupon_code}]
    while True:
        try:
            return _post(store, body)
        except Refused as problem:
            untaken = _UNTAKEN.get(problem.code, "")
            if untaken not in body:
                raise
            del body[untaken]


def _post(store: api.Store, body: Mapping[str, Any]) -> Any:
    """What is refused midway stays behind as a draft: it is taken out again."""
    try:
        return store.post("orders", body)
    except api.HalfMade as problem:
        store.delete(f"orders/{problem.draft}", params={"force": "true"})
        raise


def _find(store: api.Store, wish: OrderWish) -> Mapping[str, Any] | None:
    since = (wish.wished_at.astimezone(UTC) - _CLOCK_SLACK).strftime("%Y-%m-%dT%H:%M:%S")
    for page in range(1, _MOST_PAGES + 1):
        params = {
            "per_page": str(_PER_PAGE),
            "page": str(page),
            "orderby": "id",
            "order": "desc",
            "after": since,
            "dates_are_gmt": "true",
            "_fields": ",".join(_ORDER.fields),
        }
        rows = api.load(_ORDERS, store.get("orders", params=params))
        for row in rows:
            marked = any((one["key"], one["value"]) == (MARK, wish.key) for one in row["meta_data"])
            if marked and row["status"] == DRAFT:  # begun before a refusal, and left behind
                store.delete(f"orders/{row['id']}", params={"force": "true"})
            elif marked:
                return row  # type: ignore[no-any-return] # a row is what marshmallow loaded
        if len(rows) < _PER_PAGE:
            break
    return None


def _body(wish: OrderWish) -> dict[str, Any]:
    person = {"first_name": wish.first_name, "last_name": wish.last_name, "phone": wish.phone}
    body: dict[str, Any] = {
        "status": "pending",
        "set_paid": False,
        # An empty address is refused as an invalid one.
        "billing": {**person, **({"email": wish.email} if wish.email else {})},
        "line_items": [_line(one) for one in wish.lines],
        "meta_data": [{"key": MARK, "value": wish.key}],
    }
    if wish.customer_external_id.isdigit():
        body[_CUSTOMER] = int(wish.customer_external_id)
    return body


def _line(line: LineItem) -> dict[str, Any]:
    product, variant = line.product_external_id, line.variant_external_id
    if not (product.isascii() and product.isdigit()):
        raise Refused("a line of this cart names no product", code="unknown_product")
    said: dict[str, Any] = {"product_id": int(product), "quantity": line.quantity}
    # A product without variations is told under its own number twice.
    if variant.isascii() and variant.isdigit() and variant != product:
        said["variation_id"] = int(variant)
        if line.choices:  # of a variation for any colour, nothing else tells the colour
            said["meta_data"] = [{"key": key, "value": value} for key, value in line.choices]
    return said


def _link(order: Mapping[str, Any]) -> OrderLink:
    if not order["payment_url"]:
        raise Refused("the store names no address where this order is paid", code="no_link")
    codes = tuple(one["code"] for one in order["coupon_lines"])
    return OrderLink(external_id=order["id"], url=order["payment_url"], coupon_codes=codes)
