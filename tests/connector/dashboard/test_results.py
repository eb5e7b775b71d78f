"""Results are counted with their evidence, minus refunds, beside the control group."""

from __future__ import annotations

from datetime import timedelta

from connector.attribution.models import Credit
from connector.commerce.models import Checkout, Customer, Order
from connector.dashboard import queries_results
from connector.dashboard.queries_results import Recovered
from connector.dashboard.rules import Group
from connector.detection.models import Case
from connector.journeys.models import Enrollment
from connector.money import Money
from connector.stores.models import Store
from tests.busy_store import ANN, NOA, TEN_PERCENT
from tests.fakes import HEBREW_MUG, MUG
from tests.merchant import Merchant, neighbour
from tests.road import Road


def test_the_road_from_question_to_order_is_counted(road: Road, merchant: Merchant) -> None:
    store = road.opens("woocommerce", benefit=TEN_PERCENT)
    store.leaves_checkout(ANN, (MUG, 2), name="Ann Ash")
    store.leaves_checkout(NOA, (HEBREW_MUG, 1), name="נועה כהן")
    road.runs_for(hours=2)
    road.answers(ANN, "price")
    (coupon,) = list(store.coupons)
    order = store.buys(ANN, coupon=coupon)
    road.settles()
    (credit,) = road.rows(Credit)
    assert credit.grade == "strong"
    earned = Money(credit.amount_minor, "ILS")
    merchant.opens("/app/results")
    told = merchant.reads()
    assert "Shoppers asked 2" in told
    assert "Answered 1 50% of those asked" in told
    assert "Coupons given 1 of them used: 1" in told
    assert "The price is high, or I found it cheaper elsewhere 1 1" in told
    assert f"after an answer or a click 1 {earned.spoken('en')}" in told
    assert "Got messages 2 1 50.0%" in told
    assert "Too early to tell: both groups need at least 20 people." in told
    store.refunds(order, "10.00")
    road.settles()
    kept = earned - Money.of("10.00", "ILS")
    merchant.opens("/app/results")
    assert f"after an answer or a click 1 {kept.spoken('en')}" in merchant.reads()


def enrolled(road: Road, store: Store, arm: str, people: int, bought: int, **order: object) -> None:
    """People of one arm, the first of whom bought."""
    now = road.clock.now()
    after = order.get("after", timedelta(days=1))
    assert isinstance(after, timedelta)
    with road.machine.database.transaction() as session:
        for number in range(people):
            name = f"{arm}-{order}-{number}"
            customer = Customer(store_id=store.id, external_id=name, versions={}, created_at=now)
            checkout = Checkout(
                store_id=store.id, external_id=name, currency="EUR", total_minor=1000,
                coupon_codes=[], version="1", created_at=now, updated_at=now, silent_since=now,
            )  # fmt: skip
            session.add_all((customer, checkout))
            session.flush()
            case = Case(
                store_id=store.id, customer_id=customer.id, checkout_id=checkout.id, opened_at=now
            )
            session.add(case)
            session.flush()
            run = Enrollment(
                store_id=store.id, customer_id=customer.id, case_id=case.id, journey="ask_why",
                version=1, arm=arm, memory={}, started_at=now,
            )  # fmt: skip
            session.add(run)
            session.flush()
            if number >= bought:
                continue
            bill = Order(
                store_id=store.id, external_id=name, state="placed", status="processing",
                currency="EUR", total_minor=1000, coupon_codes=[], version="1", placed_at=now,
                updated_at=now,
            )  # fmt: skip
            session.add(bill)
            session.flush()
            session.add(
                Credit(
                    store_id=store.id, order_id=bill.id, enrollment_id=run.id, arm=arm,
                    grade=order.get("grade", "weak"), evidence={}, amount_minor=1000,
                    refunded_minor=order.get("refunded", 0),
                    currency=order.get("currency", "EUR"), bought_at=now + after,
                )
            )  # fmt: skip


def counted(road: Road, store: Store) -> queries_results.Results:
    with road.machine.database.reading() as session:
        return queries_results.results(session, store.id)


def test_a_difference_is_told_once_both_groups_are_large_enough(road: Road) -> None:
    store = neighbour(road.machine, road.clock.now())
    enrolled(road, store, "treated", 40, 10)
    enrolled(road, store, "holdout", 20, 3, grade="none")
    found = counted(road, store)
    assert (found.treated, found.holdout) == (
        Group(people=40, bought=10),
        Group(people=20, bought=3),
    )
    assert str(found.lift) == "10.0"
    nina = Merchant(road, "nina@example.com")
    nina.opens("/app/results")
    assert "Askback made a difference of +10.0 percentage points." in nina.reads()
    nina.close()


def test_what_was_given_back_and_what_came_late_is_not_counted_as_bought(road: Road) -> None:
    store = neighbour(road.machine, road.clock.now())
    enrolled(road, store, "treated", 2, 2, refunded=1000)
    enrolled(road, store, "treated", 3, 3, after=timedelta(days=8))
    enrolled(road, store, "treated", 4, 4, refunded=400)
    found = counted(road, store)
    assert found.treated == Group(people=9, bought=4)
    assert found.recovered == [Recovered(grade="weak", orders=7, revenue=Money(5400, "EUR"))]


def test_nothing_is_claimed_of_the_control_group_or_without_a_message(road: Road) -> None:
    store = neighbour(road.machine, road.clock.now())
    enrolled(road, store, "holdout", 2, 2, grade="none")
    enrolled(road, store, "treated", 2, 2, grade="none")
    assert counted(road, store).recovered == []


def test_each_grade_and_currency_is_counted_by_itself(road: Road) -> None:
    store = neighbour(road.machine, road.clock.now())
    enrolled(road, store, "treated", 1, 1, grade="weak", currency="USD")
    enrolled(road, store, "treated", 2, 2, grade="strong", currency="USD")
    enrolled(road, store, "treated", 3, 3, grade="strong", currency="EUR")
    assert counted(road, store).recovered == [
        Recovered(grade="strong", orders=3, revenue=Money(3000, "EUR")),
        Recovered(grade="strong", orders=2, revenue=Money(2000, "USD")),
        Recovered(grade="weak", orders=1, revenue=Money(1000, "USD")),
    ]
