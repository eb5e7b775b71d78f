"""Every kind of background work, by its name, in the order of the road."""

from __future__ import annotations

from connector.registry import Registry
from jobs import detection, inbox, journeys, messages, privacy, writeback
from jobs.job import Job

_ALL = (inbox.JOB, detection.JOB, journeys.JOB, messages.JOB, writeback.JOB, privacy.JOB)

JOBS: Registry[Job] = Registry("job", {one.name: one for one in _ALL})
