"""Hosts on a bad network: each has a node and a backend of its own, and some a firewall."""

import os
import re
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from asking import ask
from backend import Backend
from firewall import Firewall
from islands import Islands
from mesh import Authority
from processes import Process, eventually, run
from real import PORT, IslandNode

BACKEND_PORT = 9_000
DEMO_PORT = 9_100
DEMO_MODEL = "sam-demo"

# Multicast DNS is off, so that nobody finds the others but by addresses.
CONFIG = """
version: "v1alpha1"
discovery: {{mdns: off}}
services:
  - type: inference
    name: own
    description: "offered by host {number}"
    target_url: "http://127.0.0.1:9000"
"""

DEMO_SERVICE = """
  - type: inference
    name: demo
    description: "The demo model"
    target_url: "http://127.0.0.1:9100"
"""

# Asking a dozen nodes how they are must not take the processor from them.
POLL_PAUSE = 0.25

_LOG_LINE = re.compile(r"^(\S+Z) \S+ +(linked with|lists) (\S+)")


@dataclass
class Joining:
    """Of one node, in seconds since its process was started."""

    linked: float
    complete: float


class Host(IslandNode):
    backend: Backend
    launched_at: float
    # The local API is asked over its Unix socket, where a host's name says nothing.
    api = "http://localhost"

    def launch(self, *changes: str) -> Process:
        self.launched_at = time.time()
        return super().launch(*changes)

    def command(self, *changes: str) -> list[str]:
        """The node does not outlive the tests, even if they are killed."""
        return ["setpriv", "--pdeathsig", "KILL", *super().command(*changes)]

    @property
    def model(self) -> str:
        """What its own backend serves, and nobody else's."""
        return f"host-{self.number}"

    def counters(self) -> dict[str, int]:
        return {counter["name"]: counter["value"] for counter in self.report("/sam/node/status")["counters"]}

    def listed(self) -> set[str]:
        """The peers whose entries its catalog has."""
        return {entry["peer"] for entry in self.report("/sam/node/catalog")}

    def providers(self, service: str) -> list[str]:
        """The peers at which it finds a service."""
        return [found["peer_id"] for found in
                self.report("/sam/service/discover", type="inference", name=service)]

    def wide_status(self) -> dict[str, str]:
        """What samnode status --wide says, by the first word of each line."""
        shown = run([self.binary, "status", "--wide", "--socket-path", str(self.socket_path)]).stdout
        return {words[0]: words[1] for line in shown.splitlines() if len(words := line.split(None, 1)) == 2}

    def ask(self, model: str) -> float:
        """Has its node answer a chat, and returns the seconds that it took."""
        began = time.monotonic()
        with self.sdk_over_socket() as client:
            assert ask(client, model).choices[0].message.content
        return time.monotonic() - began

    def joining(self, peers: set[str]) -> Joining:
        """When it had its first link, and when it had listed all these peers, as its log says."""
        linked = complete = None
        missing = set(peers)
        for line in self.process.lines("stderr"):
            match = _LOG_LINE.match(line)
            if match is None:
                continue
            since = datetime.fromisoformat(match[1]).timestamp() - self.launched_at
            if match[2] == "linked with":
                linked = since if linked is None else linked
            elif match[3] in missing:
                missing.remove(match[3])
                complete = since if not missing else None
        assert linked is not None and complete is not None, f"{self.name} logged no link, or not all entries"
        return Joining(linked, complete)


@dataclass
class Network:
    """A mesh of hosts. The first is whom all others begin with; the second has a demo model once that is started."""

    binary: str
    folder: Path
    islands: Islands
    hosts: list[Host] = field(default_factory=list)
    firewalls: dict[int, Firewall] = field(default_factory=dict)
    demo: Process | None = None

    def __post_init__(self):
        authority = Authority(self.binary, self.folder / "authority")
        for number, address in enumerate(self.islands.addresses):
            config = CONFIG.format(number=number) + (DEMO_SERVICE if number == 1 else "")
            host = Host(self.binary, f"host-{number}", self.folder / str(number), authority.root_key_path,
                        config=config, listen=f"/ip4/{address}/tcp/{PORT}")
            host.number, host.islands, host.log_level, host.bootstraps = number, self.islands, "debug", []
            authority.issue(host.peer, host.token_path, user=host.name, services=("*",))
            with self.islands.inside(number):
                host.backend = Backend([host.model], BACKEND_PORT)
            self.hosts.append(host)

    def peers(self, hosts: Iterable[Host] | None = None) -> set[str]:
        return {host.peer for host in (self.hosts if hosts is None else hosts)}

    def launch(self, hosts: Iterable[Host], bootstraps: list[str]) -> None:
        """Starts processes, and waits for none. They end with the thread that starts them."""
        for host in hosts:
            host.bootstraps = [address for address in bootstraps if address != host.address]
            host.launch()

    def stop(self, hosts: list[Host]) -> list[int]:
        """Asks all of them to end at once. Returns their exit statuses."""
        with ThreadPoolExecutor(len(hosts)) as pool:
            return list(pool.map(lambda host: host.process.stop(timeout=15), hosts))

    def wait_until_joined(self, hosts: Iterable[Host], peers: set[str], timeout: float) -> None:
        """Until each host has a link and lists at least these peers."""
        deadline = time.monotonic() + timeout

        def missing(host: Host) -> set[str]:
            return peers - host.listed()

        for host in hosts:
            remaining = max(0.0, deadline - time.monotonic())
            eventually(lambda host=host: host.link_count() > 0 and not missing(host), remaining,
                       f"{host.name} has a link and lists {len(peers)} peers", POLL_PAUSE)

    def start_demo(self) -> None:
        command = [self.binary, "demo-backend", "--port", str(DEMO_PORT), "--tokens-per-second", "0"]
        self.demo = Process("demo backend", ["setpriv", "--pdeathsig", "KILL", *self.islands.command(1, command)],
                            {"PATH": os.environ["PATH"], "HOME": str(self.folder)})

    def close(self) -> None:
        for process in [self.demo, *(host.process for host in self.hosts)]:
            if process and process.running:
                process.kill()
        for host in self.hosts:
            host.backend.close()


def spread(name: str, seconds: Iterable[float]) -> str:
    """One line with the least, the middle and the most of what was measured."""
    ordered = sorted(seconds)
    return f"{name}: {ordered[0]:.1f} / {ordered[len(ordered) // 2]:.1f} / {ordered[-1]:.1f} s"
