"""What we write into a Shopify store, each thing done once however often it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from adapters.platforms.shopify import documents_writing as documents
from adapters.platforms.shopify.api import at
from connector.errors import OutcomeUnknown, Pointless, Refused
from connector.ports.platform import CouponMade
from connector.ports.writing import ConsentWord, OrderLink, OrderNote, OrderTags, OrderWish
from connector.records import LineItem

Call = Callable[..., Mapping[str, Any]]
"""api.call with the store filled in: call(document, variables, writes=...)."""

TAG = "askback"
LONGEST_TAG = 40
"""https://shopify.dev/docs/api/admin-graphql/2026-07/input-objects/OrderInput#fields-tags"""
LONGEST_NOTE = 5000

_CONSENTS: Mapping[str, tuple[str, str, str]] = {
    "email": (
        documents.UPDATE_CONSENT,
        "customerEmailMarketingConsentUpdate",
        "emailMarketingConsent",
    ),
    "sms": (
        documents.UPDATE_TEXTS_CONSENT,
        "customerSmsMarketingConsentUpdate",
        "smsMarketingConsent",
    ),
}
"""Channel → the document, the mutation in it, the consent's place in its input."""

_GONE = "INVALID"
_GONE_SAID = "does not exist"
_INTERNAL = "INTERNAL_ERROR"
"""https://shopify.dev/docs/api/admin-graphql/2026-07/enums/CustomerEmailMarketingConsentUpdateUserErrorCode"""


def coupon_uses(call: Call, coupon: CouponMade) -> int | None:
    """`asyncUsageCount` lags behind the orders: ask when the last of them is some hours old."""
    node = at(call(documents.DISCOUNT_USES, {"code": coupon.code}), "codeDiscountNodeByCode")
    if node is None or at(node, "id") != coupon.external_id:
        return None
    uses = at(node, "codeDiscount", "asyncUsageCount")
    return uses if isinstance(uses, int) else 0


def delete_coupon(call: Call, external_id: str) -> None:
    """Shopify answers "does not exist" for one that is gone, which is what was wanted."""
    data = call(documents.DELETE_DISCOUNT, {"id": external_id}, writes=True)
    refusals = _refusals(data, "discountCodeDelete")
    left = [one for one in refusals if not _says_gone(one)]
    if left:  # whatever it says: a coupon that stands there can be taken out another day
        raise _no(Refused, "the removal of a coupon", left)


def note_order(call: Call, note: OrderNote) -> None:
    """Append to the order's one note, unless our marker stands in it already.

    Shopify has a single note, which the shopper and the merchant write too, and no way to add
    to it: it is read just before it is written, so that nothing of theirs is lost.
    """
    order = _order_id(note.order_external_id)
    found = at(call(documents.ORDER_NOTE, {"id": order}), "order")
    if found is None:
        raise Pointless("Shopify has this order no more", code="NOT_FOUND")
    there = str(at(found, "note") or "")
    if note.marker in there:
        return
    whole = f"{there}\n\n{note.text}" if there.strip() else note.text
    if len(whole) > LONGEST_NOTE:
        raise Pointless("the order's note has no room left", code="TOO_LONG")
    data = call(documents.UPDATE_NOTE, {"input": {"id": order, "note": whole}}, writes=True)
    _check(data, "orderUpdate", "the order's note")


def tag_order(call: Call, tags: OrderTags) -> None:
    """Tags are a set: adding one twice is adding it once."""
    words = [TAG, f"{TAG}:{tags.reason}"[:LONGEST_TAG]] if tags.reason else [TAG]
    things = [_order_id(tags.order_external_id)]
    if tags.customer_external_id:
        things.append(f"gid://shopify/Customer/{tags.customer_external_id}")
    for one in things:
        data = call(documents.ADD_TAGS, {"id": one, "tags": words}, writes=True)
        _check(data, "tagsAdd", "the tags")


