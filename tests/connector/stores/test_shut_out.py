"""A token refused before its end is renewed once; else the store is lost, shown, knocked at."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connector.commerce.models import Order
from connector.coupons.models import Coupon, LedgerEntry
from connector.messages.models import Message
from connector.stores.models import Store
from connector.sync import webhooks
from connector.sync.models import WebhookCheck
from connector.writeback.models import StoreWrite
from tests.connector.stores.test_tokens import lets_in, renewals
from tests.connector.sync.patience import catches_up
from tests.fakes import MUG, PracticeStore, faults
from tests.merchant import Merchant
from tests.road import Road

ANN = "ann@example.com"
TEN_PERCENT = {"kind": "percent", "percent": 10, "valid_days": 7, "cooldown_days": 180}


def takes_the_token_back(practice: PracticeStore) -> None:
    """The access token dies before its end; the refresh token is good."""
    assert practice.app.pair is not None
    practice.app.pair = replace(practice.app.pair, access="shpat_another")


def state(road: Road) -> tuple[str, str]:
    (store,) = road.rows(Store)
    return store.state, store.state_reason


def test_who_is_to_be_asked_is_asked_with_a_renewed_token(road: Road) -> None:
    practice = lets_in(road)
    practice.leaves_checkout(ANN, MUG)
    road.runs_for(minutes=30)
    takes_the_token_back(practice)
    road.runs_for(minutes=32)
    assert len(road.mailbox.to(ANN)) == 1
    assert (renewals(practice), state(road)) == (1, ("connected", ""))


def test_a_coupon_and_a_note_are_made_with_renewed_tokens(road: Road) -> None:
    practice = lets_in(road)
    road.decides(practice, benefit=TEN_PERCENT)
    practice.leaves_checkout(ANN, MUG)
    road.runs_for(minutes=62)
    practice.faults.next("coupons", TokenTakenBack())
    road.answers(ANN, "price")
    road.runs_for(minutes=1)
    assert practice.faults.waiting == 0
    assert [one.state for one in road.rows(Coupon)] == ["made"]
    before = renewals(practice)
    road.clock.advance(minutes=5)
    takes_the_token_back(practice)
    order = practice.buys(ANN)
    road.settles()
    assert "Askback asked" in order.checkout.note
    assert renewals(practice) == before + 1
    assert {one.error for one in road.rows(StoreWrite)} == {""}


class TokenTakenBack(faults.Fault):
    """The token dies under this very call."""

    def answer(self, store: PracticeStore, request: object, proceed: faults.Proceed) -> object:
        takes_the_token_back(store)
        return faults.MayNotList().answer(store, request, proceed)


def test_webhooks_are_put_right_with_a_renewed_token(road: Road) -> None:
    practice = lets_in(road)
    practice.subscriptions.clear()
    takes_the_token_back(practice)
    with road.machine.database.transaction() as session:
        webhooks.look_again(session, 1, road.clock.now())
    webhooks.check(road.machine, 1, road.clock.now())
    assert len(practice.subscriptions) > 20
    assert [one.error for one in road.rows(WebhookCheck)] == [""]
    assert renewals(practice) == 1


def test_the_sync_goes_on_with_a_renewed_token(road: Road) -> None:
    practice = lets_in(road, syncs=True)
    catches_up(road.machine, road.clock)
    with practice.holding() as pending:
        practice.buys(ANN, MUG)
        pending.clear()
    takes_the_token_back(practice)
    road.clock.advance(minutes=6)
    catches_up(road.machine, road.clock)
    assert len(road.rows(Order)) == 1
    assert (renewals(practice), state(road)) == (1, ("connected", ""))


def test_a_store_that_shuts_us_out_is_shown_asked_no_more_and_nothing_is_lost(road: Road) -> None:
    practice = lets_in(road)
    practice.leaves_checkout(ANN, MUG)
    road.runs_for(minutes=30)
    practice.app.expires_tokens()
    road.runs_for(hours=2)
    assert road.mailbox.to(ANN) == []
    lost, reason = state(road)
    assert (lost, "no longer lets us in" in reason) == ("access_lost", True)
    assert renewals(practice) == 1
    merchant = Merchant(road)
    merchant.opens("/app/stores")
    assert "access lost" in merchant.reads()
    merchant.opens("/connect/shopify?shop=practice")
    merchant.close()
    assert state(road) == ("connected", "")
    road.runs_for(minutes=20)
    assert len(road.mailbox.to(ANN)) == 1


def test_a_store_that_shuts_us_out_for_hours_lets_us_in_again_by_itself(
    road: Road, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The token ran out meanwhile: the next knock renews it."""
    practice = lets_in(road, syncs=True)
    road.settles()
    practice.leaves_checkout(ANN, MUG)
    with monkeypatch.context() as shut:
        shut.setattr(practice.app, "lets_in", lambda _: False)
        road.runs_for(minutes=62)
        assert state(road)[0] == "access_lost"
        road.clock.advance(hours=2)
        road.settles()
        assert state(road)[0] == "access_lost"
    road.clock.advance(hours=6)
    road.settles()
    assert state(road) == ("connected", "")


def test_a_store_that_refuses_from_the_first_call_on_is_knocked_at(road: Road) -> None:
    practice = road.opens("shopify", syncs=True)
    practice.has_access = False
    webhooks.check(road.machine, 1, road.clock.now())
    assert state(road)[0] == "access_lost"
    practice.has_access = True
    road.settles()
    assert state(road) == ("connected", "")


@pytest.mark.parametrize("platform", ["shopify", "woocommerce"])
def test_a_coupon_that_alone_is_refused_costs_nobody_her_access(road: Road, platform: str) -> None:
    practice = road.opens(platform, benefit=TEN_PERCENT)
    practice.leaves_checkout(ANN, MUG)
    road.runs_for(minutes=62)
    practice.faults.next("coupons", *[faults.MayNotList()] * 4)
    road.answers(ANN, "price")
    road.runs_for(minutes=1)
    assert state(road) == ("connected", "")
    assert [one.state for one in road.rows(Coupon)] == ["refused"]
    assert road.rows(LedgerEntry) == []
    assert len(road.mailbox.to(ANN)) == 2
    reasons = [one for message in road.rows(Message) for one in message.reasons]
    assert any("without a benefit: the store refused it" in one for one in reasons)
