"""Write into the stores what is due there."""

from __future__ import annotations

from connector.writeback import actions
from jobs import queues
from jobs.job import Job

JOB = Job(
    name="writeback",
    queue=queues.SOON,
    seconds=5,
    stores=actions.stores_with_work,
    work=actions.work,
)
