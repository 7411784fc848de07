"""Running the interop tests many times in a row, and saying how many runs passed.

SAMNODE_RUNS=50 runs every selected test fifty times: all of them once, then all of them again, and so on. Without it each
runs once.
"""

import os
from collections import Counter

import pytest

RUNS = max(1, int(os.environ.get("SAMNODE_RUNS", "1")))
PARAMETER = "run"


class Runs:
    """What became of the tests of each run."""

    def __init__(self) -> None:
        self._passed: Counter[int] = Counter()
        self._failed: dict[int, list[str]] = {}

    def note(self, run: int, report: pytest.TestReport) -> None:
        if report.failed:
            self._failed.setdefault(run, []).append(report.nodeid)
        elif report.when == "call" and report.passed:
            self._passed[run] += 1

    @property
    def lines(self) -> list[str]:
        runs = sorted(set(self._passed) | set(self._failed))
        good = [run for run in runs if run not in self._failed]
        first = next((run for run in range(1, RUNS + 1) if run not in good), RUNS + 1)
        lines = [
            f"{len(good)} of {RUNS} runs passed, {first - 1} in a row from the first; "
            f"{sum(self._passed.values())} tests passed"
        ]
        return lines + [f"run {run}: {name}" for run in sorted(self._failed) for name in self._failed[run]]


def run_of(item: pytest.Item) -> int:
    """Which run a collected test belongs to."""
    spec = getattr(item, "callspec", None)
    return spec.params.get(PARAMETER, 1) if spec else 1
