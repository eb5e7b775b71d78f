"""What the feed brings, as records: the table resource → reader."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from marshmallow import ValidationError

from adapters.platforms.shopify import feed_retold as retold
from adapters.platforms.shopify.api import at
from adapters.platforms.shopify.fields import Ident
from adapters.platforms.shopify.records import spoken
from adapters.platforms.shopify.records_checkouts import read_checkout
from adapters.platforms.shopify.records_orders import read_order
from adapters.platforms.shopify.records_people import (
    read_customer,
    read_email_consent,
    read_sms_consent,
)
from adapters.platforms.shopify.records_products import read_product
from connector.ports.feed import Resource
from connector.records import Record

Reader = Callable[[Any, Sequence[Any]], list[Record]]

# Real recovery links, by webhooks that tell both tokens beside them:
# /55915/checkouts/TOKEN/recover?key=… (documented) and
# /55915/checkouts/ac/CART_TOKEN/recover?key=… (stores of the present checkout).
_RECOVERY = re.compile(r"/checkouts/(?:(?P<new>[a-z]{2})/)?(?P<token>[\w-]+)")
_SAID = frozenset({"SUBSCRIBED", "UNSUBSCRIBED"})


def read(resource: Resource, node: Any, children: Sequence[Any]) -> tuple[list[Record], str]:
    """The records of one node, or a sentence on why it cannot be read."""
    try:
        return _READERS[resource](node, children), ""
    except ValidationError as problem:
        return [], f"{at(node, 'id')}: {spoken(problem.messages)}"


def _order(node: Any, lines: Sequence[Any]) -> list[Record]:
    return [read_order(retold.order(node, lines))]


def _product(node: Any, variants: Sequence[Any]) -> list[Record]:
    return [read_product(retold.product(node, variants))]


def _checkout(node: Any, lines: Sequence[Any]) -> list[Record]:
    token, cart_token = checkout_names(at(node, "id"), at(node, "abandonedCheckoutUrl"))
    payload = retold.checkout(node, lines, token=token, cart_token=cart_token)
    number = str(Ident().deserialize(at(node, "id")))
    return [replace(read_checkout(payload), listed=True, number=number)]


def checkout_names(gid: object, url: object) -> tuple[str, str]:
    """The checkout's external id, and its cart's token ("" where unknown).

    Webhooks name a checkout by its token. AbandonedCheckout has no such field: the token
    stands in the recovery link, or the cart's token does, and then that is the name; without
    either the number, which no webhook of this version tells.
    """
    try:
        found = _RECOVERY.search(urlsplit(url).path) if isinstance(url, str) else None
    except ValueError:
        found = None  # not an address at all
    if not found:
        return str(Ident().deserialize(gid)), ""
    return found["token"], found["token"] if found["new"] else ""


def _customer(node: Any, _: Sequence[Any]) -> list[Record]:
    email, phone = at(node, "defaultEmailAddress"), at(node, "defaultPhoneNumber")
    person = retold.known_customer(node) or {}
    found: list[Record] = [read_customer(person | _asked(at(email, "marketingState")))]
    if str(at(email, "marketingState")) in _SAID:
        consent = {
            "customer_id": at(node, "id"),
            "email_address": person["email"],
            "email_marketing_consent": _consent(node, email),
        }
        found.append(read_email_consent(consent))
    if str(at(phone, "marketingState")) in _SAID:
        consent = {
            "id": at(node, "id"),
            "phone": person["phone"],
            "sms_marketing_consent": _consent(node, phone),
        }
        found.append(read_sms_consent(consent))
    return found


def _asked(state: object) -> dict[str, Any]:
    """NOT_SUBSCRIBED is the state of everyone who never said anything: that is no answer."""
    if str(state or "NOT_SUBSCRIBED") == "NOT_SUBSCRIBED":
        return {}
    return {"email_marketing_consent": {"state": retold.lower(state)}}


def _consent(node: object, contact: object) -> dict[str, Any]:
    """Imported consents have no time: as old as the customer, so that what was said since holds."""
    return {
        "state": retold.lower(at(contact, "marketingState")),
        "consent_updated_at": at(contact, "marketingUpdatedAt") or at(node, "createdAt"),
    }


_READERS: Mapping[Resource, Reader] = {
    Resource.PRODUCTS: _product,
    Resource.CUSTOMERS: _customer,
    Resource.ORDERS: _order,
    Resource.CHECKOUTS: _checkout,
}
