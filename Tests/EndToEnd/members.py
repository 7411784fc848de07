"""Many small hosts on loopback that come and go, and what each of them lists all the time."""

import http.client
import json
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from backend import Backend
from mesh import Authority, Node
from ports import free_ports

CONFIG = """
version: "v1alpha1"
discovery: {{mdns: off}}
services:
  - type: inference
    name: own
    description: "offered by {name}"
    target_url: "http://127.0.0.1:{port}"
"""


@dataclass
class Span:
    """A time during which a service was there; no end yet while it is."""

    began: float
    ended: float | None = None


class Timeline:
    """When the service of one host was there, by the clock of the test. What ends it is noted before it happens, and what
    begins it too, so that the service is nowhere while it counts as gone."""

    def __init__(self) -> None:
        self._spans: list[Span] = []
        self._lock = threading.Lock()

    def begins(self) -> None:
        with self._lock:
            if not self._spans or self._spans[-1].ended is not None:
                self._spans.append(Span(time.monotonic()))

    def ends(self) -> None:
        with self._lock:
            if self._spans and self._spans[-1].ended is None:
                self._spans[-1].ended = time.monotonic()

    @property
    def is_there(self) -> bool:
        with self._lock:
            return bool(self._spans) and self._spans[-1].ended is None

    def gone_for(self, asked: float, answered: float) -> float:
        """For how long it had been gone when somebody was asked; 0 when it was there at any time until the answer came."""
        with self._lock:
            before = [span for span in self._spans if span.began <= answered]
        if not before or before[-1].ended is None or before[-1].ended >= asked:
            return 0 if before else asked
        return asked - before[-1].ended


class Member(Node):
    """A node that listens on loopback and offers one model while its backend runs."""

    def __init__(self, samnode: str, name: str, folder: Path, authority: Authority, port: int, backend_port: int):
        super().__init__(samnode, name, folder / name, authority.root_key_path,
                         config=CONFIG.format(name=name, port=backend_port), listen=f"/ip4/127.0.0.1/tcp/{port}")
        authority.issue(self.peer, self.token_path, user=name, services=("*",))
        self.port = port
        self.backend_port = backend_port
        self.backend: Backend | None = None
        self.model = f"model/{name}"
        self.timeline = Timeline()
        self.bootstraps: list[str] = []
        # Whether it should answer when it is asked: from its start until somebody ends it.
        self.is_online = False

    @property
    def address(self) -> str:
        return f"/ip4/127.0.0.1/tcp/{self.port}/p2p/{self.peer}"

    def command(self, *changes: str) -> list[str]:
        command = super().command("--log-level", "info", *changes)
        return command + [part for address in self.bootstraps for part in ("--bootstrap", address)]

    @property
    def runs(self) -> bool:
        return self.process is not None and self.process.running

    @property
    def serves(self) -> bool:
        """Whether its service is there, or about to be."""
        return self.timeline.is_there

    def begin(self) -> None:
        """Starts the process, as often as one likes."""
        if self.backend:
            self.timeline.begins()
        self.start()
        self.is_online = True

    def open_backend(self) -> None:
        if self.runs:
            self.timeline.begins()
        self.backend = Backend([self.model], self.backend_port)

    def close_backend(self) -> None:
        self.timeline.ends()
        if self.backend:
            self.backend.close()
        self.backend = None

    def kill(self) -> None:
        self.timeline.ends()
        self.is_online = False
        self.process.kill()

    def end(self) -> None:
        """Asks the process to end, and waits for it."""
        self.timeline.ends()
        self.is_online = False
        assert self.process.stop() == 0, f"{self.name} did not end well"

    def close(self) -> None:
        if self.process:
            self.process.stop()
        if self.backend:
            self.backend.close()


@dataclass
class Look:
    """What one node listed at one time: peers, each with its models."""

    asked: float
    answered: float
    hosts: dict[str, list[str]]


class Reader:
    """Reads the local API of one node over one connection after another."""

    def __init__(self, node: Node):
        self.node = node
        self._connection: http.client.HTTPConnection | None = None

    def get(self, path: str) -> object:
        """The JSON at a path. Raises OSError or HTTPException when the node does not answer."""
        if self._connection is None:
            host, port = self.node.api.removeprefix("http://").rsplit(":", 1)
            self._connection = http.client.HTTPConnection(host, int(port), timeout=5)
        try:
            self._connection.request("GET", path, headers={"Authorization": f"Bearer {self.node.api_token}"})
            response = self._connection.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            self._connection = None
            raise
        if response.status != 200:
            raise OSError(f"{self.node.name} answered {response.status}")
        return json.loads(body)

    def look(self) -> Look:
        asked = time.monotonic()
        entries = self.get("/sam/node/catalog")
        answered = time.monotonic()
        hosts = {entry["peer"]: sorted(model for service in entry["services"] for model in service["models"])
                 for entry in entries}
        return Look(asked, answered, {peer: models for peer, models in hosts.items() if models})


@dataclass
class Sighting:
    """A service on a list although it had been gone for a while."""

    at: float
    by: str
    host: str
    gone_for: float

    def __str__(self) -> str:
        return f"{self.at:7.2f} s: {self.by} lists {self.host}, gone for {self.gone_for:.2f} s"


@dataclass
class Watch:
    """Looks at every node's list all the time, and notes what should not be there."""

    members: list[Member]
    limit: float
    pause: float = 0.5
    began: float = field(default_factory=time.monotonic)
    looks: int = 0
    late: list[Sighting] = field(default_factory=list)
    # For how long each service that ended was listed by the last node that did.
    longest: dict[tuple[str, float], float] = field(default_factory=dict)
    unanswered: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._names = {member.peer: member for member in self.members}
        self._threads = [threading.Thread(target=self._watch, args=(member,), daemon=True) for member in self.members]

    def __enter__(self) -> "Watch":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(10)

    def _watch(self, member: Member) -> None:
        reader, process = Reader(member), None
        while not self._stop.wait(self.pause):
            if not member.is_online:
                continue
            if member.process is not process:
                reader, process = Reader(member), member.process
            try:
                look = reader.look()
            except (OSError, http.client.HTTPException, ValueError) as error:
                if member.process is process and member.is_online:
                    with self._lock:
                        self.unanswered.append(f"{time.monotonic() - self.began:7.2f} s: {member.name}: {error!r}")
                continue
            self._note(look, member)

    def _note(self, look: Look, by: Member) -> None:
        with self._lock:
            self.looks += 1
            for peer in look.hosts:
                host = self._names[peer]
                gone = host.timeline.gone_for(look.asked, look.answered)
                if gone <= 0:
                    continue
                key = (host.name, round(look.asked - gone, 3))
                self.longest[key] = max(self.longest.get(key, 0), gone)
                if gone > self.limit:
                    self.late.append(Sighting(look.asked - self.began, by.name, host.name, gone))


def make_members(samnode: str, folder: Path, count: int, bootstraps: int = 3) -> list[Member]:
    """Members of one mesh, not started. Each begins with the addresses of the first few."""
    authority = Authority(samnode, folder / "authority")
    ports = free_ports(2 * count)
    members = [Member(samnode, f"m{number}", folder, authority, ports[number], ports[count + number])
               for number in range(count)]
    for member in members:
        member.bootstraps = [other.address for other in members[:bootstraps] if other is not member]
    return members
