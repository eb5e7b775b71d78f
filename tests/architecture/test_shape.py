"""Files and functions stay small enough to read; nothing sleeps, and one place knows the time."""

from __future__ import annotations

import ast

from tests.architecture import code

LONGEST_FILE = 400
LONGEST_FUNCTION = 40

# Waiting for the outside (a provider's rate limit, a dying parent) is no waiting for work.
MAY_SLEEP = {
    "adapters/http.py": "a store that says Retry-After is waited for, within the call's patience",
    "connector/commands/syncing.py": "a command that shows how far another process has come",
    "connector/lifeline.py": "a thread that watches whether the parent process still lives",
    "connector/valkey.py": "a forked watcher, where the kernel does not tell of a parent's death",
}
KNOWS_THE_TIME = {"connector/clock.py"}
_NOW = ("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "datetime.datetime.now")


def test_every_file_says_in_its_first_line_what_it_tells() -> None:
    silent = [name for name, tree in code.modules().items() if not ast.get_docstring(tree)]
    assert silent == []


def test_no_file_is_longer_than_it_can_be_read() -> None:
    lengths = {name: (code.ROOT / name).read_text("utf-8").count("\n") for name in code.modules()}
    assert {name: n for name, n in lengths.items() if n > LONGEST_FILE} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    lengths = {
        f"{name}:{one.name}": (one.end_lineno or one.lineno) - one.lineno + 1
        for name, tree in code.modules().items()
        for one in code.functions(tree)
    }
    assert {name: n for name, n in lengths.items() if n > LONGEST_FUNCTION} == {}


def test_nothing_sleeps_but_who_waits_for_the_outside() -> None:
    sleeping = {name for name, called in code.calls().items() if {"time.sleep", "sleep"} & called}
    assert sleeping <= set(MAY_SLEEP)


def test_the_time_is_asked_in_one_place() -> None:
    asking = {
        name for name, called in code.calls().items() if any(call.endswith(_NOW) for call in called)
    }
    assert asking == KNOWS_THE_TIME


def test_nothing_that_holds_money_makes_floats() -> None:
    ours = ("connector/money", "connector/records", "connector/commerce", "connector/coupons")
    assert [
        name for name, called in code.calls().items() if name.startswith(ours) and "float" in called
    ] == []
