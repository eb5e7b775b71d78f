"""A process loads what it works with, and nothing more."""

from __future__ import annotations

import subprocess
import sys

import pytest
from click.testing import CliRunner

from connector import cli

LOOK = (
    "import sys; from connector.cli import main;"
    " main(['web', '--help'], standalone_mode=False);"
    " print(*sorted({'sqlalchemy', 'flask', 'redis', 'requests', 'alembic'} & set(sys.modules)))"
)


def test_the_server_that_starts_the_server_loads_neither_database_nor_web() -> None:
    told = subprocess.run(
        [sys.executable, "-c", LOOK], capture_output=True, text=True, timeout=60, check=True
    )
    assert "Serve webhooks" in told.stdout
    assert told.stdout.splitlines()[-1] == ""  # the names that it had to tell


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_is_found_where_the_table_says_and_tells_what_it_does(name: str) -> None:
    told = CliRunner().invoke(cli.main, [name, "--help"])
    assert (told.exit_code, f"Usage: main {name}" in told.output) == (0, True)
