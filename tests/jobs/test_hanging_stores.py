"""A store that hangs holds a hand up, and neither the worker nor anybody else's work."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from werkzeug.wrappers import Request, Response

from connector.connecting.models import ConnectAttempt
from connector.writeback.models import StoreWrite
from jobs.crew import Crew
from jobs.job import EVERY_STORE
from jobs.table import JOBS
from tests.connector.connecting.clicks import Clicks
from tests.connector.writeback.test_consent_both_ways import ANN, word_in
from tests.fakes import MUG, PracticeStore, faults
from tests.merchant import Merchant
from tests.road import Road


@dataclass(slots=True)
class StandsStill(faults.Fault):
    """The call is there and gets no answer before `released`; then it is done."""

    reached: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)

    def answer(self, _: PracticeStore, request: Request, proceed: faults.Proceed) -> Response:
        self.reached.set()
        self.released.wait(20)
        return proceed()


@pytest.fixture
def still() -> StandsStill:
    return StandsStill()


@pytest.fixture
def crew(road: Road, still: StandsStill) -> Iterator[Crew]:
    """The hands of one worker."""
    hands = Crew(road.machine)
    yield hands
    still.released.set()
    hands.close()


def unsubscribed(road: Road) -> list[PracticeStore]:
    """Ann is a customer of two stores, and wants no mail of either."""
    stores = [road.opens("woocommerce"), road.opens("shopify")]
    for store in stores:
        store.registers(ANN, accepts_marketing=True)
        store.leaves_checkout(ANN, (MUG, 1))
    road.runs_for(minutes=61)
    for last in (False, True):
        link = road.mailbox.link(ANN, "u", last=last)
        assert road.browser.post(link, timeout=10).status_code == 200
    return stores


def test_a_worker_leaves_a_hanging_store_to_its_hand_and_writes_into_another(
    road: Road, crew: Crew, still: StandsStill
) -> None:
    hanging, quick = unsubscribed(road)
    hanging.faults.next("customers", still)
    its, others = road.store_of(hanging).id, road.store_of(quick).id
    assert crew.do(JOBS["writeback"], its, seconds=0.1) is True
    assert still.reached.wait(10)
    assert crew.do(JOBS["writeback"], its, seconds=30) is False  # nobody waits behind it
    assert crew.do(JOBS["writeback"], others, seconds=30) is False
    assert (word_in(hanging), word_in(quick)) == (None, False)
    still.released.set()
    crew.close()
    assert word_in(hanging) is False
    assert [one.state for one in road.rows(StoreWrite)] == ["done", "done"]


def approves(road: Road, practice: PracticeStore) -> None:
    """The merchant lets us into her store, whose keys then wait to be proven."""
    practice.takes_http_callbacks = True
    clicks = Clicks(Merchant(road))
    clicks.goes_to_her_store(practice.base_url)
    clicks.approves()
    clicks.merchant.close()


def test_the_keys_of_a_hanging_store_hold_up_nobody_elses(
    road: Road, crew: Crew, still: StandsStill
) -> None:
    with (
        PracticeStore.open("woocommerce", clock=road.clock) as hanging,
        PracticeStore.open("woocommerce", clock=road.clock) as quick,
    ):
        approves(road, hanging)
        hanging.faults.next("shop", still)
        assert crew.do(JOBS["keys"], EVERY_STORE, seconds=0.1) is True
        assert still.reached.wait(10)
        approves(road, quick)
        assert crew.do(JOBS["keys"], EVERY_STORE, seconds=30) is False
        assert [one.state for one in road.rows(ConnectAttempt)] == ["received", "connected"]
        still.released.set()
        crew.close()
        assert [one.state for one in road.rows(ConnectAttempt)] == ["connected", "connected"]
