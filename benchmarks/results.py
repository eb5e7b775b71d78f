"""What was measured: one row each, a table for people, a JSON file for programs."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

LATEST = Path(__file__).parent / "results" / "latest.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure and what was wished for; `goal` None: stated only.

    `details` say what the figure was made of, so that a reader can judge it.
    """

    name: str
    backend: str
    value: float
    unit: str
    goal: float | None = None
    lower_is_better: bool = False
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def met(self) -> bool | None:
        if self.goal is None:
            return None
        return self.value <= self.goal if self.lower_is_better else self.value >= self.goal

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "met": self.met}


def write(rows: Sequence[Row], measured_at: datetime) -> Path:
    """Keep the run, with the machine it was taken on, for whoever compares."""
    LATEST.parent.mkdir(exist_ok=True)
    report = {
        "machine": machine(),
        "date": measured_at.isoformat(timespec="seconds"),
        "rows": [row.as_json() for row in rows],
    }
    LATEST.write_text(json.dumps(report, indent=2, default=str) + "\n", encoding="utf-8")
    return LATEST


def show(rows: Sequence[Row], console: Console) -> None:
    table = Table("what", "on", "value", "goal", "met", "made of")
    for row in rows:
        sign = "≤" if row.lower_is_better else "≥"
        table.add_row(
            row.name,
            row.backend,
            f"{row.value:g} {row.unit}",
            "stated" if row.goal is None else f"{sign} {row.goal:g}",
            {True: "[green]yes[/]", False: "[red]no[/]", None: ""}[row.met],
            ", ".join(f"{name} {value}" for name, value in row.details.items() if name != "note"),
        )
    console.print(table)


def machine() -> dict[str, Any]:
    """Ratios travel between machines; what they were taken on is told beside them."""
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "memory_mib": os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2**20,
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }


def _cpu() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if not cpuinfo.exists():
        return platform.processor()
    lines = cpuinfo.read_text(encoding="utf-8").splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
