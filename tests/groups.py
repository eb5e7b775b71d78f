"""Which tests stay together on one worker: what is dear to start is started once.

xdist's own mark for it (`xdist_group`) has no effect with pytest 9.2, whose items keep their ids
where xdist 3.8 does not look: every worker started a Chromium and parsed the whole source.
"""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling

GROUPS = {
    "tests/browser/": "browser",
    "tests/architecture/test_shape.py": "shape",
    # Six processes at once: one such test at a time. Begun first, they are not waited for at last.
    "tests/connector/test_supervisor.py": "processes",
    "tests/demo/": "processes",
    "tests/promises/test_1_answered_is_kept.py": "processes",
    "tests/promises/test_3_not_twice.py": "processes",
    "tests/promises/test_8_bad_input.py": "processes",
}


class Together(LoadScopeScheduling):
    """The largest groups first, then every other test by itself."""

    def _split_scope(self, nodeid: str) -> str:
        if "postgres" in nodeid or "[pg" in nodeid:
            return "postgres"  # a server of its own
        groups = (group for start, group in GROUPS.items() if nodeid.startswith(start))
        return next(groups, nodeid)
