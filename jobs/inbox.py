"""Apply what stores delivered, at once."""

from __future__ import annotations

from connector.inbox import actions
from jobs import queues
from jobs.job import Job

JOB = Job(
    name="inbox",
    queue=queues.NOW,
    seconds=2,
    stores=actions.stores_with_work,
    work=actions.apply,
)
