"""A coupon wish as a Shopify discount: made once, however often it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from adapters.platforms.shopify import documents
from adapters.platforms.shopify.api import at
from connector.errors import OutcomeUnknown, Refused, Unsupported
from connector.ports.platform import CouponKind, CouponMade, CouponWish

Call = Callable[..., Mapping[str, Any]]
"""api.call with the store filled in: call(document, variables, writes=...)."""

_TAKEN = "TAKEN"


def create(call: Call, wish: CouponWish) -> CouponMade:
    """Make the discount, or find that it is made already.

    Shopify allows each code once per store (whatever its case), so creating first and
    looking after a refusal or a time-out cannot make a second one; looking first would cost
    a call each time and still leave a gap between looking and making.
    """
    document, root, discount = _discount(wish)
    try:
        data = call(document, {"discount": discount}, writes=True)
    except OutcomeUnknown:
        # The time-out came after Shopify had made it, or before: its own list knows.
        made = find(call, wish.code)
        if made is None:
            raise
        return made
    refusals = [each for each in at(data, root, "userErrors") or [] if isinstance(each, dict)]
    if any(refusal.get("code") == _TAKEN for refusal in refusals):
        made = find(call, wish.code)
        if made is not None:
            return made
    if refusals:
        raise _refused(refusals)
    node = at(data, root, "codeDiscountNode", "id")
    if not isinstance(node, str):
        raise OutcomeUnknown("Shopify did not name the discount that it made")
    return CouponMade(external_id=node, code=wish.code)


def title(code: str) -> str:
    """The discount's name in the store, by which it is known as ours."""
    return f"Askback {code}"


def find(call: Call, code: str) -> CouponMade | None:
    """Our discount of this code, as we spelled it; somebody else's is none."""
    data = call(documents.DISCOUNT_BY_CODE, {"code": code})
    node = at(data, "codeDiscountNodeByCode")
    discount = at(node, "codeDiscount")
    spelled, external_id = at(discount, "codes", "nodes", 0, "code"), at(node, "id")
    if at(discount, "title") != title(code) or not isinstance(external_id, str):
        return None
    return CouponMade(external_id=external_id, code=str(spelled or code))


def _discount(wish: CouponWish) -> tuple[str, str, dict[str, Any]]:
    """The document, the mutation in it and its input.

    One use, for any buyer: the code is known to one person. `context` replaces
    customerSelection, which the schema has deprecated.
    """
    discount: dict[str, Any] = {
        "title": title(wish.code),
        "code": wish.code,
        "startsAt": wish.starts_at.isoformat(),
        "endsAt": wish.ends_at.isoformat(),
        "usageLimit": 1,
        "appliesOncePerCustomer": True,
        "context": {"all": "ALL"},
    }
    if wish.minimum:
        subtotal = {"greaterThanOrEqualToSubtotal": str(wish.minimum.amount)}
        discount["minimumRequirement"] = {"subtotal": subtotal}
    if wish.kind == CouponKind.FREE_SHIPPING:
        discount["destination"] = {"all": True}
        return documents.CREATE_FREE_SHIPPING, "discountCodeFreeShippingCreate", discount
    discount["customerGets"] = {"items": _items(wish), "value": _value(wish)}
    return documents.CREATE_BASIC, "discountCodeBasicCreate", discount


def _items(wish: CouponWish) -> dict[str, Any]:
    """All of the cart, or some products. Free shipping is for a whole cart at Shopify."""
    if not wish.product_external_ids:
        return {"all": True}
    products = [f"gid://shopify/Product/{one}" for one in wish.product_external_ids]
    return {"products": {"productsToAdd": products}}


def _value(wish: CouponWish) -> dict[str, Any]:
    if wish.kind == CouponKind.PERCENT:
        # A share of 0.0 to 1.0 and not money: GraphQL has only Float for it.
        return {"percentage": wish.percent / 100}
    if wish.amount is None:
        raise Unsupported(f"a coupon of kind {wish.kind} needs an amount")
    return {"discountAmount": {"amount": str(wish.amount.amount), "appliesOnEachItem": False}}


def _refused(refusals: list[dict[str, Any]]) -> Refused:
    texts = []
    for refusal in refusals:
        field = ".".join(str(step) for step in refusal.get("field") or [])
        texts.append(
            f"{refusal.get('message')} ({field})" if field else str(refusal.get("message"))
        )
    code = str(refusals[0].get("code") or "")
    return Refused(f"Shopify refuses the coupon: {'; '.join(texts)[:300]}", code=code)
