"""What plugins write into meta_data that we understand: the language, and the consent."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import fields

from adapters.platforms.woocommerce.fields import Payload, Text, is_web_address

# WooCommerce itself keeps no language on an order. WPML, TranslatePress and Weglot each
# write the one in which the shopper read the checkout.
_LANGUAGE_KEYS = ("wpml_language", "trp_language", "weglot_language")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")

# Mailchimp for WooCommerce writes the answer to its checkbox on orders and on customers.
_CONSENT_KEYS = ("mailchimp_woocommerce_is_subscribed",)
_CONSENT = {"1": True, "0": False}


# Written by the companion when a cart that it told us of becomes an order.
_CART_KEYS = ("_askback_cart",)
_CART = re.compile(r"[0-9a-f]{32}")

# Written by the companion into a draft which WooCommerce's own links would not bring back whole.
_WAY_BACK_KEYS = ("_askback_way_back",)


# https://github.com/woocommerce/woocommerce/pull/65238: META_KEY_SENT_AT of the mail's class.
_OWN_MAIL_KEYS = ("_abandoned_cart_recovery_email_sent_at",)
_SECONDS = re.compile(r"[0-9]{9,11}")


class Meta(Payload):
    key = Text(load_default="")
    value = fields.Raw(load_default="", allow_none=True)


def locale(meta_data: Sequence[Mapping[str, Any]]) -> str:
    """The shopper's language as BCP 47 ("pt-BR"), "" where no plugin wrote it."""
    for value in _texts(meta_data, _LANGUAGE_KEYS):
        if _LANGUAGE.fullmatch(value):
            return value.replace("_", "-")
    return ""


def accepts_marketing(meta_data: Sequence[Mapping[str, Any]]) -> bool | None:
    """The shopper's own yes or no; None where nobody asked her."""
    for value in _texts(meta_data, _CONSENT_KEYS):
        if value in _CONSENT:
            return _CONSENT[value]
    return None


def captured_cart(meta_data: Sequence[Mapping[str, Any]]) -> str:
    """The cart that the order came from, as the companion calls it; "" for any other order."""
    for value in _texts(meta_data, _CART_KEYS):
        if _CART.fullmatch(value):
            return value
    return ""


def way_back(meta_data: Sequence[Mapping[str, Any]]) -> str:
    """Where the companion brings this draft back, her choices with it; "" where it need not."""
    return next(filter(is_web_address, _texts(meta_data, _WAY_BACK_KEYS)), "")


def own_mail_seconds(meta_data: Sequence[Mapping[str, Any]]) -> int | None:
    """When WooCommerce's own abandoned-cart mail left, as Unix seconds; None: it did not."""
    for value in _texts(meta_data, _OWN_MAIL_KEYS):
        if _SECONDS.fullmatch(value):
            return int(value)
    return None


def _texts(meta_data: Sequence[Mapping[str, Any]], keys: Sequence[str]) -> list[str]:
    return [str(row["value"]) for key in keys for row in meta_data if row["key"] == key]
