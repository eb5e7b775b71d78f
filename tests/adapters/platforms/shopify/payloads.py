"""Small payloads of Shopify, read as the adapter reads them."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from adapters.platforms.shopify import records
from connector.records import Checkout, Order, Record

NINE = dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)


def read(topic: str, payload: Any) -> Record:
    (record,) = records.read(topic, json.dumps(payload).encode())
    return record


def checkout(**changes: Any) -> Checkout:
    payload = {
        "token": "c0ffee",
        "currency": "USD",
        "presentment_currency": "USD",
        "total_price": "25.00",
        "created_at": "2026-11-20T04:00:00-05:00",
        "updated_at": "2026-11-20T09:00:00Z",
        "shipping_address": [],
        "line_items": [
            {"key": "k1", "title": "Blue mug", "quantity": 2, "price": "12.50", "variant_id": 808}
        ],
    }
    found = read("checkouts/update", payload | changes)
    assert isinstance(found, Checkout)
    return found


def order(**changes: Any) -> Order:
    payload = {
        "id": 1,
        "admin_graphql_api_id": "gid://shopify/Order/820982911946154508",
        "name": "#1001",
        "currency": "USD",
        "total_price": "25.00",
        "financial_status": "paid",
        "fulfillment_status": None,
        "checkout_token": "c0ffee",
        "created_at": "2026-11-20T09:00:00Z",
        "updated_at": "2026-11-20T09:00:00Z",
        "processed_at": "2026-11-20T09:00:00Z",
        "line_items": [{"id": 7, "title": "Blue mug", "quantity": 2, "price": "12.50"}],
    }
    found = read("orders/updated", payload | changes)
    assert isinstance(found, Order)
    return found
