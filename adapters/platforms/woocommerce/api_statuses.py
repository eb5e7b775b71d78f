"""The order statuses that plugins gave a store, as its own list names them."""

from __future__ import annotations

import re

from adapters.http import Http
from adapters.platforms.woocommerce import api, records_orders
from adapters.platforms.woocommerce.fields import Payload, Text
from connector.ports.access import Access
from connector.ports.statuses import OwnStatus

_SLUG = re.compile(r"[a-z0-9_-]{1,64}")
_LONGEST_NAME = 100
_MOST = 40


class _Total(Payload):
    slug = Text(load_default="")
    name = Text(load_default="")


_TOTALS = _Total(many=True)


def own(http: Http, access: Access) -> tuple[OwnStatus, ...]:
    """The report of orders by status lists every status that is registered, used or not:
    https://github.com/woocommerce/woocommerce/blob/trunk/plugins/woocommerce/includes/rest-api/Controllers/Version3/class-wc-rest-report-orders-totals-controller.php
    """
    rows = api.load(_TOTALS, api.Store(http, access).get("reports/orders/totals"))
    found = {
        row["slug"]: row["name"] or row["slug"]
        for row in rows
        if _SLUG.fullmatch(row["slug"]) and not records_orders.is_known(row["slug"])
    }
    return tuple(
        OwnStatus(status=slug, name=name[:_LONGEST_NAME])
        for slug, name in list(found.items())[:_MOST]
    )
