"""Network namespaces, one for each node, with a router between them that delays packets and, if told so, loses some."""

import ctypes
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CLONE_NEWNET = 0x40000000
ROUTER = Path(__file__).with_name("router.py")


class Islands:
    """As many namespaces as nodes. Their names have the number of this process, so that two runs do not meet."""

    def __init__(self, count: int, delay_milliseconds: float, *conditions: str):
        """The conditions are further options of the router."""
        self.names = [f"sam-{os.getpid()}-{number}" for number in range(count)]
        self.addresses = [f"10.77.{number}.1" for number in range(count)]
        self._made: list[str] = []
        self._router: subprocess.Popen | None = None
        _remove_leftovers()
        try:
            for name in self.names:
                subprocess.run(["ip", "netns", "add", name], check=True)
                self._made.append(name)
            places = [f"{name}={address}" for name, address in zip(self.names, self.addresses, strict=True)]
            self._router = subprocess.Popen(
                [sys.executable, str(ROUTER), *conditions, str(delay_milliseconds), *places],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            if self._router.stdout.readline() != "ready\n":
                raise AssertionError("the router did not start")
        except BaseException:
            self.close()
            raise

    def command(self, number: int, command: list[str]) -> list[str]:
        """The command, to be run in one namespace."""
        return ["ip", "netns", "exec", self.names[number], *command]

    @contextmanager
    def inside(self, number: int) -> Iterator[None]:
        """Sockets that this thread makes meanwhile belong to the namespace for ever."""
        libc = ctypes.CDLL(None, use_errno=True)
        with open("/proc/thread-self/ns/net") as home, open(f"/run/netns/{self.names[number]}") as away:
            if libc.setns(away.fileno(), CLONE_NEWNET) != 0:
                raise OSError(ctypes.get_errno(), "setns failed")
            try:
                yield
            finally:
                libc.setns(home.fileno(), CLONE_NEWNET)

    def sent(self) -> list[dict[str, int]]:
        """Packets, bytes of IP, bytes of TCP payload and UDP packets that each namespace has sent to others so far."""
        self._router.stdin.write("\n")
        self._router.stdin.flush()
        report = json.loads(self._router.stdout.readline())
        return [report[address] for address in self.addresses]

    def close(self) -> None:
        try:
            if self._router:
                self._router.stdin.close()
                self._router.wait(10)
        except subprocess.TimeoutExpired:
            self._router.kill()
            self._router.wait()
        finally:
            for name in self._made:
                subprocess.run(["ip", "netns", "del", name], check=False)
            self._made = []


def _remove_leftovers() -> None:
    """A run that was killed leaves its namespaces behind, and nobody else removes them."""
    for path in Path("/run/netns").glob("sam-*"):
        owner = re.fullmatch(r"sam-(\d+)-\d+", path.name)
        if owner and not Path("/proc", owner[1]).exists():
            subprocess.run(["ip", "netns", "del", path.name], check=False)


def obstacle() -> str | None:
    """Why there can be no islands here; None when nothing is in the way."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    if not Path("/dev/net/tun").exists():
        return "there is no /dev/net/tun"
    probe = f"sam-{os.getpid()}-probe"
    try:
        made = subprocess.run(["ip", "netns", "add", probe], capture_output=True, text=True)
    except FileNotFoundError:
        return "there is no program ip (Debian: iproute2)"
    if made.returncode != 0:
        return f"no network namespace can be made: {made.stderr.strip()}"
    subprocess.run(["ip", "netns", "del", probe], check=False)
    return None
