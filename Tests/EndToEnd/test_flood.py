"""A neighbour with a good token sends what looks like messages, ten thousand in a second: the node stays small and serves the
others."""

import re
import statistics
import threading
import time
from pathlib import Path

import base58
import pytest

from asking import ask
from backend import Backend
from flooder import Flooder, Garbage
from mesh import Authority, Node
from processes import eventually

RATE = 10_000
SECONDS = 10
SEED = 20261128
# Above what it had before, in bytes. A link of a neighbour may hold 64 MiB that wait.
MORE_MEMORY = 64 << 20
# The deadline of a request over a node that is flooded.
ANSWER_WITHIN = 5.0

HOST_CONFIG = """
version: "v1alpha1"
discovery: {{mdns: off}}
services:
  - type: inference
    name: recorder
    target_url: "{url}"
"""
QUIET = 'version: "v1alpha1"\ndiscovery: {mdns: off}\n'


def memory(node: Node) -> int:
    """Resident bytes of a node's process."""
    status = Path(f"/proc/{node.process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+) kB", status).group(1)) * 1024


def counters(node: Node) -> dict[str, int]:
    """What the node counted as dropped, by reason."""
    with node.http() as http:
        text = http.get("/metrics").text
    return {name: int(float(value)) for name, value in re.findall(r"^sam_node_dropped_(\w+)_total (\S+)$", text, re.M)}


@pytest.fixture
def chain(samnode: str, folder: Path):
    """A caller, a relay and a host in a row, and a member that does not run."""
    place = folder / "flood"
    authority = Authority(samnode, place / "authority")
    backend = Backend(["recorder/plain"])

    def node(name: str, **options) -> Node:
        node = Node(samnode, name, place / name, authority.root_key_path, **{"config": QUIET, **options})
        role = "sam:role:router" if name == "relay" else "sam:role:node"
        authority.issue(node.peer, node.token_path, user=name, services=("inference:recorder",), role=role)
        return node

    relay = node("relay", listen="/ip4/127.0.0.1/tcp/0")
    host, caller = node("host", config=HOST_CONFIG.format(url=backend.url)), node("caller")
    try:
        relay.start()
        for other in (host, caller):
            other.bootstrap = relay.address
            other.start()
        eventually(lambda: "recorder/plain" in caller.models(), 15, "the caller lists the host")
        yield caller, relay, host, node("flooder")
    finally:
        for each in (caller, relay, host):
            each.stop()
        backend.close()


@pytest.mark.timeout(120)
def test_others_are_served_while_a_neighbour_floods(chain):
    caller, relay, host, member = chain
    known = [base58.b58decode(node.peer)[-32:] for node in (caller, relay, host)]
    flooder = Flooder(relay.address.split("/p2p/")[0], member)
    messages = Garbage(flooder.mesh, known, SEED).messages(1_700)
    before = memory(relay)
    problem: list[BaseException] = []

    def flood() -> None:
        try:
            flooder.flood(messages, RATE, SECONDS)
        except BaseException as error:  # noqa: BLE001 - told to the test
            problem.append(error)

    thread = threading.Thread(target=flood, daemon=True)
    thread.start()
    client = caller.sdk(timeout=ANSWER_WITHIN)
    times, sizes = [], []
    while thread.is_alive():
        began = time.monotonic()
        assert ask(client, "recorder/plain").choices[0].message.content
        times.append(time.monotonic() - began)
        sizes.append(memory(relay))
        time.sleep(0.1)
    thread.join()
    assert not problem, f"the link ended: {flooder.closed}"
    dropped = counters(relay)
    print(f"\n{flooder.sent} messages of {statistics.mean(map(len, messages)):.0f} bytes in {SECONDS} s, waited for the relay "
          f"for {flooder.waited:.1f} s of them; {len(times)} requests, median {statistics.median(times):.3f} s, most "
          f"{max(times):.3f} s; memory {before >> 20} MiB before, {max(sizes) >> 20} MiB at most; dropped: {dropped}; "
          f"the link: {flooder.closed or 'stands'}")
    flooder.close()
    assert len(times) > 5
    assert max(sizes) - before <= MORE_MEMORY
    # It was heard, and almost nothing of it was acted on.
    assert sum(dropped.values()) > flooder.sent / 4
    assert {"gossip", "kademlia", "membership"} <= set(dropped)
    for node in (caller, relay, host):
        assert node.process.running
    assert "recorder/plain" in caller.models() and "recorder/plain" in relay.models(), "no living host was taken for gone"
