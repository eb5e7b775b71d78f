"""A real queue and a real machine for the jobs' tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from connector import bootstrap, settings
from connector.machine import Machine
from jobs import queues
from jobs.bell import Bell
from tests.road import environment
from tests.valkeys import Valkey


@pytest.fixture(scope="session")
def one_valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    server = Valkey(tmp_path_factory.mktemp("valkey"))
    server.start()
    yield server
    server.kill()


@pytest.fixture
def redis(one_valkey: Valkey) -> Iterator[Redis]:
    """An empty Redis; tests of one process run one after another."""
    with queues.connect(one_valkey.url) as client:
        client.flushall()
        yield client


@pytest.fixture
def bell(redis: Redis) -> Bell:
    return Bell(redis)


@pytest.fixture
def machine(one_valkey: Valkey, sqlite_url: str, tmp_path: Path) -> Iterator[Machine]:
    built = bootstrap.build(
        settings.read(environment(tmp_path, sqlite_url, REDIS_URL=one_valkey.url))
    )
    yield built
    built.database.close()
