"""Finding silent checkouts among a million, against the same claim in hand-written SQL.

What is compared is the claim: due checkouts are marked as abandoned, batch by batch, each batch
committed. What follows from it (cases, holdout, enrollments, the timeline) is told beside it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from statistics import median
from typing import Any

from sqlalchemy import bindparam, func, select, text

from benchmarks.ground import BACKENDS, Ground, ground
from benchmarks.results import Row
from connector.database import Utc
from connector.detection import actions
from connector.detection.models import Case

FEW, MANY = 20_000, 1_000_000
DUE = 10_000
OPENED = 2_000
"""Due checkouts of the figure that is told beside: opening a case costs far more than claiming."""

TURNS = 5
GOAL = 1.5

_PEOPLE = """
INSERT INTO customers (store_id, external_id, email, email_key, phone, first_name, last_name,
    locale, country, versions, created_at)
WITH RECURSIVE series(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM series WHERE i < :last)
SELECT :store, 'c' || i, 'shopper' || i || '@example.com', 'shopper' || i || '@example.com', '',
    'Ann', 'Ash', 'he', 'IL', {empty_object}, :now FROM series
"""
_CHECKOUTS = """
INSERT INTO checkouts (store_id, external_id, cart_token, customer_id, email_key, state, stage,
    payment_failed, payment_failure, payment_method, currency, total_minor, coupon_codes,
    recovery_url, locale, note, version, created_at, updated_at, silent_since, due_at, passed_over)
WITH RECURSIVE series(i) AS
    (SELECT CAST(:first AS bigint) UNION ALL SELECT i + 1 FROM series WHERE i < :last)
SELECT :store, 'x' || i, 't' || i, (SELECT min(id) FROM customers) + i % {due},
    'shopper' || i % {due} || '@example.com', 'open', 5, FALSE, '', 'card', 'ILS', 9900,
    {empty_list}, 'https://practice.example.com/recover/' || i, 'he', '', 'v', :now, :now, :now,
    :later, '' FROM series
"""
_MAKE_DUE = (
    "UPDATE checkouts SET due_at = :now, state = 'open', abandoned_at = NULL WHERE id <= :last"
)
_CLAIM = """
WITH due AS (SELECT id FROM checkouts WHERE due_at IS NOT NULL AND due_at <= {mark}
    ORDER BY due_at LIMIT {batch} {locking})
UPDATE checkouts SET due_at = NULL, state = 'abandoned', abandoned_at = {mark}
WHERE id IN (SELECT id FROM due)
RETURNING id, store_id, customer_id, silent_since, external_id
"""


def measure() -> Iterator[Row]:
    """One row per database: our claim's time as a multiple of the bare SQL's."""
    for backend in BACKENDS:
        with ground(backend) as place:
            yield _measure(place, backend)


def _measure(place: Ground, backend: str) -> Row:
    _tell(place, _PEOPLE, store=place.store_ids["shopify"], last=DUE)
    _grow(place, 1, FEW)
    few, _ = _turns(place)
    _grow(place, FEW + 1, MANY)
    many, bare = _turns(place)
    ratios = sorted(a / b for a, b in zip(many, bare, strict=True))
    return Row(
        name="sweep",
        backend=backend,
        value=round(median(ratios), 2),
        unit="ratio",
        goal=GOAL,
        lower_is_better=True,
        details={
            "open": MANY,
            "due": DUE,
            "claimed_per_second": round(DUE / median(many)),
            "bare_sql_per_second": round(DUE / median(bare)),
            "lowest": round(ratios[0], 2),
            "highest": round(ratios[-1], 2),
            "time_per_row_against_20_thousand_open": round(median(many) / median(few), 2),
            "cases_opened_per_second": round(_cases_per_second(place)),
        },
    )


def _turns(place: Ground) -> tuple[list[float], list[float]]:
    """Seconds of our claim and of the bare one, taken in turns over the same rows."""
    ours, bare = [], []
    for _ in range(TURNS):
        ours.append(_timed(place, _claim_all))
        bare.append(_timed(place, _claim_all_bare))
    return ours, bare


def _timed(place: Ground, claim_all: Callable[[Ground], int]) -> float:
    _tell(place, _MAKE_DUE, last=DUE)
    _tidy(place)
    begun = time.perf_counter()
    claimed = claim_all(place)
    seconds = time.perf_counter() - begun
    assert claimed == DUE, claimed
    return seconds


def _tidy(place: Ground) -> None:
    """What the turn before left to do is done before this one's time counts."""
    database = place.machine.database
    with closing(database.own_connection()) as connection:
        if database.is_sqlite:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        else:
            connection.execute("VACUUM (ANALYZE) checkouts")


def _claim_all(place: Ground) -> int:
    now, total = place.machine.now(), 0
    while True:
        with place.machine.database.transaction() as session:
            claimed = len(actions.claim(session, now))
        if not claimed:
            return total
        total += claimed


def _claim_all_bare(place: Ground) -> int:
    database, total = place.machine.database, 0
    dialect = database.engine.dialect
    now = Utc().bind_processor(dialect)(place.machine.now())
    statement = _CLAIM.format(
        mark="?" if database.is_sqlite else "%s",
        locking="" if database.is_sqlite else "FOR UPDATE SKIP LOCKED",
        batch=actions.SWEEP_BATCH,
    )
    with closing(database.own_connection()) as connection:
        while claimed := connection.execute(statement, (now, now)).fetchall():
            total += len(claimed)
    return total


def _cases_per_second(place: Ground) -> float:
    _tell(place, _MAKE_DUE, last=OPENED)
    begun = time.perf_counter()
    now = place.machine.now()
    claimed = True
    while claimed:
        with place.machine.database.transaction() as session:
            claimed = bool(actions.sweep(session, now))
    seconds = time.perf_counter() - begun
    with place.machine.database.reading() as session:
        opened = session.scalar(select(func.count()).select_from(Case))
    assert opened == OPENED, opened
    return OPENED / seconds


def _grow(place: Ground, first: int, last: int) -> None:
    later = place.machine.now() + timedelta(days=1)
    _tell(place, _CHECKOUTS, store=place.store_ids["shopify"], first=first, last=last, later=later)


def _tell(place: Ground, statement: str, **facts: Any) -> None:
    cast = "" if place.machine.database.is_sqlite else "::jsonb"
    written = statement.format(empty_list=f"'[]'{cast}", empty_object=f"'{{}}'{cast}", due=DUE)
    times = [bindparam(name, type_=Utc()) for name in ("now", "later") if f":{name}" in written]
    with place.machine.database.transaction() as session:
        total = {"now": place.machine.now(), **facts}
        used = {name: value for name, value in total.items() if f":{name}" in written}
        session.execute(text(written).bindparams(*times), used)
