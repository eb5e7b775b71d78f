"""Shopify's products, as far as a message or a restock notice needs them."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import nh3
from marshmallow import fields

from adapters.platforms.shopify.fields import (
    Count,
    Ident,
    Moment,
    Shape,
    Text,
    Url,
    identity,
    many,
)
from adapters.swift import Part
from connector import records
from connector.money import price_of


class _Image(Shape):
    src = Url()


class _Variant(Shape):
    id = Ident()
    admin_graphql_api_id = Text()
    title = Text()
    sku = Text()
    inventory_policy = Text()
    inventory_quantity = Count()
    price = fields.Raw(load_default=None, allow_none=True)


class _Product(Shape):
    id = Ident()
    admin_graphql_api_id = Text()
    title = Text()
    handle = Text()
    body_html = Text()
    product_type = Text()
    status = Text()
    published_at = Moment()
    created_at = Moment()
    updated_at = Moment(required=True)
    image = Part(_Image(), load_default=dict)
    images = many(_Image())
    variants = many(_Variant())


_PRODUCT = _Product()


def read_product(data: Any) -> records.Product:
    """products/create, products/update.

    The payload names no currency: prices are in the store's own. `url` is the path on the
    store's own address.
    """
    loaded = _PRODUCT.load(data)
    images = [loaded["image"], *loaded["images"]]
    return records.Product(
        external_id=identity(loaded),
        title=loaded["title"],
        updated_at=loaded["updated_at"],
        url="/products/" + quote(loaded["handle"]) if loaded["handle"] else "",
        image_url=next((image["src"] for image in images if image.get("src")), ""),
        description=_plain(loaded["body_html"]),
        categories=(loaded["product_type"],) if loaded["product_type"] else (),
        published=loaded["status"] in {"", "active"} and "published_at" in loaded,
        variants=tuple(_variant(variant) for variant in loaded["variants"]),
    )


def _variant(variant: Mapping[str, Any]) -> records.Variant:
    # Payloads since 2025-01 do not tell whether stock is counted at all: a variant that is
    # not counted comes as 0 here, and only `continue` (sell on without stock) tells it apart.
    stock = variant.get("inventory_quantity")
    return records.Variant(
        external_id=identity(variant),
        title=variant["title"],
        sku=variant["sku"],
        price=price_of(variant["price"]),
        stock=stock,
        available=stock is None or stock > 0 or variant["inventory_policy"] == "continue",
    )


def _plain(text: str) -> str:
    spaced = text.replace("<", " <")
    return " ".join(html.unescape(nh3.clean(spaced, tags=set())).split())
