"""What a store's token may not do, and would have to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from adapters.platforms.shopify import documents, scopes
from adapters.platforms.shopify.api import at
from connector.errors import Refused, Retryable
from connector.ports.notices import Code, Notice


def shortcomings(call: Callable[..., Mapping[str, Any]]) -> tuple[Notice, ...]:
    """A notice for every scope that is missing, and one for unapproved customer data."""
    listed = at(call(documents.SCOPES, {}), "currentAppInstallation", "accessScopes")
    if not isinstance(listed, list):
        raise Retryable("Shopify answered without the token's scopes")
    missing = scopes.missing(str(at(one, "handle")) for one in listed)
    told = tuple(Notice(code=Code.SCOPE_MISSING, facts={"scope": scope}) for scope in missing)
    if "read_customers" in missing or _may_see_customers(call):
        return told
    return (*told, Notice(code=Code.CUSTOMER_DATA))


def _may_see_customers(call: Callable[..., Mapping[str, Any]]) -> bool:
    """Approval shows only when a name is asked for; one is, and is forgotten at once.

    https://shopify.dev/docs/apps/launch/protected-customer-data
    """
    try:
        call(documents.PROTECTED_DATA, {})
    except Refused as problem:
        if problem.code == "ACCESS_DENIED":
            return False
        raise
    return True
