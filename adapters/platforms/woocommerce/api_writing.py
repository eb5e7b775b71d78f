"""What we write into a WooCommerce store, each thing done once however often it is asked for."""

from __future__ import annotations

from adapters.http import Http
from adapters.platforms.woocommerce import api
from adapters.platforms.woocommerce.fields import Count, Flag, Id, Payload, Text
from connector.errors import Refused
from connector.ports.access import Access
from connector.ports.writing import IN_TRASH, ConsentWord, OrderNote, OrderTags

REASON, ANSWER = "_askback_reason", "_askback_answer"
CONSENT = {"email": "askback_marketing", "sms": "askback_marketing_sms"}
"""The meta keys under which a merchant's other programs find what we know; consent by channel, on
accounts and, for guests, on orders. Without an underscore an order's entry is a custom field that
the merchant sees."""

_COUPON_GONE = "woocommerce_rest_shop_coupon_invalid_id"


class _Used(Payload):
    id = Id(required=True)
    usage_count = Count(load_default=0)


class _Note(Payload):
    id = Id(required=True)
    note = Text(load_default="")
    customer_note = Flag(load_default=False)


class _Status(Payload):
    status = Text(load_default="")


_USED, _STATUS = _Used(), _Status()
_NOTES = _Note(many=True)


def coupon_uses(http: Http, access: Access, external_id: str) -> int | None:
    try:
        coupon = api.load(_USED, api.Store(http, access).get(f"coupons/{external_id}"))
    except Refused as problem:
        if problem.code == _COUPON_GONE:
            return None
        raise
    return int(coupon["usage_count"] or 0)


def delete_coupon(http: Http, access: Access, external_id: str) -> None:
    """For good: out of WordPress's trash a merchant's click would bring it back, and to life."""
    try:
        api.Store(http, access).delete(f"coupons/{external_id}", params={"force": "true"})
    except Refused as problem:
        if problem.code != _COUPON_GONE:
            raise


def note_order(http: Http, access: Access, note: OrderNote) -> None:
    """Look first, always: a customer's note leaves by mail, and nobody gets that twice."""
    store = api.Store(http, access)
    path = f"orders/{note.order_external_id}/notes"
    for row in api.load(_NOTES, store.get(path)):
        if _bare(note.marker) in _bare(row["note"]) and row["customer_note"] is note.for_customer:
            return
    if note.for_customer:
        _refuse_in_trash(store, note.order_external_id)
    store.post(path, {"note": note.text, "customer_note": note.for_customer})


def _refuse_in_trash(store: api.Store, order: str) -> None:
    """WooCommerce takes a note for an order in the trash, and mails it (seen on 10.2.4)."""
    seen = api.load(_STATUS, store.get(f"orders/{order}", params={"_fields": "status"}))
    if seen["status"] == "trash":
        raise Refused("the order is in the store's trash", code=IN_TRASH)


def tag_order(http: Http, access: Access, tags: OrderTags) -> None:
    """Two meta entries, which WooCommerce keeps one of each per key.

    They wake `order.updated`, and change nothing that a shopper sees.
    """
    meta = [
        {"key": REASON, "value": tags.reason or "unanswered"},
        {"key": ANSWER, "value": tags.words},
    ]
    api.Store(http, access).put(f"orders/{tags.order_external_id}", {"meta_data": meta})


def tell_consent(http: Http, access: Access, word: ConsentWord) -> None:
    """WooCommerce itself keeps no consent: a meta entry says it to whatever program looks.

    A guest has no account: her order bears the same entry. It wakes `order.updated`, and is none
    of the entries that we read consent from.
    """
    meta = [{"key": CONSENT[word.channel], "value": "yes" if word.granted else "no"}]
    on = f"customers/{word.customer_external_id}"
    if not word.customer_external_id:
        on = f"orders/{word.order_external_id}"
    api.Store(http, access).put(on, {"meta_data": meta})


def _bare(text: str) -> str:
    """Letters and digits: WordPress curls quotes and escapes what it stores."""
    return "".join(one for one in text.lower() if one.isalnum())
