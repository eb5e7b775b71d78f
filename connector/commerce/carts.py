"""One cart under two names: where a store tells a checkout by its cart, its own name is found.

WooCommerce's block checkout tells of a draft by its number, until the companion names its cart.

A checkout whose `external_id` is its cart's token was named for want of anything better:
Shopify's list of abandoned checkouts knows the cart, its webhooks and orders know both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from connector import records
from connector.commerce import keeping
from connector.commerce.models import Checkout, Order
from connector.commerce.rules import Row

Told = tuple[records.Checkout, datetime]


def by_their_names(session: Session, store_id: int, told: Sequence[Told]) -> Sequence[Told]:
    """The same checkouts, each under its own name where that is known, here or in the batch."""
    former = {one.formerly: one.external_id for one, _ in told if one.formerly}
    _rename(session, keeping.load(session, Checkout, store_id, former), former, store_id)
    nameless = {one.cart_token for one, _ in told if _is_nameless(one)}
    named = {
        one.cart_token: one.external_id
        for one, _ in told
        if one.cart_token and not _is_nameless(one)
    }
    learn(session, store_id, named)
    if not nameless:
        return told
    known = _known(session, store_id, nameless) | named
    return [
        (replace(one, external_id=known[one.cart_token]), at)
        if _is_nameless(one) and one.cart_token in known
        else (one, at)
        for one, at in told
    ]


def _is_nameless(checkout: records.Checkout) -> bool:
    return bool(checkout.cart_token) and checkout.external_id == checkout.cart_token


def _known(session: Session, store_id: int, carts: set[str]) -> dict[str, str]:
    """By cart: the name under which its checkout, or else its order, told of it."""
    found: dict[str, str] = {}
    for part in keeping.parts(sorted(carts)):
        for model, name in ((Order, Order.checkout_external_id), (Checkout, Checkout.external_id)):
            query = select(model.cart_token, name).where(
                model.store_id == store_id, model.cart_token.in_(part), name != model.cart_token
            )
            found.update((cart, own) for cart, own in session.execute(query) if own)
    return found


def learn(session: Session, store_id: int, names: Mapping[str, str]) -> None:
    """By cart, a checkout's own name: what was kept under its cart's bears it from now on.

    Where both are kept already, both stay.
    """
    names = {cart: own for cart, own in names.items() if cart and own != cart}
    kept = keeping.load(session, Checkout, store_id, names)
    nameless = {cart: row for cart, row in kept.items() if row["cart_token"] == cart}
    _rename(session, nameless, names, store_id)


def _rename(
    session: Session, kept: Mapping[str, Row], names: Mapping[str, str], store_id: int
) -> None:
    """Give the rows, by the name they bear, the ones they are to bear, unless others have those."""
    if not kept:
        return
    taken = keeping.load(session, Checkout, store_id, {names[old] for old in kept})
    for old, row in kept.items():
        if names[old] not in taken:
            change = update(Checkout).where(Checkout.id == row["id"])
            session.execute(change.values(external_id=names[old]))
