"""Alive, ready, measured."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from connector import pages
from connector.commerce.models import Checkout
from connector.inbox.models import Delivery
from connector.journeys.models import Enrollment
from connector.machine import Machine
from connector.messages.models import Message

routes = Blueprint("health", __name__)

REDIS_SECONDS = 0.5

_DUE = {
    "inbox": Delivery.due_at,
    "detection": Checkout.due_at,
    "journeys": Enrollment.due_at,
    "messages": Message.due_at,
}


@routes.get("/healthz")
def alive() -> dict[str, str]:
    return {"status": "alive"}


@routes.get("/readyz")
def ready() -> tuple[dict[str, Any], int]:
    """Database and Redis answer; how late the oldest due work is, in seconds, by stage."""
    machine = pages.machine()
    report: dict[str, Any] = {"database": "ok", "redis": redis_state(machine)}
    try:
        report["late_seconds"] = lateness(machine)
    except SQLAlchemyError as problem:
        report["database"] = type(problem).__name__
    healthy = report["database"] == "ok" and report["redis"] in ("ok", "none")
    return report, 200 if healthy else 503


@routes.get("/metrics")
def metrics() -> Response:
    """For Prometheus: work that is due, and how late it is."""
    machine = pages.machine()
    registry = CollectorRegistry()
    late = Gauge("askback_late_seconds", "Age of the oldest due work", ["stage"], registry=registry)
    for stage, seconds in lateness(machine).items():
        late.labels(stage).set(seconds)
    states = Gauge("askback_deliveries", "Deliveries by state", ["state"], registry=registry)
    with machine.database.reading() as session:
        query = select(Delivery.state, func.count().label("total")).group_by(Delivery.state)
        for row in session.execute(query):
            states.labels(row.state).set(row.total)
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def lateness(machine: Machine) -> dict[str, float]:
    """Seconds since the oldest work of each stage fell due; 0 when nothing is late."""
    now = machine.now()
    with machine.database.reading() as session:
        session.execute(text("SELECT 1"))
        oldest = {
            stage: session.scalar(select(func.min(due)).where(due <= now))
            for stage, due in _DUE.items()
        }
    return {
        stage: round((now - moment).total_seconds(), 1) if moment else 0.0
        for stage, moment in oldest.items()
    }


def redis_state(machine: Machine) -> str:
    """ "ok", "none" where none is set, or what went wrong."""
    if not machine.settings.redis_url:
        return "none"
    try:
        with Redis.from_url(
            machine.settings.redis_url,
            socket_timeout=REDIS_SECONDS,
            socket_connect_timeout=REDIS_SECONDS,
        ) as redis:
            redis.ping()
    except (RedisError, OSError, ValueError) as problem:
        return type(problem).__name__
    return "ok"
