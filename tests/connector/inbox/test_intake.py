"""What the intake promises to every delivery that it lets in."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, text

from connector.errors import Retryable
from connector.inbox.intake import Intake, unpack
from connector.inbox.models import Delivery
from connector.machine import Machine
from tests.connector.inbox.conftest import arrival
from tests.fakes import Clock


def deliveries(machine: Machine) -> list[Delivery]:
    with machine.database.reading() as session:
        return list(session.scalars(select(Delivery).order_by(Delivery.dedupe_key)))


@pytest.mark.parametrize("body", [b"{}", b'{"line":"mug"}' * 500])
def test_a_delivery_is_kept_as_it_came(
    machine: Machine, intake: Intake, clock: Clock, body: bytes
) -> None:
    intake.write(arrival(clock, "one", body=body))
    (kept,) = deliveries(machine)
    assert unpack(kept.body) == body
    assert (kept.topic, kept.dedupe_key, kept.delivery_id) == (
        "orders/create", "one", "webhook-one",
    )  # fmt: skip
    assert (kept.state, kept.tries, kept.reason, kept.applied_at) == ("received", 0, "", None)
    assert (kept.received_at, kept.due_at) == (clock.now(), clock.now())


def test_times_are_kept_as_the_rest_of_the_product_keeps_them(
    machine: Machine, intake: Intake, clock: Clock
) -> None:
    intake.write(arrival(clock, "one"))
    with machine.database.transaction() as session:
        found = session.scalars(select(Delivery.id).where(Delivery.due_at == clock.now())).all()
    assert len(found) == 1


def test_what_arrives_together_is_kept_each_once(
    machine: Machine, intake: Intake, clock: Clock
) -> None:
    names = [f"{number:03d}" for number in range(200)]
    with ThreadPoolExecutor(32) as senders:
        list(senders.map(lambda name: intake.write(arrival(clock, name)), [*names, *names]))
    assert [one.dedupe_key for one in deliveries(machine)] == names


def test_a_delivery_for_a_store_that_is_gone_costs_the_others_nothing(
    machine: Machine, intake: Intake, clock: Clock
) -> None:
    def write(number: int) -> str:
        try:
            intake.write(arrival(clock, f"{number:03d}", store_id=1 if number % 10 else 999))
        except Retryable:
            return "send again"
        return "written"

    with ThreadPoolExecutor(32) as senders:
        answers = list(senders.map(write, range(100)))
    assert answers == ["written" if number % 10 else "send again" for number in range(100)]
    assert len(deliveries(machine)) == 90


@pytest.mark.postgres
def test_a_database_that_dropped_the_connection_is_connected_again(
    machine: Machine, intake: Intake, clock: Clock
) -> None:
    if machine.database.is_sqlite:
        pytest.skip("SQLite has no server that could drop a connection")
    intake.write(arrival(clock, "before"))
    with machine.database.transaction() as session:
        session.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    intake.write(arrival(clock, "after"))
    assert [one.dedupe_key for one in deliveries(machine)] == ["after", "before"]


def test_whoever_waits_for_work_is_told_of_each_store(
    machine: Machine, intake: Intake, clock: Clock
) -> None:
    heard: list[tuple[str, int]] = []
    machine.database.knock = lambda queue, store_id: heard.append((queue, store_id))
    intake.write(arrival(clock, "one"))
    intake.close()
    assert heard == [("inbox", 1)]
