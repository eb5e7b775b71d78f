"""A shopper to whom the store itself has just written waits a day for our question."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connector.messages.models import Message
from tests.fakes import MUG, PracticeStore, faults
from tests.fakes.ledger import Checkout
from tests.fakes.woocommerce.options import Mail
from tests.merchant import Merchant
from tests.road import Road

ANN = "ann@example.com"
BOTH = pytest.mark.parametrize("platform", ["shopify", "woocommerce"])


def written_to(road: Road, platform: str) -> tuple[PracticeStore, Checkout]:
    """A store that writes to shoppers by itself, and has just written to Ann. We know of it."""
    store = road.opens(platform)
    store.options.mails["customer_abandoned_cart_recovery"] = Mail(
        "Abandoned cart recovery", enabled=True, automated=True
    )
    if platform == "shopify":
        store.reminds(store.leaves_checkout("ben@example.com", MUG))
    Merchant(road).close()  # at every sign-in the store's own mails are looked at
    road.runs_for(minutes=2)
    checkout = store.leaves_checkout(ANN, MUG)
    road.runs_for(minutes=30)
    store.reminds(checkout)
    return store, checkout


@BOTH
def test_our_question_comes_a_day_after_the_stores_own_mail(road: Road, platform: str) -> None:
    _, checkout = written_to(road, platform)
    wrote_at = checkout.reminded_at
    assert wrote_at is not None
    road.runs_for(hours=22)
    assert road.mailbox.to(ANN) == []
    road.runs_for(hours=3)
    (mail,) = road.mailbox.to(ANN)
    (sent,) = [one for one in road.rows(Message) if one.subject == mail.subject][-1:]
    assert sent.sent_at - wrote_at == timedelta(hours=24)


@BOTH
def test_a_shopper_whom_the_store_did_not_write_to_is_asked_in_time(
    road: Road, platform: str
) -> None:
    store, _ = written_to(road, platform)
    store.leaves_checkout("dana@example.com", MUG)
    road.runs_for(hours=3)
    assert len(road.mailbox.to("dana@example.com")) == 1


def test_a_store_of_which_no_mail_was_seen_is_not_asked_for_one(road: Road) -> None:
    store = road.opens("shopify")
    store.leaves_checkout(ANN, MUG)
    road.runs_for(hours=2)
    assert len(road.mailbox.to(ANN)) == 1
    asked = [one.json["variables"] for one in store.requests if one.json]
    assert not [one for one in asked if "email_state" in str(one.get("search"))]


def test_a_store_that_does_not_answer_this_is_not_waited_for(road: Road) -> None:
    store, _ = written_to(road, "woocommerce")
    # Asked whether she has bought, twice over; then for the mail.
    store.faults.next("orders", faults.Passes(), faults.Passes(), faults.ServerError(500))
    road.runs_for(hours=3)
    assert store.faults.waiting == 0
    assert len(road.mailbox.to(ANN)) == 1
