"""What stands beside an order in WooCommerce: of this no webhook tells, so it is read back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from connector.commerce.models import Checkout, Order, OrderNote
from connector.messages.models import Message
from connector.privacy import actions as privacy
from connector.records import OrderNotes
from connector.stores.models import Store
from connector.sync import actions, notes, writing
from tests.connector.privacy.looking import mentions
from tests.fakes import MUG, PracticeStore, faults, ledger
from tests.fakes.post import Delivery
from tests.fakes.woocommerce.notes import HEBREW_CHANGED, HEBREW_NAMES
from tests.merchant import Merchant
from tests.road import Road

ANN, BEN = "ann@example.com", "ben@example.com"
DECLINED = "Payment failed: Your card was declined."
NO_MONEY = "The bank says: insufficient funds"
UNKNOWN = ""
"""Nobody gave a reason, and none is made up."""
LIST = "/app/orders-in-progress"


@pytest.fixture
def store(road: Road) -> PracticeStore:
    return in_step(road)


def in_step(road: Road) -> PracticeStore:
    """Read for the first time, and looked at since."""
    opened = road.opens("woocommerce", syncs=True)
    road.settles()
    return opened


def looks(road: Road, minutes: float = 5) -> None:
    road.clock.advance(minutes=minutes, seconds=1)
    road.settles()


def fails(store: PracticeStore, email: str, reason: str = "") -> ledger.Order:
    return store.fails_payment(store.leaves_checkout(email, MUG), reason)


def why(road: Road) -> list[str]:
    return [one.failure for one in road.rows(Checkout)]


def asked(store: PracticeStore) -> list[str]:
    """The orders whose notes the store was asked for."""
    return [one.path.split("/")[-2] for one in store.requests if one.path.endswith("/notes")]


def test_the_merchant_reads_why_the_card_was_refused_and_nothing_more(
    road: Road, store: PracticeStore
) -> None:
    fails(store, ANN, DECLINED)
    road.settles()
    merchant = Merchant(road)
    assert 'class="failure"' not in merchant.opens(LIST).text
    looks(road)
    for page in (LIST, f"{LIST}/1"):
        red = merchant.opens(page).text.partition('<p class="failure">')[2].partition("</p>")[0]
        assert red == f"<bdi>{DECLINED}</bdi>"
        assert "Order status" not in merchant.page.text
    merchant.close()


def test_a_store_that_speaks_hebrew_is_understood(road: Road, store: PracticeStore) -> None:
    store.dialect.notes.names, store.dialect.notes.changed = HEBREW_NAMES, HEBREW_CHANGED
    fails(store, ANN, "הכרטיס נדחה על ידי הבנק")
    looks(road)
    assert why(road) == ["הכרטיס נדחה על ידי הבנק"]


def test_a_new_attempt_has_its_own_reason_and_one_that_succeeds_has_none(
    road: Road, store: PracticeStore
) -> None:
    fails(store, ANN, DECLINED)
    looks(road)
    road.clock.advance(minutes=1)
    store.fails_payment(ANN, NO_MONEY)
    looks(road)
    assert why(road) == [NO_MONEY]
    road.clock.advance(minutes=1)
    store.fails_payment(ANN)
    looks(road)
    assert why(road) == [UNKNOWN]
    store.buys(ANN)
    looks(road)
    merchant = Merchant(road)
    assert ANN not in merchant.opens(LIST).text
    merchant.close()


Tells = Callable[[Road, PracticeStore, list[Delivery]], None]


def in_time(road: Road, store: PracticeStore, told: list[Delivery]) -> None:
    store.deliver(*told)
    road.settles()
    looks(road)


def lost(road: Road, store: PracticeStore, told: list[Delivery]) -> None:
    looks(road)


def late_and_backwards(road: Road, store: PracticeStore, told: list[Delivery]) -> None:
    looks(road)
    store.deliver(*reversed(told))
    road.settles()
    store.deliver(*told)


def found_at_night(road: Road, store: PracticeStore, told: list[Delivery]) -> None:
    store.faults.next("orders", *[faults.ServerError(503)] * 60)
    looks(road, minutes=60)
    store.faults = faults.Faults()
    looks(road, minutes=60 * 26)
    store.deliver(*told)


@pytest.mark.parametrize("tells", [in_time, lost, late_and_backwards, found_at_night])
def test_the_reason_is_the_same_whatever_befell_the_deliveries(
    road: Road, store: PracticeStore, tells: Tells
) -> None:
    with store.holding() as pending:
        fails(store, ANN, DECLINED)
        told = list(pending)
        pending.clear()
    tells(road, store, told)
    road.settles()
    assert why(road) == [DECLINED]
    looks(road, minutes=60 * 26)
    assert why(road) == [DECLINED]


def test_what_people_wrote_stands_in_the_story_and_the_bookkeeping_does_not(
    road: Road, store: PracticeStore
) -> None:
    order = fails(store, ANN, DECLINED)
    store.notes(order, "She rang: <script>alert(1)</script> the <b>card</b> & the limit", "Dana")
    store.notes(order, "We keep your mug until Friday.", "Dana", for_customer=True)
    store.notes(order, "Stock levels reduced: Blue mug (76&rarr;73)")
    store.notes(order, "Askback asked her [askback-7]")
    looks(road)
    looks(road, minutes=20)
    merchant = Merchant(road)
    merchant.opens(f"{LIST}/1")
    story = merchant.reads()
    assert "Note in the store: She rang: the card & the limit ( Dana )" in story
    assert "Note in the store, sent to the customer: We keep your mug until Friday." in story
    assert story.count("We keep your mug") == 1
    assert "alert(1)" not in merchant.page.text
    assert "76" not in story
    assert "Askback asked her" not in story
    merchant.close()


def test_the_story_tells_of_a_note_in_the_merchants_language(
    road: Road, store: PracticeStore
) -> None:
    store.notes(fails(store, ANN), "Rings on Monday", "Dana")
    looks(road)
    headings = {"he": "הערה בחנות", "ar": "ملاحظة في المتجر", "ru": "Заметка в магазине"}
    for locale, heading in headings.items():
        merchant = Merchant(road, locale=locale)
        merchant.opens(f"{LIST}/1")
        assert f"{heading}: Rings on Monday" in merchant.reads()
        merchant.close()


def test_a_worker_that_dies_between_reading_and_writing_costs_no_note_and_doubles_none(
    road: Road, store: PracticeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page and its notes are one transaction; the lease ends, and another reads them."""
    store.notes(fails(store, ANN, DECLINED), "Rings on Monday", "Dana")
    settle = writing.settle

    def dies(machine: Any, platform: Any, claim: Any, outcome: Any, now: Any) -> None:
        if any(isinstance(one, OrderNotes) for one in getattr(outcome, "records", ())):
            raise Killed
        settle(machine, platform, claim, outcome, now)

    with monkeypatch.context() as patched:
        patched.setattr(writing, "settle", dies)
        with pytest.raises(Killed):
            looks(road)
    assert len(asked(store)) == 1
    assert why(road) == [UNKNOWN]
    for minutes in (6, 16):
        looks(road, minutes=minutes)
        assert why(road) == [DECLINED]
        assert [one.text for one in road.rows(OrderNote)] == ["Rings on Monday"]


