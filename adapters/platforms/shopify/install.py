"""Which Shopify store a merchant means."""

from __future__ import annotations

import re

from connector.errors import NotAuthentic, Refused

DOMAIN = "myshopify.com"

# One label of a host name (RFC 1123): Shopify gives out letters, digits and hyphens.
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}\.myshopify\.com", re.ASCII)
_WRITTEN = re.compile(
    rf"(?:https?://)?(?:({_LABEL})(?:\.myshopify\.com)?|admin\.shopify\.com/store/({_LABEL}))"
    r"(?:/[^@\\]*|\?[^@\\]*)?",
    re.ASCII,
)


def store_domain(text: str) -> str:
    """ "some-shop.myshopify.com" out of what merchants type or paste. Raises Refused.

    Accepted: the name alone, its myshopify.com address with or without https://, path and
    query, and the address of its admin. Everything else is refused, look-alikes first of all.
    """
    written = _WRITTEN.fullmatch(text.strip().lower())
    if not written:
        raise Refused(
            f"this is no Shopify store: enter its address, like your-store.{DOMAIN}",
            code="store_domain",
        )
    return f"{written[1] or written[2]}.{DOMAIN}"


def domain_or_none(text: str) -> str:
    """The shop's domain as Shopify tells it; "" for anything else."""
    return text if _DOMAIN.fullmatch(text) else ""


def strict_domain(text: str) -> str:
    """The shop's domain as Shopify itself writes it, letter by letter. Raises NotAuthentic."""
    if not _DOMAIN.fullmatch(text):
        raise NotAuthentic("this is no shop of Shopify's")
    return text
