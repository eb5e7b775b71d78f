"""The demonstration that the README promises, told once."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.crash
@pytest.mark.timeout(240)
def test_a_cart_comes_back_on_both_platforms(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "connector", "demo", "--once"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, timeout=230, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert {name: told[name] for name in ("asked", "answered", "coupons", "recovered")} == {
        "asked": 4, "answered": 4, "coupons": 2, "recovered": 3,
    }  # fmt: skip
    assert told["revenue"] > 0
