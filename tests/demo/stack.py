"""The product itself, as its users run it: `askback up` and the command line."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import requests

PATIENCE_SECONDS = 60.0


class Stack:
    """`askback up` in a folder of its own."""

    def __init__(self, home: Path, port: int, variables: Mapping[str, str]) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._log = home / "up.log"
        self._environ = {
            **{name: text for name, text in os.environ.items() if name not in _OURS},
            "ASKBACK_HOME": str(home),
            "PORT": str(port),
            "PUBLIC_URL": self.url,
            "ALLOW_PRIVATE_ADDRESSES": "1",
            **variables,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when it is ready. Raises RuntimeError with its last words when it is not."""
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "connector", "up"],
                env=self._environ, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self._ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                words = self._log.read_text(errors="replace")[-2000:]
                raise RuntimeError(f"askback up did not come up:\n{words}")
            time.sleep(0.1)

    def _ready(self) -> bool:
        try:
            return requests.get(f"{self.url}/readyz", timeout=2).status_code == 200
        except requests.RequestException:
            return False

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(30)

    def command(self, *words: str) -> str:
        """What `askback WORDS` prints. Raises RuntimeError with its complaint when it fails."""
        done = subprocess.run(
            [sys.executable, "-m", "connector", *words],
            env=self._environ, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        if done.returncode != 0:
            raise RuntimeError(f"askback {' '.join(words)}: {done.stderr.strip()}")
        return done.stdout.strip()

    def answers(self, *words: str) -> Any:
        """The JSON that a command prints."""
        return json.loads(self.command(*words))


_OURS = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "SECRET_KEY_FILE", "SMTP_URL", "MAIL_FROM"}
"""A demonstration leaves the host's real data, queue and mail server alone."""