class Killed(BaseException):
    """As `kill -9`: nothing catches it."""


def test_who_was_erased_is_in_no_note_read_before_or_afterwards(any_road: Road) -> None:
    road, store = any_road, in_step(any_road)
    order = fails(store, ANN, "Card of Ann Ashberry declined.")
    ben = fails(store, BEN)
    store.notes(order, "Ashberry rang", "Dana")
    store.notes(ben, "Birch rang", "Dana")
    looks(road)
    assert {"order_notes.text", "checkouts.failure_noted"} <= mentions(road, "Ashberry")
    with road.machine.database.reading() as session:
        document = privacy.export(session, session.get_one(Store, 1), {"email": ANN})
    assert [one["text"] for one in document["order_notes"]] == ["Ashberry rang"]
    privacy.erase(road.machine, 1, {"email": ANN}, road.clock.now())
    assert mentions(road, "Ashberry") == set()
    store.notes(order, "Ashberry rang again", "Dana")
    looks(road, minutes=16)
    looks(road, minutes=60 * 26)
    assert asked(store).count(str(order.id)) > 1
    assert mentions(road, "Ashberry") == set()
    assert [one.text for one in road.rows(OrderNote)] == ["Birch rang"]


def test_no_log_shows_what_was_noted(road: Road, store: PracticeStore) -> None:
    store.notes(fails(store, ANN, DECLINED), "Rings on Monday", "Dana")
    with capture_logs() as lines:
        looks(road)
    said = str(lines)
    assert "notes read" in said
    assert [one for one in (DECLINED, "Monday", "Dana", ANN) if one in said] == []


def test_a_note_is_text_and_never_markup(road: Road, store: PracticeStore) -> None:
    order = fails(store, ANN, "Declined: &lt;img src=x onerror=alert(1)&gt; 5 &lt; 6")
    store.notes(order, "a &amp;lt;i&amp;gt; b", "&lt;b&gt;Dana")
    looks(road)
    merchant = Merchant(road)
    page = merchant.opens(f"{LIST}/1").text
    assert "onerror" not in page
    assert "5 &lt; 6" in page
    assert "<b>Dana" not in page
    merchant.close()


def test_a_note_that_was_taken_back_in_the_store_is_gone_here(
    road: Road, store: PracticeStore
) -> None:
    order = fails(store, ANN)
    store.notes(order, "Not a good customer", "Dana")
    store.notes(order, "Rings on Monday", "Dana")
    looks(road)
    assert [one.text for one in road.rows(OrderNote)] == ["Not a good customer", "Rings on Monday"]
    del order.notes[0]
    looks(road, minutes=16)
    assert [one.text for one in road.rows(OrderNote)] == ["Rings on Monday"]


