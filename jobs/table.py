"""Every kind of background work, by its name, in the order of the road."""

from __future__ import annotations

from connector.registry import Registry
from jobs import (
    connecting,
    detection,
    inbox,
    journeys,
    messages,
    privacy,
    sync,
    webhooks,
    writeback,
)
from jobs.job import Job

_ALL = (
    connecting.JOB, inbox.JOB, webhooks.JOB, sync.JOB, detection.JOB, journeys.JOB, messages.JOB,
    writeback.JOB, privacy.JOB,
)  # fmt: skip

JOBS: Registry[Job] = Registry("job", {one.name: one for one in _ALL})
