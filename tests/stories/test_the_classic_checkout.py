"""WooCommerce's classic checkout, which makes no draft: the companion tells of its carts."""

from __future__ import annotations

import pytest

from connector.attribution.models import Credit
from connector.commerce.models import Checkout, CheckoutLine, Order
from connector.consent.models import ConsentEntry
from connector.coupons.models import Coupon
from connector.detection.models import Case
from connector.inbox.models import Delivery
from tests.companion import CART, Companion
from tests.fakes import MUG, SHIRT, PracticeStore
from tests.fakes import Order as Bought
from tests.road import Road

ANN = "ann@example.com"


@pytest.fixture
def practice(road: Road) -> PracticeStore:
    return road.opens("woocommerce")


@pytest.fixture
def companion(road: Road, practice: PracticeStore) -> Companion:
    return Companion(road, practice)


def buys(practice: PracticeStore, email: str = ANN, *, payment: str = "card") -> Bought:
    """The order of the captured cart; the classic checkout told of no draft before it."""
    with practice.holding() as pending:
        checkout = practice.leaves_checkout(email, MUG)
        pending.clear()
    checkout.companion_cart = CART
    return practice.buys(checkout, payment=payment)


def test_a_captured_cart_that_falls_silent_is_asked_about(road: Road, companion: Companion) -> None:
    companion.captures(ANN, MUG, SHIRT["L"])
    road.runs_for(minutes=59)
    assert road.mailbox.to(ANN) == []
    road.runs_for(minutes=2)
    (mail,) = road.mailbox.to(ANN)
    assert "Blue mug" in mail.text
    (checkout,) = road.rows(Checkout)
    assert (checkout.external_id, checkout.cart_token) == (f"cart:{CART}", CART)
    lines = road.rows(CheckoutLine)
    assert [one.variant_external_id for one in lines] == [
        str(MUG.id), str(SHIRT["L"].id),
    ]  # fmt: skip
    assert [(one.granted, one.source) for one in road.rows(ConsentEntry)] == [(True, "store")]


def test_the_way_back_leads_to_the_restored_cart(road: Road, companion: Companion) -> None:
    companion.captures(ANN, MUG)
    road.runs_for(hours=2)
    road.answers(ANN, "help")
    link = road.mailbox.link(ANN, "c", last=False)
    gone = road.browser.get(link, allow_redirects=False, timeout=10)
    assert gone.headers["Location"] == companion.snapshot(ANN, MUG)["restore_url"]


def test_a_way_back_to_another_host_is_not_taken(road: Road, companion: Companion) -> None:
    companion.captures(ANN, MUG, restore_url="https://evil.example.com/?askback_cart=x")
    road.runs_for(hours=2)
    road.answers(ANN, "help")
    link = road.mailbox.link(ANN, "c", last=False)
    gone = road.browser.get(link, allow_redirects=False, timeout=10)
    assert gone.headers["Location"].startswith(f"{companion.practice.base_url}/checkout-link/")


def test_the_order_of_a_captured_cart_ends_its_silence(
    road: Road, practice: PracticeStore, companion: Companion
) -> None:
    companion.captures(ANN, MUG)
    road.runs_for(minutes=30)
    buys(practice, "ann.other@example.com")
    road.runs_for(hours=3)
    assert road.mailbox.to(ANN) == []
    assert [one.state for one in road.rows(Checkout)] == ["completed"]


def test_an_unpaid_order_that_the_merchant_throws_away_takes_its_cart_along(
    road: Road, practice: PracticeStore, companion: Companion
) -> None:
    companion.captures(ANN, MUG)
    order = buys(practice, payment="later")
    road.runs_for(minutes=10)
    assert [one.state for one in road.rows(Checkout)] == ["open"]
    practice.sends("order.deleted", {"id": order.id})
    road.runs_for(hours=3)
    assert [one.state for one in road.rows(Checkout)] == ["deleted"]
    assert road.mailbox.to(ANN) == []


def test_an_unpaid_order_is_asked_about_once_and_under_its_carts_name(
    road: Road, practice: PracticeStore, companion: Companion
) -> None:
    companion.captures(ANN, MUG)
    buys(practice, payment="later")
    road.runs_for(hours=3)
    assert len(road.mailbox.to(ANN)) == 1
    assert [one.external_id for one in road.rows(Checkout)] == [f"cart:{CART}"]


def test_a_draft_of_the_block_checkout_and_a_captured_cart_are_one(
    road: Road, practice: PracticeStore, companion: Companion
) -> None:
    """She began at the block checkout, agreed at the classic one, and went back to the first."""
    draft = practice.leaves_checkout(ANN, MUG)
    road.runs_for(minutes=5)
    companion.captures(ANN, MUG, SHIRT["L"], order_id=draft.id)
    road.settles()
    draft.companion_cart = CART
    practice.changes_cart(draft, MUG, SHIRT["L"])
    road.runs_for(hours=3)
    assert [one.external_id for one in road.rows(Checkout)] == [f"cart:{CART}"]
    assert len(road.mailbox.to(ANN)) == 1
    road.clock.advance(days=2)  # The store cleaned its draft up long ago.
    link = road.browser.get(road.mailbox.link(ANN, "c"), allow_redirects=False, timeout=10)
    assert link.headers["Location"] == companion.snapshot(ANN, MUG)["restore_url"]
    practice.buys(draft)
    road.runs_for(hours=1)
    assert [one.state for one in road.rows(Checkout)] == ["completed"]
    assert [(one.state, one.closed_because) for one in road.rows(Case)] == [("closed", "bought")]