def test_whom_the_merchant_has_just_written_to_is_left_alone_for_a_day(
    road: Road, store: PracticeStore
) -> None:
    ann = fails(store, ANN)
    fails(store, BEN)
    store.notes(ann, "Shall I call you?", "Dana", for_customer=True)
    looks(road)
    road.runs_for(hours=23)
    assert road.mailbox.to(ANN) == []
    assert len(road.mailbox.to(BEN)) == 1
    road.runs_for(hours=2)
    assert len(road.mailbox.to(ANN)) == 1
    (sent,) = [one for one in road.rows(Message) if one.sent_at and one.customer_id == 1]
    (note,) = road.rows(OrderNote)
    assert sent.sent_at - note.written_at == timedelta(hours=24)


def test_one_look_asks_for_so_many_and_the_next_for_the_rest_the_failed_first(
    road: Road, store: PracticeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notes, "MOST", 4)
    waiting = [store.cancels(store.buys(f"c{number}@example.com", MUG)) for number in range(4)]
    failed = [fails(store, f"f{number}@example.com", DECLINED) for number in range(2)]
    road.settles()
    looks(road)
    assert len(asked(store)) == 4
    assert set(asked(store)[:2]) == {str(one.id) for one in failed}
    assert why(road).count(DECLINED) == 2
    looks(road)
    assert len(asked(store)) == 6
    assert set(asked(store)) == {str(one.id) for one in (*waiting, *failed)}
    looks(road)
    assert len(asked(store)) == 6  # nobody is asked for again so soon


def test_a_merchant_who_wants_the_store_read_now_sees_what_she_has_just_noted(
    road: Road, store: PracticeStore
) -> None:
    order = fails(store, ANN)
    looks(road)
    store.notes(order, "Rings on Monday", "Dana")
    with road.machine.database.transaction() as session:
        actions.again(session, 1, road.clock.now())
    road.settles()
    assert [one.text for one in road.rows(OrderNote)] == ["Rings on Monday"]


def test_orders_from_long_ago_and_paid_ones_are_not_asked_for(road: Road) -> None:
    store = road.opens("woocommerce", syncs=True)
    with store.holding() as pending:
        store.cancels(store.buys("old@example.com", MUG))
        road.clock.advance(days=4)
        failed = fails(store, ANN, DECLINED)
        store.buys(BEN, MUG)
        pending.clear()
    road.settles()
    assert len(road.rows(Order)) == 3
    assert asked(store) == [str(failed.id)]
    assert why(road) == [DECLINED, ""][: len(road.rows(Checkout))]


@pytest.mark.parametrize("fault", [faults.ServerError(503), faults.MayNotList()])
def test_a_store_that_does_not_tell_its_notes_stops_nothing_and_is_asked_again(
    road: Road, store: PracticeStore, fault: faults.Fault
) -> None:
    fails(store, ANN, DECLINED)
    road.settles()

    class OfNotes(faults.Fault):
        def answer(
            self, there: PracticeStore, request: faults.Request, proceed: faults.Proceed
        ) -> faults.Response:
            about_notes = request.path.endswith("/notes")
            return fault.answer(there, request, proceed) if about_notes else proceed()

    store.faults.next("orders", *[OfNotes()] * 40)
    with store.holding() as pending:
        store.buys(BEN, MUG)
        pending.clear()
    looks(road)
    assert len(road.rows(Order)) == 2
    assert why(road)[0] == UNKNOWN
    store.faults = faults.Faults()
    looks(road, minutes=40)
    assert why(road)[0] == DECLINED


def test_one_order_whose_notes_the_store_cannot_tell_holds_up_no_other(
    road: Road, store: PracticeStore
) -> None:
    for number in range(3):
        fails(store, f"f{number}@example.com", DECLINED)
    road.settles()
    for_ever = str(road.rows(Order)[1].external_id)

    class Broken(faults.Fault):
        def answer(
            self, there: PracticeStore, request: faults.Request, proceed: faults.Proceed
        ) -> faults.Response:
            broken = request.path.endswith(f"/{for_ever}/notes")
            return faults.ServerError(500).answer(there, request, proceed) if broken else proceed()

    store.faults.next("orders", *[Broken()] * 200)
    for _ in range(3):
        looks(road)
    assert why(road) == [DECLINED, UNKNOWN, DECLINED]


def test_of_shopify_whose_webhooks_tell_an_orders_note_nobody_is_asked(road: Road) -> None:
    store = road.opens("shopify", syncs=True)
    road.settles()
    store.cancels(store.buys(ANN, MUG))
    looks(road, minutes=10)
    assert road.rows(Order)[0].notes_read_at is None
    assert road.rows(OrderNote) == []
