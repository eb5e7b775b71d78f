"""A morning in a store: one of every kind of row that the merchant's pages can show."""

from __future__ import annotations

from sqlalchemy import select

from connector.commerce.models import Customer
from connector.consent import actions as consent
from connector.coupons.rules import person_key
from connector.journeys.rules import in_holdout
from tests.fakes import ARABIC_BOOK, HEBREW_MUG, MUG, SHIRT, PracticeStore
from tests.road import Road

ANN, NOA, ALI = "ann@example.com", "noa@example.com", "ali@example.com"
DAN, EVA, IRA = "dan@example.com", "eva@example.com", "ira@example.com"
TEN_PERCENT = {"kind": "percent", "percent": 10, "valid_days": 7, "cooldown_days": 180}


def busy_store(road: Road) -> PracticeStore:
    """Answers with and without a coupon, a failed payment, a holdout, a guest, a refusal."""
    store = road.opens("woocommerce", benefit=TEN_PERCENT)
    store.leaves_checkout(ANN, (MUG, 2), name="Ann Ash")
    store.leaves_checkout(NOA, (HEBREW_MUG, 2), name="נועה כהן", phone="0501234567", locale="he")
    store.fails_payment(NOA)
    store.leaves_checkout(ALI, (ARABIC_BOOK, 1), (SHIRT, 1), name="علي منصور", locale="ar")
    store.leaves_checkout(DAN, (SHIRT, 3), name="Dan Dale")
    store.leaves_checkout(EVA, (MUG, 1), name="Eva Elm", stage="delivery")
    road.settles()
    _unsubscribes(road, DAN)
    road.runs_for(minutes=61)
    road.answers(ANN, "price")
    road.answers(ALI, "help", text="متى يصل التوصيل إلى حيفا؟")
    road.answers(EVA, "not_now", remind_on="2026-12-10")
    road.decides(store, holdout_percent=50)
    store.leaves_checkout(held_out(road, store), (MUG, 1), name="Hal Holt")
    road.runs_for(minutes=61)
    store.leaves_checkout(IRA, (MUG, 1), (SHIRT, 2), name="Ira Iris")
    road.runs_for(minutes=10)
    return store


def held_out(road: Road, practice: PracticeStore) -> str:
    """Somebody whom chance puts into this store's control group of one half."""
    key = road.store_of(practice).key
    people = (f"hal{number}@example.com" for number in range(100))
    return next(one for one in people if in_holdout(key, person_key(one), percent=50))


def _unsubscribes(road: Road, address: str) -> None:
    with road.machine.database.transaction() as session:
        customer = session.scalars(select(Customer).where(Customer.email_key == address)).one()
        consent.unsubscribe(session, customer, road.clock.now(), reason="on the preference page")
