"""The merchant says what the order statuses of her store's own mean."""

from __future__ import annotations

from connector import texts
from connector.commerce.models import Order
from tests.connector.dashboard.settings_form import PATH, as_shown
from tests.fakes import MUG, PracticeStore
from tests.merchant import Merchant
from tests.road import Road

ANN = "ann@example.com"
WORDS = "What your own order statuses mean"


def opened(road: Road) -> PracticeStore:
    """A store whose plugins gave it two statuses, after its first hourly look."""
    store = road.opens("woocommerce", syncs=True)
    store.options.statuses = {"quote": "Quote requested", "packed": "Packed & ready"}
    road.settles()
    return store


def left_for_a_quote(road: Road, store: PracticeStore) -> None:
    """She left a checkout; then a plugin made it an order, which nobody has to pay yet."""
    store.leaves_checkout(ANN, MUG)
    road.settles()
    road.clock.advance(minutes=5)
    with store.holding() as pending:
        order = store.buys(ANN, payment="later")
        pending.clear()
        store.marks(order, "quote")
    store.deliver()
    road.settles()


def test_the_page_offers_the_stores_own_statuses_by_their_names(road: Road) -> None:
    opened(road)
    for locale in texts.LOCALES:
        merchant = Merchant(road, locale=locale)
        merchant.opens(PATH)
        words = merchant.reads()
        merchant.close()
        assert texts.text("app.set.statuses", locale) in words
        assert "Quote requested" in words
        assert "Packed & ready" in words
        assert "On hold" not in words


def test_a_store_without_any_is_asked_nothing(road: Road, merchant: Merchant) -> None:
    road.opens("woocommerce", syncs=True)
    road.settles()
    merchant.opens(PATH)
    assert WORDS not in merchant.reads()


def test_who_asked_for_a_quote_is_a_buyer_until_the_merchant_says_otherwise(road: Road) -> None:
    left_for_a_quote(road, opened(road))
    road.runs_for(hours=3)
    assert road.mailbox.to(ANN) == []


def test_who_asked_for_a_quote_is_asked_once_the_merchant_says_that_this_is_no_purchase(
    road: Road, merchant: Merchant
) -> None:
    store = opened(road)
    merchant.opens(PATH)
    merchant.presses(PATH, as_shown(merchant) | {"statuses.quote": "pending"})
    assert '<option value="pending" selected>Not bought yet' in merchant.page.text
    left_for_a_quote(road, store)
    road.runs_for(hours=3)
    assert len(road.mailbox.to(ANN)) == 1
    (order,) = road.rows(Order)
    assert (order.state, order.status, order.bought_at) == ("pending", "quote", None)


def test_a_status_that_means_cancelled_cancels_the_order(road: Road, merchant: Merchant) -> None:
    store = opened(road)
    road.decides(store, statuses={"quote": "cancelled"})
    store.marks(store.buys(ANN, MUG, payment="transfer"), "quote")
    road.settles()
    (order,) = road.rows(Order)
    assert order.state == "cancelled"
    assert order.cancelled_at is not None


def test_no_other_meaning_can_be_given(road: Road, merchant: Merchant) -> None:
    store = opened(road)
    merchant.opens(PATH)
    answered = merchant.presses(PATH, as_shown(merchant) | {"statuses.quote": "fulfilled"})
    assert answered.status_code == 422
    assert 'id="statuses.quote-error"' in answered.text
    assert road.store_of(store).policy["statuses"] == {}


def test_what_she_said_outlives_the_plugin_and_a_page_that_was_opened_before(
    road: Road, merchant: Merchant
) -> None:
    """The plugin is switched off for an update, and she saves another setting meanwhile."""
    store = opened(road)
    road.decides(store, statuses={"quote": "pending"})
    store.options.statuses.clear()
    road.clock.advance(hours=1)
    road.settles()
    merchant.opens(PATH)
    assert 'name="statuses.quote"' in merchant.page.text
    merchant.presses(PATH, as_shown(merchant))
    assert road.store_of(store).policy["statuses"] == {"quote": "pending"}