def tell_consent(call: Call, word: ConsentWord) -> None:
    """Set the customer's state. `consentUpdatedAt` is left to Shopify, whose clock it must not
    run ahead of (recorded: "must not be in the future"); a yes needs its opt-in level."""
    document, root, argument = _CONSENTS[word.channel]
    state = "SUBSCRIBED" if word.granted else "UNSUBSCRIBED"
    consent = {"marketingState": state, "marketingOptInLevel": "SINGLE_OPT_IN"}
    customer = f"gid://shopify/Customer/{word.customer_external_id}"
    data = call(document, {"input": {"customerId": customer, argument: consent}}, writes=True)
    _check(data, root, "the consent")


def complete_order(call: Call, wish: OrderWish) -> OrderLink:
    """A draft order with our own tag, looked for first: Shopify has no key against repeats.

    Its search learns of a new draft some seconds late, so whoever asks again waits longer.
    """
    tag = f"{TAG}-{wish.key}"
    nodes = at(call(documents.DRAFTS, {"search": f'tag:"{tag}"'}), "draftOrders", "nodes")
    for draft in nodes or []:
        if tag in (at(draft, "tags") or []):
            return _link(draft)
    order: dict[str, Any] = {
        "lineItems": [_line(one) for one in wish.lines],
        "tags": [TAG, tag],
        "note": "Askback: made for the customer, to be paid through the invoice link.",
    }
    if wish.customer_external_id:
        gid = f"gid://shopify/Customer/{wish.customer_external_id}"
        order["purchasingEntity"] = {"customerId": gid}
    if wish.email:
        order["email"] = wish.email
    if wish.coupon_code:
        # Attempted, and skipped where it does not fit: then she may still type it, or another.
        order |= {"discountCodes": [wish.coupon_code], "allowDiscountCodesInCheckout": True}
    data = call(documents.CREATE_DRAFT, {"input": order}, writes=True)
    _check(data, "draftOrderCreate", "the order")
    return _link(at(data, "draftOrderCreate", "draftOrder"))


def _line(line: LineItem) -> dict[str, Any]:
    variant = line.variant_external_id
    if variant.isascii() and variant.isdigit():
        return {"variantId": f"gid://shopify/ProductVariant/{variant}", "quantity": line.quantity}
    price = {"amount": str(line.unit_price.amount), "currencyCode": line.unit_price.currency}
    return {
        "title": line.title or "-",
        "quantity": line.quantity,
        "originalUnitPriceWithCurrency": price,
    }


def _link(draft: Any) -> OrderLink:
    external_id, url = at(draft, "id"), at(draft, "invoiceUrl")
    if not isinstance(external_id, str) or not isinstance(url, str):
        raise OutcomeUnknown("Shopify made a draft order and has not named its invoice link yet")
    codes = tuple(str(code) for code in at(draft, "discountCodes") or ())
    return OrderLink(external_id=external_id.rpartition("/")[2], url=url, coupon_codes=codes)


def _order_id(external_id: str) -> str:
    return f"gid://shopify/Order/{external_id}"


def _refusals(data: Mapping[str, Any], root: str) -> list[dict[str, Any]]:
    return [one for one in at(data, root, "userErrors") or [] if isinstance(one, dict)]


def _check(data: Mapping[str, Any], root: str, what: str) -> None:
    """A user error is about what was sent: nobody of that id, no telephone to consent for."""
    refusals = _refusals(data, root)
    if any(one.get("code") == _INTERNAL for one in refusals):
        raise OutcomeUnknown(f"Shopify failed over {what}")
    if refusals:
        raise _no(Pointless, what, refusals)


def _says_gone(refusal: Mapping[str, Any]) -> bool:
    return refusal.get("code") == _GONE and _GONE_SAID in str(refusal.get("message"))


def _no(kind: type[Refused], what: str, refusals: list[dict[str, Any]]) -> Refused:
    texts = "; ".join(str(one.get("message")) for one in refusals)
    return kind(f"Shopify refuses {what}: {texts[:300]}", code=str(refusals[0].get("code") or ""))
