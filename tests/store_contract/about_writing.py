"""What a store is told: notes, marks, consent, and an order made in the shopper's place."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from connector.errors import Refused
from connector.ports.feed import Resource
from connector.ports.writing import IN_TRASH, ConsentWord, OrderNote, OrderTags
from connector.records import Customer, Order
from tests.store_contract import wishes
from tests.store_contract.shop import Shop

GONE = "999999999"


def _note(shop: Shop, order: str, *, for_customer: bool = False) -> OrderNote:
    marker = f"askback-{shop.lot}"
    text = f'She said: "the delivery is dear" & asked again ({marker})'
    return OrderNote(order_external_id=order, text=text, marker=marker, for_customer=for_customer)


def test_a_note_is_added_once_to_what_the_merchant_wrote(shop: Shop) -> None:
    order = shop.hand.buys(shop.email(), shop.hand.goods())
    shop.hand.writes_note(order, "Ring twice.")
    before = shop.hand.notes(order)
    for _ in range(2):
        shop.platform.note_order(shop.access, _note(shop, order))
    added = [one for one in shop.hand.notes(order) if shop.lot in one]
    assert len(added) == 1
    assert "the delivery is dear" in added[0]
    assert any("Ring twice." in one for one in shop.hand.notes(order))
    assert len(shop.hand.notes(order)) == len(before) + 1
    assert not [one for one in shop.hand.notes(order, for_customer=True) if shop.lot in one]


def test_a_note_for_the_customer_is_shown_to_her_once(shop: Shop) -> None:
    if not shop.platform.shows_notes:
        pytest.skip(f"{shop.platform.title} has no notes that customers see")
    order = shop.hand.buys(shop.email(), shop.hand.goods())
    for _ in range(2):
        shop.platform.note_order(shop.access, _note(shop, order, for_customer=True))
    (shown,) = shop.hand.notes(order, for_customer=True)
    assert shop.lot in shown


def test_a_note_for_the_customer_of_an_order_in_the_trash_is_refused(shop: Shop) -> None:
    if not shop.platform.shows_notes:
        pytest.skip(f"{shop.platform.title} has no notes that customers see")
    order = shop.hand.buys(shop.email(), shop.hand.goods())
    shop.hand.trashes(order)
    with pytest.raises(Refused) as refusal:
        shop.platform.note_order(shop.access, _note(shop, order, for_customer=True))
    assert refusal.value.code == IN_TRASH
    assert shop.hand.notes(order, for_customer=True) == []


def test_what_was_answered_is_marked_and_the_last_answer_stands(shop: Shop) -> None:
    order = shop.hand.buys(shop.email(), shop.hand.goods())
    assert shop.hand.reason(order) == ""
    tags = OrderTags(order_external_id=order, reason="price", words="too dear for me")
    for _ in range(2):
        shop.platform.tag_order(shop.access, tags)
    assert shop.hand.reason(order) == "price"


def test_an_order_that_is_gone_takes_no_note_and_no_mark(shop: Shop) -> None:
    with pytest.raises(Refused):
        shop.platform.note_order(shop.access, _note(shop, GONE))
    with pytest.raises(Refused):
        shop.platform.tag_order(shop.access, OrderTags(order_external_id=GONE, reason="price"))


def test_her_word_about_mail_is_kept_by_the_store_and_read_back(shop: Shop) -> None:
    ann = shop.hand.registers(shop.email(), "Ann Ash")
    assert not shop.hand.consent(ann)
    for granted in (True, False):
        word = ConsentWord(customer_external_id=ann, granted=granted)
        for _ in range(2):
            shop.platform.tell_consent(shop.access, word)
        assert shop.hand.consent(ann) is granted
        told = shop.told(Customer, Resource.CUSTOMERS, ann, since=shop.lately())
        assert told.accepts_marketing is (granted if shop.hand.keeps_consent else None)


def test_a_guests_word_is_borne_by_her_order_and_is_no_news_of_it(shop: Shop) -> None:
    if not shop.platform.keeps_guests_words:
        pytest.skip(f"{shop.platform.title} has a customer's record of every guest")
    order = shop.hand.buys(shop.email(), shop.hand.goods())
    before = shop.told(Order, Resource.ORDERS, order, since=shop.lately())
    for channel in ("email", "sms"):
        assert shop.hand.guests_word(order, channel) is None
        for granted in (False, True, False):
            word = ConsentWord(order_external_id=order, granted=granted, channel=channel)
            for _ in range(2):
                shop.platform.tell_consent(shop.access, word)
            assert shop.hand.guests_word(order, channel) is granted
    after = shop.told(Order, Resource.ORDERS, order, since=shop.lately())
    assert replace(after, updated_at=before.updated_at) == before
    gone = ConsentWord(order_external_id=GONE, granted=False)
    with pytest.raises(Refused):
        shop.platform.tell_consent(shop.access, gone)


def test_the_word_of_a_customer_who_is_gone_is_refused(shop: Shop) -> None:
    with pytest.raises(Refused):
        shop.platform.tell_consent(
            shop.access, ConsentWord(customer_external_id=GONE, granted=False)
        )


def test_an_order_in_her_place_waits_for_her_to_pay_it_and_is_made_once(shop: Shop) -> None:
    email, goods = shop.email(), shop.hand.goods()
    wish = wishes.order(shop, email, wishes.two_pieces(shop, goods))
    link = shop.platform.complete_order(shop.access, wish)
    assert link.url.startswith(("https://", "http://127.0.0.1", "http://localhost"))
    made = shop.eventually(lambda: shop.hand.waiting(email))
    assert list(made) == [link.external_id]
    assert (made[link.external_id].email, made[link.external_id].paid) == (email, False)
    assert made[link.external_id].bought == {goods.sizes[0]: 2}
    assert shop.platform.complete_order(shop.access, wish) == link
    assert list(shop.hand.waiting(email)) == [link.external_id]
    shop.hand.cancels(link.external_id)
    assert shop.hand.waiting(email) == {}


def test_an_order_in_her_place_costs_what_she_left_or_is_a_link_to_her_cart(shop: Shop) -> None:
    email, goods = shop.email(), shop.hand.goods()
    number = shop.hand.leaves_checkout(email, goods)
    if number is None:
        pytest.skip("here a checkout can only be left in a browser")
    if not shop.hand.sums_are_fixed:
        pytest.skip("here the checkout asks for the delivery, and reckons then")
    left, line = shop.left(number), wishes.two_pieces(shop, goods)
    facts = replace(wishes.left(shop, email, external_id=number), lines=(line,))
    wish = replace(wishes.order(shop, email, line), checkout=facts)
    link = shop.platform.complete_order(shop.access, wish)
    if not link.external_id:
        assert shop.hand.waiting(email) == {}
        assert shop.hand.follows(link.url).pieces == {goods.sizes[0]: 2}
        return
    made = shop.told(Order, Resource.ORDERS, link.external_id, since=shop.lately())
    assert (made.total, made.lines[0].quantity) == (left.total, 2)
    assert shop.platform.complete_order(shop.access, wish) == link


@pytest.mark.parametrize(
    "gone",
    [
        {"variant_external_id": GONE},
        {"variant_external_id": GONE, "product_external_id": GONE},
    ],
    ids=["a size", "a product"],
)
def test_an_order_of_what_is_no_longer_sold_is_refused_and_none_is_left(
    shop: Shop, gone: dict[str, Any]
) -> None:
    email, goods = shop.email(), shop.hand.goods()
    line = replace(wishes.two_pieces(shop, goods), **gone)
    with pytest.raises(Refused):
        shop.platform.complete_order(shop.access, wishes.order(shop, email, line))
    assert shop.hand.waiting(email) == {}
