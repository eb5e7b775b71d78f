"""Every kind of background work, by its name, in the order of the road."""

from __future__ import annotations

from connector.registry import Registry
from jobs import connecting, detection, inbox, journeys, messages
from jobs.job import Job

JOBS: Registry[Job] = Registry(
    "job",
    {
        one.name: one
        for one in (connecting.JOB, inbox.JOB, detection.JOB, journeys.JOB, messages.JOB)
    },
)
