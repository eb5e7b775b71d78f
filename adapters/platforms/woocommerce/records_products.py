"""WooCommerce's products and variations in our words."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

import nh3
from marshmallow import fields

from adapters.platforms.woocommerce.fields import (
    Count,
    Flag,
    Id,
    Moment,
    Part,
    Payload,
    Rows,
    Text,
    Url,
)
from connector import records
from connector.errors import Unreadable
from connector.money import price_of


class _Named(Payload):
    name = Text(load_default="")


class _Image(Payload):
    src = Url(load_default="")


class _Attribute(Payload):
    option = Text(load_default="")


class _Product(Payload):
    id = Id(required=True)
    parent_id = Id(load_default="")
    type = Text(load_default="simple")
    name = Text(load_default="")
    status = Text(load_default="publish")
    permalink = Url(load_default="")
    description = Text(load_default="")
    short_description = Text(load_default="")
    sku = Text(load_default="")
    price = fields.Raw(load_default=None, allow_none=True)
    purchasable = Flag(load_default=True)
    # True, False, or "parent": the variation shares its product's stock.
    manage_stock = Flag(load_default=False)
    stock_quantity = Count(load_default=None)
    stock_status = Text(load_default="instock")
    date_created_gmt = Moment(load_default=None)
    date_modified_gmt = Moment(load_default=None)
    categories = Rows(_Named)
    images = Rows(_Image)
    image = Part(_Image)
    attributes = Rows(_Attribute)


_PRODUCT = _Product()
FIELDS = ",".join(_PRODUCT.fields)
"""What is read of one, as the API's `_fields` wants it: a third of the time and bytes."""


def read_product(data: Any) -> tuple[records.Record, ...]:
    """One product as /wc/v3/products and the product.* webhooks write it.

    A simple product is its own only variant. A variable product names its variations by
    number only and each comes in its own delivery, so it is told with no variants: a bare
    number would overwrite a known stock with nothing. Prices are in the store's currency, which
    products do not name. Raises ValidationError, Unreadable.
    """
    product = _PRODUCT.load(data)
    if product["status"] in ("trash", "auto-draft"):
        return _gone(product)
    if product["type"] == "variation":
        return (_variation(product),)
    return (
        records.Product(
            external_id=product["id"],
            title=product["name"],
            updated_at=_changed_at(product),
            url=product["permalink"],
            image_url=_image(product),
            description=_plain(product["short_description"] or product["description"]),
            categories=tuple(row["name"] for row in product["categories"] if row["name"]),
            published=product["status"] == "publish",
            variants=() if product["type"] == "variable" else (_variant(product, title=""),),
        ),
    )


def _gone(product: Mapping[str, Any]) -> tuple[records.Record, ...]:
    if product["status"] == "trash":
        return (records.Deleted(kind="product", external_id=product["id"]),)
    reason = "a product that staff have only begun (auto-draft)"
    return (records.SetAside(reason=reason, external_id=product["id"]),)


def _variation(product: Mapping[str, Any]) -> records.Product:
    """A lone variation, as a part of the product it belongs to."""
    options = ", ".join(row["option"] for row in product["attributes"] if row["option"])
    return records.Product(
        external_id=product["parent_id"] or product["id"],
        title=product["name"],
        updated_at=_changed_at(product),
        url=product["permalink"],
        image_url=_image(product),
        published=product["status"] == "publish",
        variants=(_variant(product, title=options or product["name"]),),
        is_partial=True,
    )


def _variant(product: Mapping[str, Any], *, title: str) -> records.Variant:
    on_offer = product["purchasable"] and product["status"] == "publish"
    return records.Variant(
        external_id=product["id"],
        title=title,
        sku=product["sku"],
        price=price_of(product["price"]),
        stock=product["stock_quantity"] if product["manage_stock"] else None,
        available=on_offer and product["stock_status"] != "outofstock",
    )


def _changed_at(product: Mapping[str, Any]) -> Any:
    changed = product["date_modified_gmt"] or product["date_created_gmt"]
    if changed is None:
        raise Unreadable(f"product {product['id']} has no date")
    return changed


def _image(product: Mapping[str, Any]) -> str:
    """The first image; products list them, the variations of the REST API have one."""
    sources = [row["src"] for row in (*product["images"], product["image"])]
    return next((source for source in sources if source), "")


def _plain(markup: str) -> str:
    """The words of an HTML description."""
    return html.unescape(nh3.clean(markup, tags=set())).strip()
