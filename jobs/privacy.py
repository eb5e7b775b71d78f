"""Show and forget, as people asked."""

from __future__ import annotations

from connector.privacy import actions
from jobs import queues
from jobs.job import Job

JOB = Job(
    name="privacy",
    queue=queues.BULK,
    seconds=30,
    stores=actions.stores_with_work,
    work=actions.work,
)
