"""Deadlines that other work on the machine does not bring nearer.

A program that gets no processor is not slow. Linux tells how long each thread was ready to run and did not (schedstat, see
proc(5)); that time does not count. Elsewhere deadlines are plain ones.
"""

import glob
import os
import time


class Starvation:
    """How long a process has waited for a processor, as far as it was looked at."""

    def __init__(self, pid: int):
        self._pattern = f"/proc/{pid}/task/*/schedstat"
        self._most = 0.0

    @property
    def seconds(self) -> float:
        """Never falls, though the figures of threads go with them."""
        total = 0
        for path in glob.glob(self._pattern):
            try:
                with open(path) as file:
                    total += int(file.read().split()[1])
            except (OSError, IndexError, ValueError):
                continue
        self._most = max(self._most, total / 1e9)
        return self._most


_watched: dict[int, Starvation] = {os.getpid(): Starvation(os.getpid())}
# What processes had waited that are watched no more, so that the sum never falls either.
_past = 0.0


def watch(pid: int) -> None:
    """Counts the waiting of a process from now on."""
    _watched[pid] = Starvation(pid)


def forget(pid: int) -> None:
    """Counts it no more; what it has waited stays."""
    global _past
    gone = _watched.pop(pid, None)
    if gone:
        _past += gone.seconds


def waited() -> float:
    """Seconds in which the tests and the processes they started wanted a processor and got none."""
    return _past + sum(each.seconds for each in list(_watched.values()))


class Deadline:
    """So many seconds from now on, without those in which the machine was busy with something else."""

    # What is slept at most until the time that does not count is looked at again.
    STEP = 1.0

    def __init__(self, seconds: float):
        self._end = time.monotonic() + seconds
        self._waited = waited()

    @property
    def remaining(self) -> float:
        """Seconds until it is over, not counting those that will not count; negative afterwards."""
        left = self._end - time.monotonic()
        return left if left > 0 else left + waited() - self._waited

    @property
    def step(self) -> float:
        """How long to wait now before looking again; zero when it is over."""
        return max(0.0, min(self.remaining, self.STEP))
