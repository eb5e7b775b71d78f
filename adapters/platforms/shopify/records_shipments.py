"""Shopify's fulfillments: what is on its way and what has arrived."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError

from adapters.platforms.shopify.fields import Ident, Moment, Shape, Text, Url, identity, texts
from connector import records


class FulfillmentShape(Shape):
    """fulfillments/*, and `fulfillments` inside orders."""

    id = Ident()
    admin_graphql_api_id = Text()
    order_id = Ident()
    status = Text()
    shipment_status = Text()
    tracking_company = Text()
    tracking_number = Text()
    tracking_numbers = texts()
    tracking_url = Url()
    tracking_urls = texts()
    created_at = Moment()
    updated_at = Moment()


_FULFILLMENT = FulfillmentShape()


def read_fulfillment(data: Any) -> records.Fulfillment:
    """fulfillments/create, fulfillments/update."""
    loaded = _FULFILLMENT.load(data)
    if not loaded["order_id"]:
        raise ValidationError({"order_id": ["Missing data for required field."]})
    return fulfillment(loaded, loaded["order_id"])


def fulfillment(loaded: Mapping[str, Any], order_external_id: str) -> records.Fulfillment:
    """A loaded FulfillmentShape as a record.

    The carrier's word (shipment_status: in_transit, delivered) says more than the
    merchant's (status: success, cancelled) and goes first, except for a cancellation.
    """
    updated_at = loaded.get("updated_at") or loaded.get("created_at")
    if updated_at is None:
        raise ValidationError({"updated_at": ["Missing data for required field."]})
    carried = "" if loaded["status"] == "cancelled" else loaded["shipment_status"]
    urls = loaded["tracking_urls"] or [loaded["tracking_url"]]
    return records.Fulfillment(
        external_id=identity(loaded),
        order_external_id=order_external_id,
        state=carried or loaded["status"],
        updated_at=updated_at,
        carrier=loaded["tracking_company"],
        tracking_numbers=_given(loaded["tracking_numbers"] or [loaded["tracking_number"]]),
        tracking_urls=_given(url for url in urls if url.lower().startswith("http")),
        # No payload says when; the update that says so is the nearest moment known.
        delivered_at=updated_at if carried == "delivered" else None,
    )


def _given(found: Any) -> tuple[str, ...]:
    return tuple(text for text in found if text)
