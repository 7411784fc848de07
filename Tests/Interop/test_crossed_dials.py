"""A node and p2pd dial each other at the same moment: one usable connection is left.

The node dials p2pd as its bootstrap address, finds out that it is no member, and leaves; the connection that p2pd dialed
is that of a libp2p neighbour, and stays.
"""

import os

import psutil
import pytest

from p2pd import Daemon
from peers import start_p2pd
from processes import eventually
from served import NodeFactory, ServedNode

ROUNDS = int(os.environ.get("SAM_CROSSED_DIALS", "20"))

# On a busy machine a round takes its time.
SETTLED = 30


def connections(process: psutil.Process, other: psutil.Process) -> list:
    """The established TCP connections between two processes, as the one sees them."""

    def ends(which: psutil.Process) -> dict:
        found = which.net_connections(kind="tcp")
        return {(end.laddr, end.raddr): end for end in found if end.status == psutil.CONN_ESTABLISHED}

    theirs = ends(other)
    return [local for local, remote in ends(process) if (remote, local) in theirs]


def dial_each_other(node: ServedNode, daemon: Daemon) -> bool:
    """Whether both dials came to a connection."""
    process = node.launch()
    daemon.connect(node.address)
    ours, theirs = psutil.Process(process.pid), psutil.Process(daemon.process.pid)

    has_crossed = True

    def settled() -> bool:
        nonlocal has_crossed
        if node.counter("links_opened") == 1 and not connections(ours, theirs):
            # The daemon was dialed before it began, so that it dialed nobody; and the node keeps no link to a stranger.
            has_crossed = False
            daemon.connect(node.address)
        # The node has heard the end of its own dial, and the daemon is its neighbour.
        return node.neighbours == 1 and len(connections(ours, theirs)) == 1

    eventually(settled, SETTLED, "one connection is left")
    daemon.ping(node.peer, rounds=2)
    assert daemon.identify(node.peer).peer == node.peer
    assert daemon.peers() == [node.peer]
    assert len(connections(ours, theirs)) == 1
    return has_crossed and node.counter("links_opened") == 2


@pytest.mark.timeout(60 + 10 * ROUNDS)
def test_crossed_dials_end_in_one_connection(samnode: str, tmp_path_factory):
    nodes = NodeFactory(samnode, tmp_path_factory.mktemp("mesh"))
    crossed = 0
    with start_p2pd("a", ("-dhtServer",)) as daemon:
        for _ in range(ROUNDS):
            node = nodes.make(bootstrap=daemon.address)
            try:
                crossed += dial_each_other(node, daemon)
            finally:
                assert node.stop() == 0
            eventually(lambda: daemon.peers() == [], SETTLED, "the daemon notices the node's end")
    print(f"{crossed} of {ROUNDS} pairs of dials crossed")
    assert crossed > 0
