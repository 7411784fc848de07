"""A whole node of a mesh that serves libp2p neighbours, and what it says of them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mesh import Authority, Node
from processes import run

SERVING = 'version: "v1alpha1"\nlibp2p: true\n'
LOOPBACK = "/ip4/127.0.0.1/tcp/0"


class ServedNode(Node):
    def status(self) -> dict:
        """What the running node says of itself."""
        command = [self.binary, "status", "--socket-path", str(self.socket_path), "--json"]
        return json.loads(run(command).stdout)

    def counter(self, name: str) -> int:
        return next(each["value"] for each in self.status()["counters"] if each["name"] == name)

    @property
    def neighbours(self) -> int | None:
        """How many libp2p neighbours it has now; None where it serves none."""
        return self.status().get("libp2p_neighbours")


class NodeFactory:
    """Nodes of one mesh, each with a token and a folder of its own."""

    def __init__(self, binary: str, folder: Path):
        self._binary = binary
        self._folder = folder
        self._authority = Authority(binary, folder / "authority")
        self._count = 0

    def make(self, config: str = SERVING, bootstrap: str | None = None) -> ServedNode:
        self._count += 1
        name = f"node-{self._count}"
        node = ServedNode(
            binary=self._binary, name=name, folder=self._folder / name, config=config, listen=LOOPBACK,
            root_key_path=self._authority.root_key_path, bootstrap=bootstrap)
        self._authority.issue(node.peer, node.token_path, user=name)
        return node

    @contextmanager
    def running(self, config: str = SERVING, bootstrap: str | None = None) -> Iterator[ServedNode]:
        node = self.make(config, bootstrap)
        try:
            yield node.start()
        finally:
            node.stop()
