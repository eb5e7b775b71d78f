"""What came back, and how sure we are of it."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from flask import Response

from connector import pages
from connector.attribution.rules import WINDOW
from connector.dashboard import desk, queries_results, rules

routes = desk.guarded("results")


@routes.get("/results")
def shown() -> Response:
    with pages.machine().database.reading() as session:
        own = desk.stores(session)
        if not own:
            return desk.page("no_store.html", section="results")
        store = desk.store(session, desk.store_asked())
        found = queries_results.results(session, store.id)
    return desk.page(
        "results.html",
        section="results",
        stores=own,
        store=store,
        results=found,
        rate=_whole_percent(found.answered, found.asked),
        most=max(found.reasons.values(), default=0),
        days=WINDOW.days,
        least=rules.LEAST_PEOPLE,
    )


def _whole_percent(part: int, whole: int) -> int:
    if not whole:
        return 0
    return int((Decimal(part) * 100 / whole).quantize(Decimal(1), rounding=ROUND_HALF_UP))
