"""No marketing message leaves twice, whoever works beside whom and whoever dies in between."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import requests

from connector.coupons.models import Coupon, LedgerEntry
from connector.errors import OutcomeUnknown
from connector.journeys.models import Answer
from connector.messages import delivery
from connector.messages.models import Mail, Message
from connector.ports.channel import Accepted, Channel, Outgoing
from connector.registry import Registry
from jobs import detection, journeys
from tests.fakes import MUG, Clock
from tests.road import Road, environment, served

ANN = "ann@example.com"
TEN_PERCENT = {"kind": "percent", "percent": 10, "valid_days": 7, "cooldown_days": 180}


class Killed(BaseException):
    """The worker's process ends here: nothing of it runs any more."""


class Mortal(Channel):
    """A channel in whose hands the worker dies, before or after the message has left."""

    name = "email"

    def __init__(self, *, after_sending: bool) -> None:
        self.left: list[Outgoing] = []
        self._after_sending = after_sending

    def send(self, outgoing: Outgoing) -> Accepted:
        if self._after_sending:
            self.left.append(outgoing)
        raise Killed


class Silent(Channel):
    """A mail server that goes silent after the last byte."""

    name = "email"

    def __init__(self) -> None:
        self.left: list[Outgoing] = []

    def send(self, outgoing: Outgoing) -> Accepted:
        self.left.append(outgoing)
        raise OutcomeUnknown("silence after the last byte")


def states(road: Road) -> list[str]:
    return [one.state for one in road.rows(Message)]


def queued(road: Road) -> int:
    """Ann's question is queued and nobody has taken it yet; returns its id."""
    road.opens("shopify").leaves_checkout(ANN, MUG)
    road.runs_for(minutes=59)
    assert road.rows(Message) == []
    road.clock.advance(minutes=1)
    detection.work(road.machine, 0, road.clock.now())
    journeys.work(road.machine, 0, road.clock.now())
    (message,) = road.rows(Message)
    assert message.state == "queued"
    return int(message.id)


@pytest.mark.parametrize("after_sending", [True, False])
def test_a_worker_that_dies_in_the_send_leaves_a_doubt_and_no_second_message(
    any_road: Road, after_sending: bool
) -> None:
    road = any_road
    message_id = queued(road)
    mortal = Mortal(after_sending=after_sending)
    dying = replace(road.machine, channels=Registry("channel", {"email": mortal}))
    with pytest.raises(Killed):
        delivery.deliver(dying, message_id, road.clock.now())
    assert states(road) == ["sending"]
    road.runs_for(days=10)
    assert road.mailbox.to(ANN) == []
    (message,) = road.rows(Message)
    assert message.state == "unknown"
    assert message.reasons == ["the worker stopped while sending: perhaps sent, not sent again"]


def test_a_worker_that_dies_between_the_claim_and_the_send_gives_the_message_back(
    any_road: Road,
) -> None:
    road = any_road
    message_id = queued(road)
    with road.machine.database.transaction() as session:
        assert delivery._claim(session, message_id, road.clock.now())
    road.runs_for(minutes=4)
    assert road.mailbox.to(ANN) == []
    road.runs_for(minutes=2)
    assert len(road.mailbox.to(ANN)) == 1
    road.runs_for(days=10)
    assert len(road.mailbox.to(ANN)) == 1


def test_a_message_of_which_nobody_knows_whether_it_left_is_not_sent_again(road: Road) -> None:
    message_id = queued(road)
    silent = Silent()
    doubtful = replace(road.machine, channels=Registry("channel", {"email": silent}))
    assert delivery.deliver(doubtful, message_id, road.clock.now())
    road.runs_for(days=10)
    assert len(silent.left) == 1
    assert road.mailbox.to(ANN) == []
    assert states(road) == ["unknown"]


def test_two_processes_that_do_everything_at_once_send_each_message_once(
    database_url: str, tmp_path: Path
) -> None:
    environ = environment(tmp_path, database_url)
    with served(environ, Clock()) as road:
        store = road.opens("shopify")
        people = [f"shopper{number}@example.com" for number in range(6)]
        for one in people:
            store.leaves_checkout(one, MUG)
        at = (road.clock.now() + timedelta(minutes=61)).isoformat()
        admin = {"SHOPIFY_ADMIN_ORIGIN": store.base_url, "PUBLIC_URL": road.base_url}
        command = [sys.executable, "-m", "connector", "tick", "--at", at]
        workers = [
            subprocess.Popen(
                command, env={**os.environ, **environ, **admin}, stdout=subprocess.PIPE, text=True
            )
            for _ in range(2)
        ]
        assert [(one.communicate(timeout=60)[0] != "", one.returncode) for one in workers] == [
            (True, 0), (True, 0),
        ]  # fmt: skip
        assert Counter(mail.to_address for mail in road.rows(Mail)) == dict.fromkeys(people, 1)
        assert states(road) == ["sent"] * 6
        assert len({mail.key for mail in road.rows(Mail)}) == 6


def test_two_hands_on_one_message_send_it_once_and_make_one_coupon(any_road: Road) -> None:
    road = any_road
    store = road.opens("woocommerce", benefit=TEN_PERCENT)
    store.leaves_checkout(ANN, MUG)
    road.runs_for(hours=2)
    link = road.mailbox.link(ANN, "q").partition("?")[0]
    road.browser.post(link, data={"reason": "price"}, timeout=10)
    journeys.work(road.machine, 0, road.clock.now())
    waiting = [one.id for one in road.rows(Message) if one.state == "queued"]
    outcomes: list[bool] = []
    hands = [
        threading.Thread(
            target=lambda: outcomes.append(
                delivery.deliver(road.machine, waiting[0], road.clock.now())
            )
        )
        for _ in range(4)
    ]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join(30)
    assert sorted(outcomes) == [False, False, False, True]
    assert len(road.mailbox.to(ANN)) == 2
    assert (len(road.rows(Coupon)), len(road.rows(LedgerEntry)), store.coupon_calls) == (1, 1, 1)


def test_a_double_click_on_the_answer_is_one_answer(any_road: Road) -> None:
    road = any_road
    store = road.opens("shopify", benefit=TEN_PERCENT)
    store.leaves_checkout(ANN, MUG)
    road.runs_for(hours=2)
    link = road.mailbox.link(ANN, "q").partition("?")[0]
    statuses: list[int] = []
    start = threading.Barrier(6)

    def click() -> None:
        start.wait(10)
        answer = requests.post(link, data={"reason": "price"}, timeout=20, allow_redirects=False)
        statuses.append(answer.status_code)

    clicks = [threading.Thread(target=click) for _ in range(6)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join(30)
    road.runs_for(days=2)
    assert statuses == [303] * 6
    assert len(road.rows(Answer)) == 1
    assert len(road.mailbox.to(ANN)) == 2
    assert store.coupon_calls == 1
