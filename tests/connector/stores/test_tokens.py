"""A token that expires is renewed in time, once, and what was given up is said so."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from connector import bootstrap
from connector.commerce.models import Order
from connector.errors import AccessLost, Retryable
from connector.machine import Machine
from connector.ports.platform import Access
from connector.stores import actions, tokens
from connector.stores.models import Store
from connector.sync.models import Cursor, WebhookCheck
from tests.fakes import MUG, PracticeStore, faults
from tests.road import Road


def lets_in(road: Road, *, syncs: bool = False) -> PracticeStore:
    """A Shopify store that was connected with a session token: its access lives for an hour."""
    practice = road.opens("shopify", syncs=syncs)
    road.machine.platforms["shopify"].http.sleep = lambda _: None
    authorization = road.machine.platforms["shopify"].authorization
    assert authorization is not None
    grant = authorization.exchange(practice.app.session_token(), road.clock.now())
    keeps(road, grant.access)
    return practice


def keeps(road: Road, access: Access) -> None:
    with road.machine.database.transaction() as session:
        (store,) = session.query(Store)
        store.credentials = actions.sealed(road.machine, access)


def works(machine: Machine, access: Access) -> bool:
    """Does the store answer to this access?"""
    try:
        machine.platforms["shopify"].describe(access)
    except AccessLost:
        return False
    return True


def renewals(practice: PracticeStore) -> int:
    return sum(
        1
        for one in practice.requests
        if one.about.resource == "tokens" and one.json.get("grant_type") == "refresh_token"
    )


def test_a_token_is_used_as_long_as_it_lives_and_renewed_before_it_dies(road: Road) -> None:
    practice = lets_in(road)
    first = tokens.fresh_access(road.machine, 1)
    road.clock.advance(minutes=54)
    assert tokens.fresh_access(road.machine, 1) == first
    assert renewals(practice) == 0
    road.clock.advance(minutes=2)
    second = tokens.fresh_access(road.machine, 1)
    assert renewals(practice) == 1
    assert works(road.machine, second)
    assert not works(road.machine, first)
    assert tokens.fresh_access(road.machine, 1) == second
    assert renewals(practice) == 1


@pytest.mark.parametrize("platform", ["shopify", "woocommerce"])
def test_keys_without_an_end_are_never_renewed(platform: str, road: Road) -> None:
    practice = road.opens(platform)
    road.clock.advance(days=400)
    assert tokens.fresh_access(road.machine, 1).credentials == practice.credentials
    assert renewals(practice) == 0


def test_two_workers_renewing_one_token_end_with_one_valid_token(any_road: Road) -> None:
    """Two processes with two threads each: nothing but the database is between them."""
    practice = lets_in(any_road)
    any_road.clock.advance(hours=2)
    other = replace(bootstrap.build(any_road.machine.settings), now=any_road.clock.now)
    starts = threading.Barrier(4)

    def worker(machine: Machine) -> Access:
        starts.wait(10)
        return tokens.fresh_access(machine, 1)

    with ThreadPoolExecutor(4) as workers:
        got = list(workers.map(worker, [any_road.machine, other] * 2))
    other.database.close()
    assert renewals(practice) == 1
    assert got == [got[0]] * 4
    assert works(any_road.machine, got[0])


def test_while_a_token_is_renewed_the_store_can_be_written_to(any_road: Road) -> None:
    """The call to Shopify may take its time: meanwhile webhooks come in and settings change."""
    practice = lets_in(any_road)
    any_road.clock.advance(hours=2)
    asked, answers = threading.Event(), threading.Event()

    class Slow(faults.Fault):
        def answer(self, store: PracticeStore, request: object, proceed: faults.Proceed) -> object:
            asked.set()
            answers.wait(10)
            return proceed()

    practice.faults.next("tokens", Slow())
    with ThreadPoolExecutor(1) as workers:
        renewed = workers.submit(tokens.fresh_access, any_road.machine, 1)
        assert asked.wait(10)
        practice.leaves_checkout("ann@example.com", MUG)
        any_road.decides(practice, silence_minutes=90)
        answers.set()
        assert works(any_road.machine, renewed.result(10))
    assert practice.deliveries[-1].status == 200
    assert any_road.rows(Store)[0].policy["silence_minutes"] == 90


def test_an_answer_that_was_lost_is_asked_for_again(road: Road) -> None:
    practice = lets_in(road)
    road.clock.advance(hours=2)
    practice.faults.next("tokens", *[faults.TimeOutAfterDoing()] * 3)
    with pytest.raises(Retryable):
        tokens.fresh_access(road.machine, 1)
    assert works(road.machine, tokens.fresh_access(road.machine, 1))
    assert practice.faults.waiting == 0
    assert road.rows(Store)[0].state == "connected"


def test_a_process_that_dies_with_the_answer_in_its_hands_loses_nothing(road: Road) -> None:
    practice = lets_in(road)
    road.clock.advance(hours=2)
    with road.machine.database.reading() as session:
        kept = actions.access(road.machine, session.get_one(Store, 1))
    authorization = road.machine.platforms["shopify"].authorization
    authorization.refresh(kept, road.clock.now())  # and dies before it writes anything down
    assert works(road.machine, tokens.fresh_access(road.machine, 1))
    assert renewals(practice) == 2


def test_a_call_that_met_a_renewal_is_made_again_and_is_no_lost_access(road: Road) -> None:
    practice = lets_in(road)
    practice.leaves_checkout("ann@example.com", MUG)
    authorization = road.machine.platforms["shopify"].authorization

    class Renewed(faults.Fault):
        def answer(self, store: PracticeStore, request: object, proceed: faults.Proceed) -> object:
            """Another worker was a little faster, and the token in this call has died."""
            kept = tokens.fresh_access(road.machine, 1)
            renewed = authorization.refresh(kept, road.clock.now())
            keeps(road, renewed)
            assert works(road.machine, renewed)
            return proceed()

    practice.faults.next("orders", Renewed())
    road.runs_for(minutes=62)
    assert practice.faults.waiting == 0
    assert len(road.mailbox.to("ann@example.com")) == 1


def test_a_token_that_ended_before_its_time_is_renewed_and_the_shopper_is_asked(
    road: Road,
) -> None:
    practice = lets_in(road)
    practice.leaves_checkout("ann@example.com", MUG)
    road.runs_for(minutes=50)
    practice.app.ends_the_access_token()
    road.runs_for(minutes=4)
    assert renewals(practice) == 0
    road.runs_for(minutes=8)
    assert renewals(practice) == 1
    assert len(road.mailbox.to("ann@example.com")) == 1
    assert road.rows(Store)[0].state == "connected"


def test_a_store_whose_token_ended_before_its_time_is_read_to_the_end(road: Road) -> None:
    practice = lets_in(road, syncs=True)
    with practice.holding() as pending:
        for number in range(3):
            practice.buys(f"buyer{number}@example.com", (MUG, 1))
        pending.clear()
    practice.app.ends_the_access_token()
    for _ in range(5):
        road.clock.advance(minutes=1)
        road.settles()
    assert {one.state for one in road.rows(Cursor, purpose="first")} == {"done"}
    (check,) = road.rows(WebhookCheck)
    assert (check.error, len(road.rows(Order))) == ("", 3)
    (store,) = road.rows(Store)
    assert (store.state, store.state_reason, renewals(practice)) == ("connected", "", 1)


def test_a_store_that_refuses_its_newest_token_too_is_not_asked_for_more_and_more(
    road: Road,
) -> None:
    practice = lets_in(road, syncs=True)
    practice.revokes_access()
    road.runs_for(hours=2)
    assert road.rows(Store)[0].state == "access_lost"
    assert renewals(practice) <= 3


def test_a_shopify_that_is_down_costs_nothing_while_the_token_lives(road: Road) -> None:
    practice = lets_in(road)
    road.clock.advance(minutes=57)
    practice.faults.next("tokens", *[faults.ServerError(503)] * 3)
    access = tokens.fresh_access(road.machine, 1)
    assert practice.faults.waiting == 0
    assert works(road.machine, access)


def test_a_permission_taken_back_is_said_on_the_store_and_not_asked_about_again(
    road: Road,
) -> None:
    practice = lets_in(road)
    practice.app.expires_tokens()
    road.clock.advance(hours=2)
    for _ in range(2):
        with pytest.raises(AccessLost):
            tokens.fresh_access(road.machine, 1)
    (store,) = road.rows(Store)
    assert store.state == "access_lost"
    assert store.state_reason.startswith("the store no longer lets us in: Shopify answered 400")
    assert renewals(practice) == 1


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_firewalls_page_instead_of_a_renewal_costs_no_token(road: Road, status: int) -> None:
    practice = lets_in(road)
    before = tokens.kept(road.machine, 1)
    practice.faults.next("tokens", Firewall(status))
    road.clock.advance(hours=2)
    with pytest.raises(Retryable):
        tokens.fresh_access(road.machine, 1)
    assert tokens.kept(road.machine, 1) == before
    assert road.rows(Store)[0].state == "connected"
    assert works(road.machine, tokens.fresh_access(road.machine, 1))


class Firewall(faults.Fault):
    """A page for people, from whoever stands between us and Shopify."""

    def __init__(self, status: int) -> None:
        self.status = status

    def answer(self, store: PracticeStore, request: object, proceed: faults.Proceed) -> object:
        page = "<html>Just a moment...</html>"
        return faults.Response(page, self.status, content_type="text/html")


def test_keys_given_while_the_old_ones_are_refused_are_kept_and_used(road: Road) -> None:
    practice = lets_in(road)
    practice.app.expires_tokens()
    road.clock.advance(hours=2)
    given = Access(base_url="", credentials=practice.credentials, shop=practice.shop)

    class Meanwhile(faults.Fault):
        def answer(self, store: PracticeStore, request: object, proceed: faults.Proceed) -> object:
            keeps(road, given)
            return proceed()

    practice.faults.next("tokens", Meanwhile())
    assert tokens.fresh_access(road.machine, 1).credentials == practice.credentials
    assert road.rows(Store)[0].state == "connected"
    assert tokens.fresh_access(road.machine, 1).credentials == practice.credentials


def test_a_merchant_who_connects_anew_during_a_renewal_wins(road: Road) -> None:
    practice = lets_in(road)
    road.clock.advance(hours=2)
    authorization = road.machine.platforms["shopify"].authorization

    class Anew(faults.Fault):
        def answer(self, store: PracticeStore, request: object, proceed: faults.Proceed) -> object:
            answered = proceed()
            grant = authorization.exchange(practice.app.session_token(), road.clock.now())
            keeps(road, grant.access)
            return answered

    practice.faults.next("tokens", Anew())
    got = tokens.fresh_access(road.machine, 1)
    assert works(road.machine, got)
    assert tokens.fresh_access(road.machine, 1) == got


def test_a_shopper_is_written_to_with_a_renewed_token(road: Road) -> None:
    practice = lets_in(road)
    practice.leaves_checkout("ann@example.com", MUG)
    road.runs_for(hours=3)
    assert len(road.mailbox.to("ann@example.com")) == 1
    assert renewals(practice) == 1


def test_nobody_is_written_to_for_a_merchant_who_took_the_permission_back(road: Road) -> None:
    practice = lets_in(road)
    practice.leaves_checkout("ann@example.com", MUG)
    practice.app.expires_tokens()
    road.runs_for(hours=3)
    assert road.mailbox.to("ann@example.com") == []
    assert road.rows(Store)[0].state == "access_lost"
