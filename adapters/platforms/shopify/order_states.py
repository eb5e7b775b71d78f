"""What Shopify's payment and delivery words mean for an order.

An order of Shopify exists only once its checkout was completed: it is bought unless
somebody took that back. Words: https://shopify.dev/docs/api/admin-graphql/latest/enums/OrderDisplayFinancialStatus
"""

from __future__ import annotations

from connector.records import OrderState

_BY_PAYMENT = {
    # Money that is promised: a bank transfer, cash on delivery.
    "pending": OrderState.ON_HOLD,
    # Reserved or come in part: the merchant has a firm order.
    "authorized": OrderState.PLACED,
    "partially_paid": OrderState.PLACED,
    "paid": OrderState.PLACED,
    "partially_refunded": OrderState.PLACED,
    "refunded": OrderState.REFUNDED,
    # The reservation lapsed or was let go. A cancelled order is known by cancelled_at;
    # without it the merchant may still be paid another way, so this is not final.
    "voided": OrderState.FAILED,
    "expired": OrderState.FAILED,
}
FINAL = frozenset({OrderState.CANCELLED, OrderState.REFUNDED})
PAID = frozenset({"paid", "partially_refunded", "refunded"})
# https://shopify.dev/docs/api/admin-graphql/latest/enums/OrderCancelReason: "declined" is
# the bank's doing and "other" says nothing.
CANCELLED_BY = {
    "customer": "customer",
    "inventory": "business",
    "fraud": "business",
    "staff": "business",
}


def of(payment: str, delivery: str, *, cancelled: bool) -> OrderState:
    """The order's state. Words may come in capitals (GraphQL); unknown ones mean: placed."""
    if cancelled:
        return OrderState.CANCELLED
    state = _BY_PAYMENT.get(payment.lower(), OrderState.PLACED)
    # What was delivered is bought, cash on delivery included.
    if state.bought and delivery.lower() == "fulfilled":
        return OrderState.FULFILLED
    return state


def status(payment: str, delivery: str) -> str:
    """The store's own words: "paid", "paid/fulfilled"."""
    return "/".join(word for word in (payment, delivery) if word)
