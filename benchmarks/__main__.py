"""`python -m benchmarks [--rows intake,apply]`: measure, print the table, keep the figures."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable

from rich.console import Console

from benchmarks import apply, first_sync, intake, memory, results, sweep
from benchmarks.results import Row
from connector import clock

ROWS: dict[str, Callable[[], Iterable[Row]]] = {
    "intake": intake.measure,
    "apply": apply.measure,
    "sweep": sweep.measure,
    "sync": first_sync.measure,
    "memory": memory.measure,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rows", default=",".join(ROWS), help=f"some of: {', '.join(ROWS)}")
    wanted = parser.parse_args().rows.split(",")
    if unknown := set(wanted) - set(ROWS):
        parser.error(f"no row {', '.join(sorted(unknown))}; there are: {', '.join(ROWS)}")
    begun = clock.now()
    console = Console()
    measured: list[Row] = []
    for name in wanted:
        for row in ROWS[name]():
            measured.append(row)
            console.print(f"{row.name} on {row.backend}: {row.value:g} {row.unit}")
    results.show(measured, console)
    console.print(f"kept in {results.write(measured, begun)}")


if __name__ == "__main__":
    main()
