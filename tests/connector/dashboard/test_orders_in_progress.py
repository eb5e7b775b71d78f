"""The list of orders in progress tells who stopped, what we did, and what they answered."""

from __future__ import annotations

import re

import pytest

from connector.commerce.models import Checkout
from connector.coupons.models import Coupon
from tests.busy_store import ALI, ANN, DAN, EVA, IRA, NOA, TEN_PERCENT, busy_store
from tests.fakes import HEBREW_MUG, MUG
from tests.merchant import Merchant
from tests.road import Road

LIST = "/app/orders-in-progress"


def row_of(merchant: Merchant, name: str) -> str:
    """The words of one row of the list."""
    merchant.opens(LIST)
    rows = re.findall(r'<li id="checkout-.*?(?=<li id="checkout-|</ol>)', merchant.page.text, re.S)
    (row,) = [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in rows if name in one]
    return row


@pytest.mark.busy
def test_each_row_tells_its_whole_state_in_words(road: Road, merchant: Merchant) -> None:
    (coupon,) = road.rows(Coupon)
    assert "in payment Guest order ann@example.com ₪72.80 2 × Blue mug" in row_of(merchant, ANN)
    ann = row_of(merchant, ANN)
    assert "Answer about the price: sent" in ann
    assert f"Coupon {coupon.store_code} given, valid until 29 November 2026" in ann
    noa = row_of(merchant, NOA)
    assert "failed Guest order noa@" in noa  # a reason that nobody gave is not made up
    assert "0501234567" in noa
    assert "No answer yet." in noa
    assert "متى يصل التوصيل إلى حيفا؟" in row_of(merchant, ALI)
    assert "The question: not sent Why: unsubscribed" in row_of(merchant, DAN)
    assert "Asked for a reminder on 10 December 2026" in row_of(merchant, EVA)
    assert "Control group: gets no messages" in row_of(merchant, "Hal Holt")
    assert "Still under way: we wait until Nov 22, 2:02" in row_of(merchant, IRA)


def test_whoever_buys_leaves_the_list(road: Road, merchant: Merchant) -> None:
    store = road.opens("woocommerce")
    store.leaves_checkout(ANN, (MUG, 2), name="Ann Ash")
    road.runs_for(hours=2)
    assert "Ann Ash" in merchant.opens(LIST).text
    store.buys(ANN)
    road.settles()
    assert "Ann Ash" not in merchant.opens(LIST).text
    assert "Nobody has stopped on the way." in merchant.reads()
    assert merchant.opens(f"{LIST}/1").status_code == 200
    assert "Case closed: bought" in merchant.reads()


def test_whoever_buys_by_another_checkout_leaves_the_list_too(
    road: Road, merchant: Merchant
) -> None:
    store = road.opens("woocommerce")
    store.leaves_checkout(ANN, (MUG, 2), name="Ann Ash")
    store.leaves_checkout(NOA, (MUG, 1), name="Noa Nir")
    road.runs_for(hours=2)
    store.buys(ANN, (MUG, 2), name="Ann Ash")
    road.settles()
    assert [one.completed_at is None for one in road.rows(Checkout, email_key=ANN)] == [True, False]
    assert "Ann Ash" not in merchant.opens(LIST).text
    assert "Noa Nir" in merchant.page.text


def test_the_newest_come_first_a_page_at_a_time(road: Road, merchant: Merchant) -> None:
    store = road.opens("woocommerce")
    for number in range(27):
        store.leaves_checkout(f"p{number:02}@example.com", (MUG, 1), name=f"Person {number:02}")
        road.clock.advance(minutes=1)
    road.settles()
    first = re.findall(r"Person \d\d", merchant.opens(LIST).text)
    assert first == [f"Person {number:02}" for number in range(26, 1, -1)]
    second = re.findall(r"Person \d\d", merchant.opens(f"{LIST}?page=2").text)
    assert second == ["Person 01", "Person 00"]


def test_the_list_can_be_narrowed_to_one_store(road: Road, merchant: Merchant) -> None:
    woo, shopify = road.opens("woocommerce"), road.opens("shopify")
    woo.leaves_checkout(ANN, (MUG, 1), name="Ann Ash")
    shopify.leaves_checkout(NOA, (HEBREW_MUG, 1), name="נועה כהן")
    road.settles()
    names = {"Ann Ash", "נועה כהן"}
    shown = {}
    for asked in ("", f"?store={road.store_of(woo).id}", f"?store={road.store_of(shopify).id}"):
        page = merchant.opens(f"{LIST}{asked}").text
        shown[asked[-1:]] = {name for name in names if name in page}
    assert shown == {"": names, "1": {"Ann Ash"}, "2": {"נועה כהן"}}


def test_one_checkout_tells_its_story_and_leads_to_the_cart(road: Road, merchant: Merchant) -> None:
    store = busy_store(road)
    (ann,) = [one for one in road.rows(Checkout) if one.email_key == ANN]
    merchant.opens(f"{LIST}/{ann.id}")
    story = merchant.reads()
    assert "The question : sent One small question from Practice Shop" in story
    assert "Answered the question: The price is high, or I found it cheaper elsewhere" in story
    assert "Coupon made in the store:" in story
    assert "Left the checkout" in story
    assert "Quantity: 2" in story
    (link,) = re.findall(r'<a class="button calm"[^>]*href="([^"]+)"', merchant.page.text)
    assert link.startswith(f"{store.base_url}/")


def test_a_benefit_that_was_not_given_says_why(road: Road, merchant: Merchant) -> None:
    store = road.opens("woocommerce", benefit={**TEN_PERCENT, "kind": "none"})
    store.leaves_checkout(ANN, (MUG, 2))
    road.runs_for(hours=2)
    road.answers(ANN, "price")
    merchant.opens(f"{LIST}/1")
    assert "without a benefit: you give none" in merchant.reads()


def test_a_shoppers_words_are_text_and_never_markup(road: Road, merchant: Merchant) -> None:
    store = road.opens("woocommerce")
    store.leaves_checkout(ANN, (MUG, 1), name="<b>Ann</b> <script>")
    road.runs_for(hours=2)
    road.answers(ANN, "other", text="<img src=x onerror=alert(1)>")
    for path in (LIST, f"{LIST}/1"):
        page = merchant.opens(path).text
        assert "<img src=x" not in page
        assert "<b>Ann" not in page
        assert "&lt;img src=x onerror=alert(1)&gt;" in page


@pytest.mark.parametrize("odd", ["?page=0", "?page=-3", "?page=x", f"?page={'9' * 5000}"])
def test_an_odd_page_number_is_still_a_page(merchant: Merchant, odd: str) -> None:
    assert merchant.opens(f"{LIST}{odd}").status_code == 200
