"""The real mesh: processes, what they are told, and what they are seen to do."""

import re
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import httpx2
from islands import Islands
from mesh import Authority, Node
from models import ModelServer
from processes import eventually, run

PORT = 5_002
BACKENDS = (9_000, 9_001)

CONFIG = """
version: "v1alpha1"
services:
  - type: inference
    name: service-0
    description: "offered by node {number}"
    target_url: "http://127.0.0.1:9000"
  - type: inference
    name: service-1
    description: "offered by node {number}"
    target_url: "http://127.0.0.1:9001"
"""

_LOG_LINE = re.compile(r"^(\S+Z) \S+ +(?:lists (\S+) with sequence (\d+)|sends (\w+) of (\d+) bytes)")


@dataclass
class Observation:
    """What nodes were seen to do, in milliseconds since 1970."""

    # (publisher, sequence): when it was signed.
    published: dict[tuple[int, int], int] = field(default_factory=dict)
    # (publisher, sequence, node): when that node listed it.
    listed: dict[tuple[int, int, int], int] = field(default_factory=dict)
    # (moment, kind, bytes), for each message that a node sent.
    sent: list[tuple[int, str, int]] = field(default_factory=list)


class IslandNode(Node):
    """A node in a namespace of its own; its local API is asked over its Unix socket."""

    number: int
    islands: Islands
    bootstraps: list[str]
    log_level: str

    def command(self, *changes: str) -> list[str]:
        usual = super().command("--log-level", self.log_level, *changes)
        return self.islands.command(
            self.number, [*usual, *(part for address in self.bootstraps for part in ("--bootstrap", address))])

    def report(self, path: str, **parameters: str):
        """What the local API answers, read from JSON."""
        transport = httpx2.HTTPTransport(uds=str(self.socket_path))
        with httpx2.Client(transport=transport, base_url="http://localhost", timeout=15) as client:
            return client.get(path, params=parameters).raise_for_status().json()

    def link_count(self) -> int:
        return self.report("/sam/node/status")["links"]

    @property
    def address(self) -> str:
        return f"/ip4/{self.islands.addresses[self.number]}/tcp/{PORT}/p2p/{self.peer}"


class RealMesh:
    def __init__(self, binary: str, folder: Path, islands: Islands, bootstraps: int, log_level: str):
        self.islands = islands
        self.folder = folder
        self._bootstraps = bootstraps
        self.authority = Authority(binary, folder / "authority")
        self.nodes: list[IslandNode] = []
        self.backends: list[list[ModelServer]] = []
        for number in range(len(islands.names)):
            node = IslandNode(
                binary, f"node-{number}", folder / str(number), self.authority.root_key_path,
                config=CONFIG.format(number=number), listen=f"/ip4/{islands.addresses[number]}/tcp/{PORT}")
            node.number, node.islands, node.log_level = number, islands, log_level
            # As in the simulator: every service everywhere, and nothing about a person.
            run([binary, "authority", "issue", "--data-dir", str(self.authority.folder), "--peer", node.peer,
                 "--service", "*", "--ttl", "8760h", "--out", str(node.token_path)])
            with islands.inside(number):
                self.backends.append([ModelServer(BACKENDS[0], models(number, 0)), ModelServer(BACKENDS[1], None)])
            self.nodes.append(node)

    def bring_up(self, starts: list[int]) -> None:
        """Starts each node at its moment, in milliseconds from now."""
        known = [node.address for node in self.nodes[: self._bootstraps]]
        began = time.monotonic()
        for number in sorted(range(len(starts)), key=lambda number: (starts[number], number)):
            time.sleep(max(0.0, starts[number] / 1_000 - (time.monotonic() - began)))
            node = self.nodes[number]
            node.bootstraps = known
            node.launch()

    def wait_until_complete(self, timeout: float) -> None:
        def is_complete(node: IslandNode) -> bool:
            found = re.findall(r"lists (\S+) with", "\n".join(node.process.lines("stderr")))
            return len(set(found)) == len(self.nodes)

        for node in self.nodes:
            eventually(lambda node=node: is_complete(node), timeout, f"{node.name} lists all nodes")

    def update(self, number: int) -> None:
        """One more service, or one less. The node notices when it looks at its backend the next time."""
        backend = self.backends[number][1]
        backend.models = models(number, 1) if backend.models is None else None

    def observe(self) -> Observation:
        numbers = {node.peer: number for number, node in enumerate(self.nodes)}
        seen = Observation()
        for number, node in enumerate(self.nodes):
            for line in node.process.lines("stderr"):
                match = _LOG_LINE.match(line)
                if match is None:
                    continue
                moment = round(datetime.fromisoformat(match[1]).timestamp() * 1_000)
                if match[2] is None:
                    seen.sent.append((moment, match[4], int(match[5])))
                    continue
                publisher, sequence = numbers[match[2]], int(match[3])
                if publisher == number:
                    seen.published[publisher, sequence] = moment
                else:
                    seen.listed.setdefault((publisher, sequence, number), moment)
        return seen

    def running(self) -> list[bool]:
        return [node.process.running for node in self.nodes]

    def close(self) -> None:
        for node in self.nodes:
            if node.process and node.process.running:
                node.process.kill()
        for pair in self.backends:
            for backend in pair:
                backend.close()


def models(number: int, service: int) -> list[str]:
    """The same names as in the simulator, so that entries have the same length."""
    return [f"model-{number}-{service}", f"shared-{number % 10}-{service}"]
