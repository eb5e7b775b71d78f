"""Two shoppers, and every place of the database where one of them may be named."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import LargeBinary, select

from connector.inbox.intake import unpack
from connector.tables import MODULES
from tests.fakes import MUG, PracticeStore
from tests.road import Road

ANN, BEA = "ann@example.com", "bea@example.com"
TEN_PERCENT = {"kind": "percent", "percent": 10, "valid_days": 7, "cooldown_days": 180}
HER_WORDS = "cheaper at my sister's"


def shops(road: Road, platform: str) -> PracticeStore:
    """Ann is asked, answers, gets a coupon and buys; Bea is asked."""
    store = road.opens(platform, benefit=TEN_PERCENT, alert_email="merchant@example.com")
    if platform == "shopify":
        store.registers(ANN, name="Ann Ashberry")
    store.leaves_checkout(ANN, (MUG, 2), name="Ann Ashberry", phone="+972501234567")
    store.leaves_checkout(BEA, (MUG, 1), name="Bea Birch")
    road.runs_for(minutes=61)
    road.answers(ANN, "price", text=HER_WORDS)
    road.clock.advance(minutes=5)
    store.buys(ANN, name="Ann Ashberry")
    road.settles()
    return store


def everything(road: Road) -> Iterator[tuple[str, str]]:
    """Every value of every table as text, raw bodies opened."""
    tables = {table for module in MODULES for table in _tables(module)}
    with road.machine.database.reading() as session:
        for table in sorted(tables, key=lambda one: str(one.name)):
            for row in session.execute(select(table)).mappings():
                for column in table.columns:
                    value = row[column.name]
                    if isinstance(column.type, LargeBinary) and table.name == "deliveries":
                        value = unpack(value).decode()
                    yield f"{table.name}.{column.name}", str(value)


def _tables(module: object) -> list[object]:
    found = [getattr(module, name) for name in dir(module)]
    return [one.__table__ for one in found if hasattr(one, "__table__")]


def mentions(road: Road, *words: str) -> set[str]:
    return {
        place for place, text in everything(road) for word in words if word.lower() in text.lower()
    }
