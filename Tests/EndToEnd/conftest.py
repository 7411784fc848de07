"""One mesh for the whole suite: A asks, B relays, C serves; A and C accept no connections, so both know only B."""

import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx2
import openai
import pytest

from backend import Backend
from mesh import Authority, Node
from processes import Process, eventually

LITELLM_MODELS = """
model_list:
  - model_name: mock/chat
    litellm_params: {model: openai/mock-chat, api_key: none, mock_response: "one two three four five"}
  - model_name: mock/embedding
    litellm_params: {model: openai/mock-embedding, api_key: none, mock_response: [0.25, -0.5, 1.0]}
"""

RECORDER_MODELS = [f"recorder/{name}" for name in (
    "plain", "peculiar", "gated", "silent", "truncated", "cut", "garbage", "busy", "flood")]

# C has the seed's example service; the local check is that of the seed's example as well.
C_CONFIG = """
version: "v1alpha1"
services:
  - type: inference
    name: openrouter
    description: "OpenRouter Proxy Inference Service"
    target_url: "{litellm}"
  - type: inference
    name: recorder
    description: "Records what reaches it"
    target_url: "{recorder}"
attenuation:
  checks:
    - 'check if group("research");'
"""

SERVICES = ("inference:openrouter", "inference:recorder")


def free_port() -> int:
    """A port that was free a moment ago, for programs that cannot choose one themselves."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """Short, because the path of a Unix socket has at most 103 bytes."""
    path = Path(tempfile.mkdtemp(prefix="sam-", dir="/tmp"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="session")
def recorder() -> Iterator[Backend]:
    backend = Backend(RECORDER_MODELS)
    yield backend
    backend.close()


@pytest.fixture(scope="session")
def litellm(folder: Path) -> Iterator[str]:
    """The URL of a litellm proxy with a mock model. It starts while the nodes do; see the mesh fixture."""
    config = folder / "litellm.yaml"
    config.write_text(LITELLM_MODELS)
    port = free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "LITELLM_TELEMETRY": "False",
        "LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY": "true",
    }
    command = [str(Path(sys.executable).with_name("litellm")), "--config", str(config),
               "--host", "127.0.0.1", "--port", str(port)]
    with Process("litellm", command, environment):
        yield f"http://127.0.0.1:{port}"


@dataclass
class Mesh:
    authority: Authority
    a: Node
    b: Node
    c: Node
    ungranted: Node
    outsider: Node

    @property
    def nodes(self) -> list[Node]:
        return [self.a, self.b, self.c, self.ungranted, self.outsider]


@pytest.fixture(scope="session")
def authority(samnode: str, folder: Path) -> Authority:
    return Authority(samnode, folder / "authority")


@pytest.fixture(scope="session")
def mesh(samnode: str, folder: Path, authority: Authority, litellm: str, recorder: Backend) -> Iterator[Mesh]:
    def node(name: str, **options) -> Node:
        return Node(samnode, name, folder / name, authority.root_key_path, **options)

    c_config = C_CONFIG.format(litellm=litellm, recorder=recorder.url)
    mesh = Mesh(
        authority, a=node("A"), b=node("B", listen="/ip4/127.0.0.1/tcp/0"), c=node("C", config=c_config),
        ungranted=node("ungranted"), outsider=node("outsider"))
    issue = authority.issue
    issue(mesh.a.peer, mesh.a.token_path, user="alice", group="research", services=SERVICES)
    issue(mesh.b.peer, mesh.b.token_path, user="relay-operator", role="sam:role:router")
    issue(mesh.c.peer, mesh.c.token_path, user="host-operator", group="research")
    issue(mesh.ungranted.peer, mesh.ungranted.token_path, user="uma", group="research")
    issue(mesh.outsider.peer, mesh.outsider.token_path, user="otto", group="sales", services=SERVICES)
    try:
        mesh.b.start()
        others = [node for node in mesh.nodes if node is not mesh.b]
        for node in others:
            node.bootstrap = mesh.b.address
        with ThreadPoolExecutor(len(others)) as pool:
            list(pool.map(Node.start, others))
        eventually(lambda: httpx2.get(f"{litellm}/health/liveliness").status_code == 200, 120, "litellm answers")
        for node in (mesh.a, mesh.ungranted, mesh.outsider):
            eventually(lambda node=node: {"mock/chat", *RECORDER_MODELS} <= set(node.models()), 15,
                       f"{node.name} knows the models of C")
        yield mesh
    finally:
        for node in mesh.nodes:
            node.stop()


@pytest.fixture
def client(mesh: Mesh) -> openai.OpenAI:
    """The SDK, talking to A."""
    return mesh.a.sdk()


@pytest.fixture(autouse=True)
def no_node_crashes(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever a test does, every node of the mesh runs on."""
    yield
    if "mesh" in request.fixturenames:
        mesh = request.getfixturevalue("mesh")
        ended = [node.name for node in mesh.nodes if not node.process.running]
        assert not ended, f"nodes that ended: {', '.join(ended)}"
