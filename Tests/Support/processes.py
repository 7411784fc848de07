"""Child processes whose output can be waited for, always with a deadline."""

import contextlib
import json
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from typing import TypeVar

import deadlines
from deadlines import Deadline

Value = TypeVar("Value")

# How long a program may take until it says something, before any deadline of a test begins. Importing py-libp2p takes a
# second and a half of a processor, and reads two thousand files.
START_TIMEOUT = 60.0

_started: list["Process"] = []


def started() -> list["Process"]:
    """Every process that still runs or that ended during the current test."""
    return list(_started)


def forget_ended() -> None:
    for process in _started:
        if not process.running:
            deadlines.forget(process.pid)
    _started[:] = [process for process in _started if process.running]


class Process:
    """A running command. Both its outputs are read all the time, so it never blocks on a full pipe."""

    def __init__(self, name: str, command: list[str], env: dict[str, str] | None = None):
        self.name = name
        self.started_at = time.monotonic()
        self._lines: list[tuple[float, str, str]] = []
        self._changed = threading.Condition()
        self._open_outputs = 2
        self._child = subprocess.Popen(
            command,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        )
        deadlines.watch(self._child.pid)
        for label in ("stdout", "stderr"):
            threading.Thread(target=self._read, args=(label,), daemon=True).start()
        _started.append(self)

    def _read(self, label: str) -> None:
        for line in getattr(self._child, label):
            with self._changed:
                self._lines.append((time.monotonic() - self.started_at, label, line.rstrip("\n")))
                self._changed.notify_all()
        with self._changed:
            self._open_outputs -= 1
            self._changed.notify_all()

    @property
    def running(self) -> bool:
        return self._child.poll() is None

    @property
    def pid(self) -> int:
        return self._child.pid

    def lines(self, label: str | None = None) -> list[str]:
        """The lines written so far to "stdout" or "stderr", or to both."""
        with self._changed:
            return [text for _, source, text in self._lines if label in (None, source)]

    def log(self, last: int = 200) -> str:
        """What the process wrote, each line with the seconds since its start."""
        with self._changed:
            shown = [f"{at:8.3f} {source} {text}" for at, source, text in self._lines[-last:]]
        return "\n".join(shown + [f"({self._state()})"])

    def _state(self) -> str:
        code = self._child.poll()
        return f"{self.name} runs as {self.pid}" if code is None else f"{self.name} ended with {code}"

    def _wait_for_start(self) -> None:
        """Waits until it has written something or has ended, or the time for that is over."""
        self._wait_until(lambda: bool(self._lines) or self._open_outputs == 0, START_TIMEOUT)

    def _wait_until(self, holds: Callable[[], bool], timeout: float) -> bool:
        deadline = Deadline(timeout)
        with self._changed:
            while not holds():
                step = deadline.step
                if step <= 0:
                    return False
                self._changed.wait(step)
        return True

    def _wait(self, find: Callable[[list[str]], Value | None], label: str | None, what: str, timeout: float) -> Value:
        self._wait_for_start()
        deadline = Deadline(timeout)
        with self._changed:
            while True:
                found = find([text for _, source, text in self._lines if label in (None, source)])
                if found is not None:
                    return found
                step = deadline.step
                if step <= 0 or self._open_outputs == 0:
                    why = "its output ended" if self._open_outputs == 0 else f"{timeout:g} s passed"
                    raise AssertionError(f"waited for {what} from {self.name}, but {why} ({self._state()})")
                self._changed.wait(step)

    def wait_for_line(self, pattern: str, timeout: float = 10) -> re.Match[str]:
        """The first line, of either output, in which the pattern occurs."""

        def find(lines: list[str]) -> re.Match[str] | None:
            return next((match for line in lines if (match := re.search(pattern, line))), None)

        return self._wait(find, None, f"a line with {pattern!r}", timeout)

    def events(self, name: str | None = None) -> list[dict]:
        """The JSON objects printed so far to stdout, all of them or those with this name."""
        return _events(self.lines("stdout"), name)

    def wait_for_event(self, name: str, timeout: float = 10, count: int = 1) -> dict:
        """The count-th JSON object on stdout whose "event" has this name."""

        def find(lines: list[str]) -> dict | None:
            found = _events(lines, name)
            return found[count - 1] if len(found) >= count else None

        return self._wait(find, "stdout", f"event {name!r} number {count}", timeout)

    def wait(self, timeout: float = 10) -> int:
        """The exit status, once both outputs are read to their end."""
        self._wait_for_start()
        status = _wait_for_end(self._child, timeout)
        self._wait_until(lambda: self._open_outputs == 0, timeout)
        return status

    def kill(self) -> None:
        """Ends it as a crash would, without a chance to say goodbye."""
        self._child.send_signal(signal.SIGKILL)
        self._child.wait()

    def stop(self, timeout: float = 10) -> int:
        """Asks it to end, and ends it when it does not within the timeout. Returns the exit status."""
        if self.running:
            self._child.send_signal(signal.SIGTERM)
            try:
                _wait_for_end(self._child, timeout)
            except subprocess.TimeoutExpired:
                self.kill()
        return self.wait()

    def __enter__(self) -> "Process":
        return self

    def __exit__(self, *_) -> None:
        self.stop()


def _wait_for_end(child: subprocess.Popen, timeout: float) -> int:
    deadline = Deadline(timeout)
    while (step := deadline.step) > 0:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return child.wait(step)
    return child.wait(0)


def _events(lines: list[str], name: str | None) -> list[dict]:
    events = [json.loads(line) for line in lines if line.startswith("{")]
    return [event for event in events if name in (None, event.get("event"))]


def run(command: list[str], timeout: float = 30, expect: int | None = 0) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end. With expect=None any exit status is fine."""
    child = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadlines.watch(child.pid)
    try:
        stdout, stderr = _outputs(child, timeout)
    finally:
        deadlines.forget(child.pid)
    if expect is not None and child.returncode != expect:
        raise AssertionError(f"{' '.join(command)} ended with {child.returncode}, not {expect}\n{stdout}\n{stderr}")
    return subprocess.CompletedProcess(command, child.returncode, stdout, stderr)


def _outputs(child: subprocess.Popen, timeout: float) -> tuple[str, str]:
    deadline = Deadline(timeout)
    try:
        while (step := deadline.step) > 0:
            with contextlib.suppress(subprocess.TimeoutExpired):
                return child.communicate(timeout=step)
        return child.communicate(timeout=0)
    except BaseException:
        child.kill()
        child.communicate()
        raise


def eventually(check: Callable[[], Value], timeout: float, what: str, pause: float = 0.02) -> Value:
    """Repeats a check until it returns something true; its exceptions count as "not yet"."""
    deadline = Deadline(timeout)
    problem: object = None
    while True:
        try:
            value = check()
            if value:
                return value
            problem = value
        except Exception as error:  # noqa: BLE001 - whatever went wrong may be right a moment later
            problem = repr(error)
        if deadline.remaining <= 0:
            raise AssertionError(f"{what}: not within {timeout:g} s (last: {problem})")
        time.sleep(pause)
