"""Notes as the store's list gives them, and as we read them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from adapters.http import Http
from adapters.platforms.woocommerce import WooCommerce, notes
from connector.ports.platform import Access
from connector.records import OrderNotes, OrderState
from tests.fakes import MUG, PracticeStore

ANN = "ann@example.com"


@pytest.fixture
def store() -> Iterator[PracticeStore]:
    with PracticeStore.open("woocommerce") as opened:
        yield opened


def read(store: PracticeStore, *orders: object) -> tuple[OrderNotes, ...]:
    access = Access(base_url=store.base_url, credentials=store.credentials)
    return WooCommerce(Http(allow_private=True)).feed.notes(access, [str(one) for one in orders])


def test_the_stores_name_for_itself_is_learnt_where_it_is_translated(store: PracticeStore) -> None:
    dialect: Any = store.dialect
    dialect.notes.signature = "Loja"
    order = store.fails_payment(store.leaves_checkout(ANN, MUG), "Recusado.")
    store.notes(order, "Rings on Monday", "Dana")
    (told,) = read(store, order.id)
    assert [(one.author, one.text, one.moved_to) for one in told.notes or ()] == [
        ("", "", OrderState.PENDING),
        ("", "Recusado.", OrderState.FAILED),
        ("Dana", "Rings on Monday", None),
    ]


def test_a_slow_store_is_asked_for_no_more_than_there_is_time_for(
    store: PracticeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notes, "_LONGEST_SECONDS", -1.0)
    orders = [store.cancels(store.buys(f"c{number}@example.com", MUG)).id for number in range(3)]
    assert [one.order_external_id for one in read(store, *orders)] == [str(orders[0])]


@pytest.mark.parametrize("name", ["cart:0f", "1/../2", "1?force=true", "", "\u0662"])
def test_a_name_that_is_no_number_is_not_asked_for(store: PracticeStore, name: str) -> None:
    assert read(store, name) == (OrderNotes(order_external_id=name, notes=None),)
    assert store.requests == []
