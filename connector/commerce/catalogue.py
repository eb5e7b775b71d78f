"""Keep the products that the stores tell of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from connector import records
from connector.commerce import graves, keeping, rules
from connector.commerce.models import Product, Variant
from connector.commerce.rules import Row
from connector.money import Money
from connector.stores.models import Store
from connector.timeline.events import Event


def keep_products(
    session: Session, store_id: int, told: Sequence[tuple[records.Product, datetime]]
) -> list[Event]:
    """Merge products and their variants; a partial one (a lone variation) only adds its own."""
    products = [one for one, _ in told]
    whole = [one for one in products if not one.is_partial]
    heard = [(one, heard_at) for one, heard_at in told if not one.is_partial]
    dead = graves.among_the_living(session, store_id, "product", heard)
    rows = []
    for one in whole:
        row = _row(one)
        row["deleted_at"] = rules.dropped(dead.get(one.external_id), one.updated_at)
        rows.append(row)
    changes = keeping.keep(session, Product, store_id, rows)
    current = {change.after["external_id"]: change.after["version"] for change in changes}
    fresh = [one for one in whole if current.get(one.external_id) == _version(one)]
    _drop_missing(session, store_id, fresh)
    _keep_variants(session, store_id, [*fresh, *(one for one in products if one.is_partial)])
    return []


def _version(product: records.Product) -> str:
    serial = rules.asked(product.asked_at)
    return rules.version(product.updated_at, serial=serial, content=product)


def _row(product: records.Product) -> Row:
    return {
        "external_id": product.external_id,
        "title": product.title,
        "url": product.url,
        "image_url": product.image_url,
        "description": product.description,
        "categories": list(product.categories),
        "published": product.published,
        "version": _version(product),
        "updated_at": product.updated_at,
    }


def _drop_missing(session: Session, store_id: int, products: Sequence[records.Product]) -> None:
    """Variants that the store's newest list of a product lacks are gone."""
    for product in products:
        if product.variants:
            session.execute(
                delete(Variant).where(
                    Variant.store_id == store_id,
                    Variant.product_external_id == product.external_id,
                    Variant.external_id.not_in([one.external_id for one in product.variants]),
                )
            )


def _keep_variants(session: Session, store_id: int, products: Sequence[records.Product]) -> None:
    currency = session.get_one(Store, store_id).currency
    known = _versions(session, store_id, {one.external_id for one in products})
    rows: dict[tuple[str, str], Row] = {}
    for product in products:
        # The product's own version: within one second, the telling that won has all its variants.
        mark = _version(product)
        for variant in product.variants:
            key = (product.external_id, variant.external_id)
            best = rows[key]["version"] if key in rows else known.get(key, "")
            if mark > best:
                rows[key] = _variant_row(product.external_id, variant, currency)
                rows[key] |= {"store_id": store_id, "version": mark}
    keeping.upsert(
        session, Variant, list(rows.values()), ("store_id", "product_external_id", "external_id")
    )


def _variant_row(product: str, variant: records.Variant, currency: str) -> Row:
    """Products name no currency: their prices are in the one of the store."""
    price = _price(variant, currency)
    return {
        "product_external_id": product,
        "external_id": variant.external_id,
        "title": variant.title,
        "sku": variant.sku,
        "price_minor": price.minor if price else None,
        "currency": currency if price else "",
        "stock": variant.stock,
        "available": variant.available,
    }


def _price(variant: records.Variant, currency: str) -> Money | None:
    if variant.price is None:
        return None
    try:
        return Money.of(variant.price, currency)
    except ValueError:  # a store that has not said which currency it sells in
        return None


def _versions(session: Session, store_id: int, names: set[str]) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for part in keeping.parts(sorted(names)):
        query = select(Variant.product_external_id, Variant.external_id, Variant.version).where(
            Variant.store_id == store_id, Variant.product_external_id.in_(part)
        )
        found.update(((p, v), mark) for p, v, mark in session.execute(query))
    return found