def test_a_draft_with_a_choice_that_no_link_of_the_stores_can_name_comes_back_by_the_companion(
    road: Road, practice: PracticeStore
) -> None:
    """She never came to the classic checkout; her draft bears the companion's link."""
    road.decides(practice, benefit={"kind": "percent", "percent": 10, "valid_days": 7})
    way_back = f"{practice.base_url}/checkout/?askback_cart=abc.def"
    draft = practice.leaves_checkout(ANN, MUG)
    draft.meta["_askback_way_back"] = way_back
    practice.changes_cart(draft, MUG, SHIRT["L"])
    road.runs_for(hours=2)
    road.answers(ANN, "price")
    road.runs_for(minutes=5)
    link = road.browser.get(road.mailbox.link(ANN, "c"), allow_redirects=False, timeout=10)
    (coupon,) = road.rows(Coupon)
    assert link.headers["Location"] == f"{way_back}&askback_coupon={coupon.store_code}"


def test_who_comes_back_and_buys_is_credited_to_the_question(
    road: Road, practice: PracticeStore, companion: Companion
) -> None:
    companion.captures(ANN, MUG)
    road.runs_for(hours=2)
    road.answers(ANN, "help")
    buys(practice)
    road.runs_for(days=10)
    assert len(road.mailbox.to(ANN)) == 2
    assert [(one.state, one.closed_because) for one in road.rows(Case)] == [("closed", "bought")]
    (credit,) = road.rows(Credit)
    assert (credit.grade, credit.evidence["same_checkout"]) == ("strong", True)


def test_a_paid_cart_is_left_alone_even_if_its_order_is_late(
    road: Road, companion: Companion
) -> None:
    companion.captures(ANN, MUG)
    road.clock.advance(minutes=10)
    companion.captures(ANN, MUG, event="cart.completed")
    road.runs_for(hours=3)
    assert road.mailbox.to(ANN) == []
    assert [one.state for one in road.rows(Checkout)] == ["completed"]
    assert road.rows(Order) == []


def test_who_empties_her_cart_or_unticks_the_box_is_not_written_to(
    road: Road, companion: Companion
) -> None:
    companion.captures(ANN, MUG)
    road.runs_for(minutes=10)
    companion.posts(companion.says("cart.cleared", email=ANN, consent=False))
    road.runs_for(hours=3)
    assert road.mailbox.to(ANN) == []
    assert [one.state for one in road.rows(Checkout)] == ["deleted"]
    assert [one.granted for one in road.rows(ConsentEntry)] == [True, False]


def test_an_older_snapshot_that_comes_late_changes_nothing(
    road: Road, companion: Companion
) -> None:
    older = companion.snapshot(ANN, MUG)
    road.clock.advance(minutes=5)
    companion.captures(ANN, MUG, SHIRT["L"])
    road.settles()
    assert companion.posts(older).status_code == 200
    road.settles()
    assert len(road.rows(CheckoutLine)) == 2


def test_without_consent_no_address_is_kept_whatever_was_sent(
    road: Road, companion: Companion
) -> None:
    companion.captures(ANN, MUG, consent=None)
    road.runs_for(hours=3)
    assert road.mailbox.to(ANN) == []
    assert [one.passed_over for one in road.rows(Checkout)] == [
        "nobody to write to: no address, no telephone"
    ]
    assert [one.state for one in road.rows(Delivery)] == ["applied"]


def test_a_captured_cart_is_on_no_list_of_the_stores_and_stays_for_all_that(road: Road) -> None:
    practice = road.opens("woocommerce", syncs=True)
    road.settles()
    Companion(road, practice).captures(ANN, MUG)
    for hours in (1, 5, 5, 5, 5, 5):
        practice.leaves_checkout(f"dana{hours}@example.com", MUG)
        road.runs_for(hours=hours)
    (cart,) = (one for one in road.rows(Checkout) if one.cart_token == CART)
    assert (cart.state, cart.deleted_at) == ("abandoned", None)
    assert "checkout removed" not in [one.closed_because for one in road.rows(Case)]


def test_who_unsubscribed_and_shops_on_has_not_said_yes_again(
    road: Road, companion: Companion
) -> None:
    """The box is still ticked in her session: that is no new word of hers."""
    agreed_at = int(road.clock.now().timestamp())
    companion.captures(ANN, MUG, agreed_at=agreed_at)
    road.runs_for(hours=2)
    link = road.mailbox.link(ANN, "u")
    assert road.browser.post(f"{link}/one-click", timeout=10).status_code == 200
    road.clock.advance(minutes=5)
    companion.captures(ANN, MUG, SHIRT["L"], agreed_at=agreed_at)
    road.runs_for(days=40)
    assert [one.granted for one in road.rows(ConsentEntry)] == [True, False]
    assert len(road.mailbox.to(ANN)) == 1
