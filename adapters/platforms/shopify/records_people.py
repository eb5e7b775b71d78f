"""Shopify's customers, alone and inside checkouts and orders, and what they consented to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.platforms.shopify.fields import Flag, Ident, Moment, Shape, Text, identity
from adapters.swift import Part
from connector import records

# https://shopify.dev/docs/api/admin-graphql/latest/enums/CustomerEmailMarketingState:
# "pending" waits for the double opt-in and is no consent yet.
_GRANTED = "subscribed"
# "not_subscribed" is the state of those who never said anything.
# https://shopify.dev/docs/api/admin-graphql/latest/enums/CustomerEmailMarketingState
_WITHDRAWN = "unsubscribed"


class _Address(Shape):
    first_name = Text()
    last_name = Text()
    phone = Text()
    country_code = Text()


class _Consent(Shape):
    state = Text()
    consent_updated_at = Moment()


class CustomerShape(Shape):
    """customers/*, and `customer` inside checkouts and orders."""

    id = Ident()
    admin_graphql_api_id = Text()
    email = Text()
    phone = Text()
    first_name = Text()
    last_name = Text()
    locale = Text()
    updated_at = Moment()
    accepts_marketing = Flag()
    email_marketing_consent = Part(_Consent())
    default_address = Part(_Address(), load_default=dict)


class BuyerShape(Shape):
    """What checkouts and orders say of the person."""

    customer = Part(CustomerShape())
    email = Text()
    contact_email = Text()
    phone = Text()
    sms_marketing_phone = Text()
    customer_locale = Text()
    buyer_accepts_marketing = Flag()
    shipping_address = Part(_Address(), load_default=dict)
    billing_address = Part(_Address(), load_default=dict)


class _EmailConsentShape(Shape):
    customer_id = Ident()
    email_address = Text()
    email_marketing_consent = Part(_Consent(), required=True)


class _SmsConsentShape(Shape):
    id = Ident()
    phone = Text()
    sms_marketing_consent = Part(_Consent(), required=True)


CUSTOMER = CustomerShape()
_EMAIL_CONSENT = _EmailConsentShape()
_SMS_CONSENT = _SmsConsentShape()


def read_customer(data: Any) -> records.Customer:
    """customers/create, customers/update."""
    loaded = CUSTOMER.load(data)
    address = loaded["default_address"]
    return records.Customer(
        external_id=identity(loaded),
        email=loaded["email"],
        phone=loaded["phone"] or _of(address, "phone"),
        first_name=loaded["first_name"] or _of(address, "first_name"),
        last_name=loaded["last_name"] or _of(address, "last_name"),
        locale=loaded["locale"],
        country=_of(address, "country_code"),
        accepts_marketing=_accepts(loaded),
        updated_at=loaded.get("updated_at"),
    )


def buyer(loaded: Mapping[str, Any]) -> records.Customer | None:
    """The person behind a checkout or an order (loaded BuyerShape); None when nobody is named.

    What she typed into this checkout goes before what the store knew of her.
    """
    known = loaded.get("customer") or {}
    addresses = [loaded["shipping_address"], loaded["billing_address"]]
    places = [*addresses, known.get("default_address", {})]
    person = records.Customer(
        external_id=identity(known) if known else None,
        email=loaded["email"] or loaded["contact_email"] or _of(known, "email"),
        phone=_first("phone", loaded, known, {"phone": loaded["sms_marketing_phone"]}, *addresses),
        first_name=_first("first_name", known, *places),
        last_name=_first("last_name", known, *places),
        locale=loaded["customer_locale"] or _of(known, "locale"),
        country=_first("country_code", *places),
        accepts_marketing=loaded.get("buyer_accepts_marketing"),
        updated_at=known.get("updated_at"),
    )
    named = (person.external_id, person.email, person.phone, person.first_name, person.last_name)
    return person if any(named) else None


def read_email_consent(data: Any) -> records.ConsentChange | records.SetAside:
    """customers_email_marketing_consent/update."""
    loaded = _EMAIL_CONSENT.load(data)
    return _change(
        "email",
        loaded["email_marketing_consent"],
        customer_external_id=loaded["customer_id"] or None,
        email=loaded["email_address"],
    )


def read_sms_consent(data: Any) -> records.ConsentChange | records.SetAside:
    """customers_marketing_consent/update, which is about text messages only."""
    loaded = _SMS_CONSENT.load(data)
    return _change(
        "sms",
        loaded["sms_marketing_consent"],
        customer_external_id=loaded["id"] or None,
        phone=loaded["phone"],
    )


def _change(
    channel: str, consent: Mapping[str, Any], **who: Any
) -> records.ConsentChange | records.SetAside:
    if not consent["state"]:
        return records.SetAside(reason="the consent has no state: nothing was said")
    if not any(who.values()):
        return records.SetAside(reason="the consent names nobody")
    state = consent["state"].lower()
    return records.ConsentChange(
        channel=channel,
        granted=state == _GRANTED,
        withdrawn=state == _WITHDRAWN,
        changed_at=consent.get("consent_updated_at"),
        **who,
    )


def _accepts(loaded: Mapping[str, Any]) -> bool | None:
    # Payloads since 2025-01 carry neither; consent then comes by a topic of its own:
    # https://shopify.dev/changelog/new-customer-s-webhook-and-changes-to-existing-customer-s-webhooks-payload
    state = _of(loaded.get("email_marketing_consent", {}), "state")
    return state.lower() == _GRANTED if state else loaded.get("accepts_marketing")


def _of(part: Mapping[str, Any], name: str) -> str:
    return str(part.get(name, ""))


def _first(name: str, *parts: Mapping[str, Any]) -> str:
    return next((found for part in parts if (found := _of(part, name))), "")
