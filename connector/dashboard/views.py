"""Every page of the merchant: a table of contents."""

from __future__ import annotations

from connector.dashboard import (
    views_companion,
    views_inbox,
    views_login,
    views_mailbox,
    views_orders,
    views_privacy,
    views_results,
    views_settings,
    views_stores,
)

BLUEPRINTS = (
    views_login.routes,
    views_orders.routes,
    views_results.routes,
    views_settings.routes,
    views_stores.routes,
    views_companion.routes,
    views_inbox.routes,
    views_privacy.routes,
    views_mailbox.routes,
)
