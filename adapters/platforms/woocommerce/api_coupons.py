"""A coupon minted in the store: once, with an end, and looked at before it is promised."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from marshmallow import fields

from adapters.http import Http
from adapters.platforms.woocommerce import api, records_meta
from adapters.platforms.woocommerce.fields import (
    Amount,
    Count,
    Flag,
    Id,
    Moment,
    Payload,
    Rows,
    Text,
)
from connector.errors import OutcomeUnknown, Permanent, Refused, Retryable
from connector.ports.platform import Access, CouponKind, CouponMade, CouponWish

MARK = "_askback"
_TAKEN = "woocommerce_rest_coupon_code_already_exists"
# WooCommerce has no coupon type for shipping: it is a discount of nought that ships freely,
# where the store's shipping zone has a "free shipping" method that asks for a coupon.
_TYPES = {
    CouponKind.PERCENT: "percent",
    CouponKind.FIXED: "fixed_cart",
    CouponKind.FREE_SHIPPING: "fixed_cart",
}


class _Coupon(Payload):
    id = Id(required=True)
    code = Text(required=True)
    discount_type = Text(load_default="")
    amount = Amount(load_default=Decimal(0))
    free_shipping = Flag(load_default=False)
    minimum_amount = Amount(load_default=Decimal(0))
    usage_limit = Count(load_default=None)
    date_expires_gmt = Moment(load_default=None)
    meta_data = Rows(records_meta.Meta)
    product_ids = fields.List(fields.Integer(), load_default=list)


_COUPON = _Coupon()
_COUPONS = _Coupon(many=True)


def create(http: Http, access: Access, wish: CouponWish) -> CouponMade:
    """Make the coupon, or find the one that an earlier call with the same wish made.

    WooCommerce coupons have no start: the code works from the moment it is made. No e-mail
    restriction is set, because the checkout link does not apply such a coupon for a guest;
    one use and an unguessable code take its place.
    Raises OutcomeUnknown (call again with the same wish), Retryable, Refused, AccessLost.
    """
    store = api.Store(http, access)
    try:
        coupon = api.load(_COUPON, store.post("coupons", _body(wish)))
    except OutcomeUnknown as problem:
        return _made_after_all(store, wish, problem)
    except Refused as problem:
        if problem.code != _TAKEN:
            raise
        return _adopted(store, wish, problem)
    wrong = _differences(coupon, wish)
    if wrong:
        # A coupon that never ends, or is worth something else, must not stay usable.
        store.delete(f"coupons/{coupon['id']}")
        raise Refused(f"the store made another coupon than asked for: {wrong}", code="changed")
    return CouponMade(external_id=coupon["id"], code=coupon["code"])


def _body(wish: CouponWish) -> dict[str, Any]:
    body: dict[str, Any] = {
        "code": wish.code,
        "discount_type": _TYPES[wish.kind],
        "amount": format(_worth(wish), "f"),
        # `date_expires_gmt` is accepted and ignored: such a coupon would never expire.
        "date_expires": _whole_second(wish.ends_at).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "usage_limit": 1,
        "usage_limit_per_user": 1,
        # One benefit at a time: ours is not added to a sale coupon that runs already.
        "individual_use": True,
        "description": f"Askback {wish.description}".strip(),
        "meta_data": [{"key": MARK, "value": wish.code}],
    }
    if wish.kind is CouponKind.FREE_SHIPPING:
        body["free_shipping"] = True
    if wish.product_external_ids:
        body["product_ids"] = _products(wish)
    if wish.minimum is not None:
        body["minimum_amount"] = format(wish.minimum.amount, "f")
    return body


def _products(wish: CouponWish) -> list[int]:
    """By their numbers; a variation counts as its parent product does."""
    return sorted(int(one) for one in wish.product_external_ids)


def _worth(wish: CouponWish) -> Decimal:
    if wish.kind is CouponKind.FIXED:
        if wish.amount is None:
            raise Permanent("a fixed coupon needs an amount")
        return wish.amount.amount
    return Decimal(wish.percent if wish.kind is CouponKind.PERCENT else 0)


def _made_after_all(store: api.Store, wish: CouponWish, problem: OutcomeUnknown) -> CouponMade:
    """Look whether a call that broke off had been heard; if not, its outcome stays unknown."""
    try:
        found = _find(store, wish.code)
    except Retryable:
        raise problem from None
    if found is None:
        raise problem
    return _ours(found, wish, problem)


def _adopted(store: api.Store, wish: CouponWish, problem: Refused) -> CouponMade:
    found = _find(store, wish.code)
    if found is None:
        raise problem
    return _ours(found, wish, problem)


def find(http: Http, access: Access, code: str) -> CouponMade | None:
    """Our coupon of this code, as we spelled it; somebody else's is none."""
    coupon = _find(api.Store(http, access), code)
    if coupon is None or not _bears_our_mark(coupon, code):
        return None
    return CouponMade(external_id=coupon["id"], code=coupon["code"])


def _bears_our_mark(coupon: Mapping[str, Any], code: str) -> bool:
    return any((row["key"], row["value"]) == (MARK, code) for row in coupon["meta_data"])


def _ours(coupon: Mapping[str, Any], wish: CouponWish, problem: Exception) -> CouponMade:
    if not _bears_our_mark(coupon, wish.code):
        raise Refused("the store has a coupon of its own with this code", code=_TAKEN) from problem
    wrong = _differences(coupon, wish)
    if wrong:
        raise Refused(f"our coupon was changed in the store: {wrong}", code="changed") from problem
    return CouponMade(external_id=coupon["id"], code=coupon["code"])


def _find(store: api.Store, code: str) -> Mapping[str, Any] | None:
    """The coupon of that code; the store keeps codes in small letters."""
    rows = api.load(_COUPONS, store.get("coupons", params={"code": code}))
    return next((row for row in rows if row["code"].lower() == code.lower()), None)


def _differences(coupon: Mapping[str, Any], wish: CouponWish) -> str:
    """What the store made otherwise; it drops or changes in silence what it does not like."""
    minimum = wish.minimum.amount if wish.minimum else 0
    checks = (
        ("its code", coupon["code"].lower() == wish.code.lower()),
        ("its end", coupon["date_expires_gmt"] == _whole_second(wish.ends_at)),
        ("its kind", coupon["discount_type"] == _TYPES[wish.kind]),
        ("its worth", coupon["amount"] == _worth(wish)),
        ("its minimum", coupon["minimum_amount"] == minimum),
        ("free shipping", coupon["free_shipping"] is (wish.kind is CouponKind.FREE_SHIPPING)),
        ("one use", coupon["usage_limit"] == 1),
        ("its products", sorted(coupon["product_ids"]) == _products(wish)),
    )
    return ", ".join(name for name, holds in checks if not holds)


def _whole_second(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)
